// `slsctl layer prune`: removes old versions of layers that no function uses.
import type { LayerConfig } from '../../config/project.ts';
import { selectLayers } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { plan } from '../../engine/plan.ts';
import { exitCodes } from '../../errors/user-error.ts';
import { layerResources } from '../../resources/layer/layers.ts';
import { ownerOf } from '../../resources/owned/ownership.ts';
import { checkConfirmed, nameOf } from '../../workflow/owners/confirm-name.ts';
import { refuseObstacles } from '../../workflow/owners/obstacles.ts';
import { confirmed } from '../../workflow/with-target.ts';
import { guardedVersions, removeUnused, showPruned, unusedVersions } from './unused.ts';

export interface PruneArgs {
  layer?: string;
  dryRun?: boolean;
}

/** Removes old versions that no function of the account and region uses, in any version of the function. */
export async function layerPrune(context: Context, args: PruneArgs): Promise<number> {
  const { ui } = context;
  const project = await context.project();
  checkConfirmed(context, [nameOf(project)]);
  const layers: readonly LayerConfig[] = selectLayers(project, args.layer);
  const resources = layerResources(await context.aws(), { owner: ownerOf(project), layers });
  await refuseObstacles(context, await plan([...resources.values()]), 'layer publish');
  const unused = await unusedVersions(context, resources);
  const pruned = unused.filter(({ removed }) => removed.length > 0);
  if (!args.dryRun && pruned.length > 0) {
    const list = pruned.map(({ layer, removed }) => `${layer} ${removed.join(', ')}`).join('; ');
    const question = (account: string) => `Remove these versions of layers, from ${account}: ${list}?`;
    if (!(await confirmed(context, question, guardedVersions(pruned, project)))) {
      ui.note('nothing was removed');
      return exitCodes.failed;
    }
    await removeUnused(resources, unused);
  }
  ui.answer({ dryRun: args.dryRun ?? false, layers: unused });
  showPruned(context, unused, args.dryRun ? 'would remove' : 'removed');
  return exitCodes.done;
}
