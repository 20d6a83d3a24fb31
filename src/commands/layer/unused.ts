// Finds and removes versions of layers that no function uses.
import type { Context } from '../../context.ts';
import type { LayerResource } from '../../resources/layer/layer.ts';
import { layerUsers } from '../../resources/layer/layers.ts';

export interface Pruned {
  layer: string;
  removed: number[];
  kept: { version: number; usedBy: string[] }[];
}

/** The newest version is never unused: the next deployment gives it to the functions. */
export async function unusedVersions(
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
        kept: versions.filter((version) => !unused.includes(version)),
      };
    }),
  );
}

export async function removeUnused(
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

export function showPruned({ ui }: Context, pruned: readonly Pruned[], verb: string): void {
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
