// Finds and removes versions of layers that no function uses.
import type { Project } from '../../config/project.ts';
import type { Context } from '../../context.ts';
import { originText } from '../../engine/elsewhere.ts';
import type { LayerResource } from '../../resources/layer/layer.ts';
import { layerUsers } from '../../resources/layer/layers.ts';
import { readMark } from '../../resources/layer/mark.ts';
import { type Guarded, nameOf } from '../../workflow/owners/confirm-name.ts';

export interface Pruned {
  layer: string;
  removed: number[];
  kept: { version: number; usedBy: string[] }[];
  /** Removed versions that another slsctl.yml of the project published. */
  elsewhere?: { version: number; config: string }[];
}

/**
 * The newest version is never unused: the next deployment gives it to the functions. `published`: layers that get a
 * newer version before the removal.
 */
export async function unusedVersions(
  context: Context,
  resources: ReadonlyMap<string, LayerResource>,
  published: (layer: LayerResource) => boolean = () => false,
): Promise<Pruned[]> {
  const { origin } = await context.project();
  const users = await layerUsers(await context.aws());
  return Promise.all(
    [...resources].map(async ([layer, resource]) => {
      const all = await resource.versions();
      const versions = all.map(({ Version = 0, LayerVersionArn = '' }) => ({
        version: Version,
        usedBy: users.get(LayerVersionArn) ?? [],
      }));
      const old = versions.slice(published(resource) ? 0 : 1);
      const unused = old.filter(({ usedBy }) => usedBy.length === 0);
      const configOf = (version: number) =>
        readMark(all.find(({ Version }) => Version === version)?.Description)?.config ?? origin;
      const configs = unused.map(({ version }) => ({ version, config: configOf(version) }));
      const elsewhere = configs.filter(({ config }) => config !== origin);
      return {
        layer,
        removed: unused.map(({ version }) => version),
        kept: versions.filter((version) => !unused.includes(version)),
        ...(elsewhere.length > 0 ? { elsewhere } : {}),
      };
    }),
  );
}

/** Versions of another slsctl.yml that would be removed. */
export function guardedVersions(pruned: readonly Pruned[], project: Project): Guarded[] {
  return pruned.flatMap(({ layer, elsewhere = [] }) =>
    elsewhere.map(({ version, config }) => ({
      name: nameOf(project),
      origin: originText(config),
      resources: [`version ${version} of layer ${layer}`],
    })),
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
