// `slsctl layer publish|prune`: the layers of the project by themselves.
import type { LayerConfig } from '../../config/project.ts';
import { selectLayers } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { hasChanges, plan } from '../../engine/plan.ts';
import { exitCodes } from '../../errors/user-error.ts';
import { applyPlan } from '../../present/apply-plan.ts';
import { failureData, reportFailures } from '../../present/failures.ts';
import { planData } from '../../present/plan-data.ts';
import { CodeUploads } from '../../resources/code/location.ts';
import type { LayerResource } from '../../resources/layer/layer.ts';
import { layerResources, layerUsers } from '../../resources/layer/layers.ts';
import { ownerOf } from '../../resources/owned/ownership.ts';
import { columns } from '../../ui/table.ts';
import { makeLayerPackages } from '../../workflow/deployment-packages.ts';
import { refuseObstacles } from '../../workflow/plan-deployment.ts';

export interface PublishArgs {
  layer?: string;
  prune?: boolean;
  adopt?: boolean;
}

export async function layerPublish(context: Context, args: PublishArgs): Promise<number> {
  const { ui, options } = context;
  const project = await context.project();
  const layers = selectLayers(project, args.layer);
  const packages = await makeLayerPackages(context, project, layers);
  const aws = await context.aws();
  const owner = ownerOf(project);
  const resources = layerResources(aws, {
    owner,
    layers,
    packages,
    uploads: new CodeUploads(aws, owner, project.bucket),
    adopt: args.adopt,
  });
  const planned = await plan([...resources.values()]);
  refuseObstacles(planned, 'layer publish');
  const changed = hasChanges(planned);
  const applied = await applyPlan(context, planned);
  const exitCode = reportFailures(context, applied);
  const rows = [...resources].map(([key, { name, arn }]) => {
    const published = applied.done.some((one) => one.name === name);
    return { layer: key, name, arn, published };
  });
  const pruned =
    args.prune && exitCode === exitCodes.done
      ? await removeUnused(resources, await unusedVersions(context, resources))
      : [];
  ui.answer({
    changed,
    layers: rows,
    changes: planData(planned, options),
    ...(args.prune ? { pruned } : {}),
    ...failureData(ui, applied),
  });
  const { bold, dim, green } = ui.style;
  ui.print(
    columns(
      rows
        .filter(({ arn }) => arn !== undefined)
        .map(({ layer, arn, published }) => [
          bold(layer),
          published ? green('published') : dim('unchanged'),
          arn ?? '',
        ]),
    ),
  );
  if (args.prune) showPruned(context, pruned, 'removed');
  const used = project.functions.some(({ settings }) =>
    rows.some(({ layer, published }) => published && settings.Layers?.includes(layer)),
  );
  if (used) ui.next({ command: 'deploy' });
  return exitCode;
}

export interface PruneArgs {
  layer?: string;
  dryRun?: boolean;
}

/** Removes old versions that no function of the account and region uses, in any of its versions. */
export async function layerPrune(context: Context, args: PruneArgs): Promise<number> {
  const { ui, options } = context;
  const project = await context.project();
  const layers: readonly LayerConfig[] = selectLayers(project, args.layer);
  const resources = layerResources(await context.aws(), { owner: ownerOf(project), layers });
  const planned = await plan([...resources.values()]);
  refuseObstacles(planned, 'layer publish');
  const unused = await unusedVersions(context, resources);
  const pruned = unused.filter(({ removed }) => removed.length > 0);
  if (!args.dryRun && pruned.length > 0) {
    const list = pruned.map(({ layer, removed }) => `${layer} ${removed.join(', ')}`).join('; ');
    if (!options.yes && !(await ui.confirm(`Remove these versions of layers: ${list}?`))) {
      ui.note('nothing was removed');
      return exitCodes.failed;
    }
    await removeUnused(resources, unused);
  }
  ui.answer({ dryRun: args.dryRun ?? false, layers: unused });
  showPruned(context, unused, args.dryRun ? 'would remove' : 'removed');
  return exitCodes.done;
}

interface Pruned {
  layer: string;
  removed: number[];
  kept: { version: number; usedBy: string[] }[];
}

/** The newest version stays, whoever uses it: the next deployment gives it to the functions. */
async function unusedVersions(
  context: Context,
  resources: ReadonlyMap<string, LayerResource>,
): Promise<Pruned[]> {
  const users = await layerUsers(await context.aws());
  return Promise.all(
    [...resources].map(async ([layer, resource]) => {
      const versions = (await resource.versions()).map(({ Version = 0, LayerVersionArn = '' }) => ({
        version: Version,
        usedBy: users.get(LayerVersionArn) ?? [],
      }));
      const unused = versions.slice(1).filter(({ usedBy }) => usedBy.length === 0);
      return {
        layer,
        removed: unused.map(({ version }) => version),
        kept: versions.filter((one) => !unused.includes(one)),
      };
    }),
  );
}

async function removeUnused(
  resources: ReadonlyMap<string, LayerResource>,
  pruned: Pruned[],
): Promise<Pruned[]> {
  await Promise.all(
    pruned.map(async ({ layer, removed }) => {
      for (const version of removed) await resources.get(layer)?.removeVersion(version);
    }),
  );
  return pruned;
}

function showPruned({ ui }: Context, pruned: readonly Pruned[], verb: string): void {
  const { bold, dim } = ui.style;
  for (const { layer, removed, kept } of pruned) {
    const what = removed.length > 0 ? `${verb} ${removed.join(', ')}` : 'nothing to remove';
    const stays = kept.map(({ version, usedBy }, index) => {
      const why = usedBy.length > 0 ? `used by ${usedBy.join(', ')}` : index === 0 ? 'the newest' : '';
      return `${version} (${why})`;
    });
    ui.print(`${bold(layer)}: ${what}${stays.length > 0 ? dim(`; kept ${stays.join(', ')}`) : ''}`);
  }
}
