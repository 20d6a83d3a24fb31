// All packages of a deployment: those of the functions and those of the layers, checked together.
import { checkUnpacked } from '../advise/limits.ts';
import type { FunctionConfig, LayerConfig, Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import { inspectLayer } from '../packaging/inspect/layer.ts';
import { unreachable } from '../packaging/inspect/layer-paths.ts';
import type { Architecture } from '../packaging/inspect/native-files.ts';
import { type Bundle, makeBundle } from '../packaging/package.ts';
import { functionsWithLayers } from '../resources/layer/dependency-layers.ts';
import { layersOf } from '../resources/layer/layers.ts';
import { layerName } from '../resources/names.ts';
import type { StackOptions } from '../resources/stack.ts';
import { architectureOf, makeBundles } from './function-package.ts';

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

/**
 * By key. Rejects (exit 2) when one has native files that no function could load; says of one in which a runtime
 * will find nothing that it is so.
 */
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
  for (const layer of layers) {
    const { key } = layer;
    const bundle = bundles.get(key) as Bundle;
    const { runtimes, architectures } = fittingOf(project, layer);
    const targets = runtimes.flatMap((runtime) =>
      architectures.map((architecture) => ({ runtime, architecture })),
    );
    await inspectLayer(bundle, { name: `layer ${key}`, targets, warn: (text) => ui.warn(text) });
    for (const runtime of runtimes) {
      const problem = unreachable(runtime, bundle.entries);
      if (problem) ui.warn(`layer ${key} ${problem}; move it there, or the function will not find it`);
    }
  }
  return bundles;
}

/** What the layer says that it is for, else what the functions are that name it. */
function fittingOf({ functions }: Project, { key, runtimes, architectures }: LayerConfig) {
  const users = functions.filter(({ settings }) => settings.Layers?.includes(key));
  const ofUsers = <T>(of: (config: FunctionConfig) => T, unknown: T[]) =>
    users.length > 0 ? [...new Set(users.map(of))] : unknown;
  return {
    runtimes: runtimes ?? ofUsers(({ settings }) => settings.Runtime as string, ['']),
    architectures: (architectures ?? ofUsers(architectureOf, ['x86_64', 'arm64'])) as Architecture[],
  };
}
