// All packages of a deployment: those of the functions and those of the layers, checked together.
import { checkUnpacked } from '../advise/limits.ts';
import { type Bundle, makeBundle } from '../bundle/bundle.ts';
import { unreachable } from '../bundle/layer-paths.ts';
import type { FunctionConfig, LayerConfig, Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import { functionsWithLayers } from '../resources/dependency-layers.ts';
import { layersOf } from '../resources/layers.ts';
import { layerName } from '../resources/names.ts';
import type { StackOptions } from '../resources/stack.ts';
import { makeBundles } from './bundles.ts';

/**
 * The packages of these functions and of the layers that concern them, for `stack`. Rejects with a UserError
 * (exit 2) when one is missing or too large, or a function and its layers are together.
 */
export async function makePackages(
  context: Context,
  project: Project,
  functions: readonly FunctionConfig[],
): Promise<Packages> {
  const [made, layerBundles] = await Promise.all([
    makeBundles(context, project, functions),
    makeLayerBundles(context, project, layersOf(project, functions)),
  ]);
  const dependencyLayers = new Map<string, LayerConfig>();
  for (const [name, { layer }] of made) {
    if (!layer) continue;
    dependencyLayers.set(name, layer.config);
    layerBundles.set(layer.config.key, layer.bundle);
  }
  for (const { name, settings } of functionsWithLayers(functions, dependencyLayers)) {
    const bundle = made.get(name)?.bundle;
    const layers = (settings.Layers ?? []).flatMap((key) => {
      const { unpackedSize } = layerBundles.get(key) ?? {};
      return unpackedSize === undefined ? [] : [{ name: key, bytes: unpackedSize }];
    });
    if (bundle) checkUnpacked(name, bundle.unpackedSize, layers);
  }
  const bundles = new Map([...made].map(([name, { bundle }]) => [name, bundle]));
  return { bundles, layerBundles, dependencyLayers };
}

type Packages = Required<Pick<StackOptions, 'bundles' | 'layerBundles' | 'dependencyLayers'>>;

/** By key. Says of a layer in which a runtime will find nothing that it is so. */
export async function makeLayerBundles(
  { ui, signal }: Context,
  project: Project,
  layers: readonly LayerConfig[],
): Promise<Map<string, Bundle>> {
  const made = await Promise.all(
    layers.map(async ({ key, path }) => {
      const name = `layer ${layerName(project.name, key, project.stage)}`;
      const code = { path, include: [], exclude: [] };
      return [key, await makeBundle({ name, dir: project.dir, code, signal })] as const;
    }),
  );
  const bundles = new Map(made);
  for (const { key, runtimes } of layers) {
    for (const runtime of runtimes ?? runtimesOf(project, key)) {
      const problem = unreachable(runtime, bundles.get(key)?.entries ?? []);
      if (problem) ui.warn(`layer ${key} ${problem}; move it there, or the function will not find it`);
    }
  }
  return bundles;
}

/** Runtimes of the functions that name the layer. */
function runtimesOf({ functions }: Project, key: string): string[] {
  const users = functions.filter(({ settings }) => settings.Layers?.includes(key));
  return [...new Set(users.flatMap(({ settings }) => settings.Runtime ?? []))];
}
