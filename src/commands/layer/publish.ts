// `slsctl layer publish`: publishes the layers of the project without deploying functions.
import { selectLayers } from '../../config/select.ts';
import type { Context } from '../../context.ts';
import { changesOf, hasChanges, plan } from '../../engine/plan.ts';
import type { Resource } from '../../engine/resource.ts';
import { exitCodes } from '../../errors/user-error.ts';
import { applyPlan } from '../../present/apply-plan.ts';
import { failureData, reportFailures } from '../../present/failures.ts';
import { planData } from '../../present/plan-data.ts';
import { CodeUploads } from '../../resources/code/location.ts';
import { layerResources } from '../../resources/layer/layers.ts';
import { ownerOf } from '../../resources/owned/ownership.ts';
import { columns } from '../../ui/table.ts';
import { makeLayerPackages } from '../../workflow/deployment-packages.ts';
import { checkConfirmed, confirmNames, nameOf } from '../../workflow/owners/confirm-name.ts';
import { refuseObstacles } from '../../workflow/owners/obstacles.ts';
import { guardedVersions, removeUnused, showPruned, unusedVersions } from './unused.ts';

export interface PublishArgs {
  layer?: string;
  prune?: boolean;
  adopt?: boolean;
  adoptFrom?: string[];
}

export async function layerPublish(context: Context, args: PublishArgs): Promise<number> {
  const { ui, options } = context;
  const project = await context.project();
  checkConfirmed(context, [nameOf(project)]);
  const layers = selectLayers(project, args.layer);
  const packages = await makeLayerPackages(context, project, layers);
  const aws = await context.aws();
  const owner = ownerOf(project);
  const resources = layerResources(aws, {
    owner,
    layers,
    packages,
    uploads: new CodeUploads(aws, owner, project.bucket),
    adopt: { unmarked: args.adopt, from: args.adoptFrom },
  });
  const layerPlan = await plan([...resources.values()]);
  await refuseObstacles(context, layerPlan, 'layer publish');
  if (args.prune) {
    const changes = new Set<Resource>(changesOf(layerPlan).map(({ resource }) => resource));
    const old = await unusedVersions(context, resources, (layer) => changes.has(layer));
    if ((await confirmNames(context, guardedVersions(old, project))) === 'declined') {
      ui.note('nothing was changed');
      return exitCodes.failed;
    }
  }
  const changed = hasChanges(layerPlan);
  const applied = await applyPlan(context, layerPlan);
  const exitCode = reportFailures(context, applied);
  const rows = [...resources].map(([key, { name, arn }]) => {
    const published = applied.done.some((resource) => resource.name === name);
    return { layer: key, name, arn, published };
  });
  const pruned =
    args.prune && exitCode === exitCodes.done
      ? await removeUnused(resources, await unusedVersions(context, resources))
      : [];
  ui.answer({
    changed,
    layers: rows,
    changes: planData(layerPlan, options),
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
