// Builds all packages of a deployment, functions and layers, and checks their sizes together.
import { checkUnpacked } from '../advise/limits.ts';
import type { FunctionConfig, LayerConfig, Project } from '../config/project.ts';
import { layersOf } from '../config/select.ts';
import type { Context } from '../context.ts';
import { checkExecWrapper } from '../packaging/inspect/exec-wrapper.ts';
import { inspectLayer } from '../packaging/inspect/layer.ts';
import { unreachable } from '../packaging/inspect/layer-paths.ts';
import type { Architecture } from '../packaging/inspect/native-files.ts';
import { makePackage, type Package } from '../packaging/package.ts';
import { functionsWithLayers } from '../resources/layer/dependency-layers.ts';
import { layerName } from '../resources/names.ts';
import type { StackPackages } from '../resources/stack.ts';
import { visible } from '../ui/visible.ts';
import { architectureOf, makeFunctionPackages } from './function-package.ts';

/**
 * The packages of these functions and of their layers, for `stack`. Rejects with a UserError (exit 2) when code is
 * missing, or when a package, or a function together with its layers, is too large.
 */
export async function makeDeploymentPackages(
  context: Context,
  project: Project,
  functions: readonly FunctionConfig[],
): Promise<Packages> {
  const [functionPackages, layerPackages] = await Promise.all([
    makeFunctionPackages(context, project, functions),
    makeLayerPackages(context, project, layersOf(project, functions)),
  ]);
  const dependencyLayers = new Map<string, LayerConfig>();
  for (const [name, { layer }] of functionPackages) {
    if (!layer) continue;
    dependencyLayers.set(name, layer.config);
    layerPackages.set(layer.config.key, layer.zip);
  }
  for (const { name, settings } of functionsWithLayers(functions, dependencyLayers)) {
    const zip = functionPackages.get(name)?.zip;
    if (zip) checkWrapper(context, { name, settings }, zip, layerPackages);
    const layers = (settings.Layers ?? []).flatMap((key) => {
      const { unpackedSize } = layerPackages.get(key) ?? {};
      return unpackedSize === undefined ? [] : [{ name: key, bytes: unpackedSize }];
    });
    if (zip) checkUnpacked(name, zip.unpackedSize, layers);
  }
  const packages = new Map([...functionPackages].map(([name, { zip }]) => [name, zip]));
  return { packages, layerPackages, dependencyLayers };
}

/** Throws (exit 2) when the script that AWS_LAMBDA_EXEC_WRAPPER names is certainly missing. */
export function checkWrapper(
  { ui }: Context,
  { name, settings }: Pick<FunctionConfig, 'name' | 'settings'>,
  zip: Package,
  layerPackages: ReadonlyMap<string, Package>,
): void {
  checkExecWrapper(zip, {
    name,
    runtime: settings.Runtime ?? '',
    variables: settings.Environment?.Variables,
    layers: settings.Layers,
    layerPackages,
    warn: (text) => ui.warn(visible(text)),
  });
}

type Packages = Required<StackPackages>;

/**
 * The packages by the layer's key. Rejects (exit 2) when a layer has native files that no function can load. Warns when
 * a runtime does not look into any folder of a layer.
 */
export async function makeLayerPackages(
  { ui, signal }: Context,
  project: Project,
  layers: readonly LayerConfig[],
): Promise<Map<string, Package>> {
  const entries = await Promise.all(
    layers.map(async ({ key, path }) => {
      const name = `layer ${layerName(project.name, key, project.stage)}`;
      const code = { path, include: [], exclude: [] };
      return [key, await makePackage({ name, dir: project.dir, code, signal })] as const;
    }),
  );
  const packages = new Map(entries);
  for (const layer of layers) {
    const { key } = layer;
    const zip = packages.get(key) as Package;
    const { runtimes, targets } = fittingOf(project, layer);
    await inspectLayer(zip, { key, targets, warn: (text) => ui.warn(text) });
    for (const runtime of runtimes) {
      const problem = unreachable(runtime, zip.entries);
      if (problem) ui.warn(`layer ${key} ${problem}; move it there, or the function will not find it`);
    }
  }
  return packages;
}

/** Runtimes and architectures that the layer declares; otherwise those of the functions that use it. */
function fittingOf({ functions }: Project, { key, settings: layer }: LayerConfig) {
  const users = functions.filter(({ settings }) => settings.Layers?.includes(key));
  const ofUsers = <T>(of: (config: FunctionConfig) => T, unknown: T[]) =>
    users.length > 0 ? [...new Set(users.map(of))] : unknown;
  const runtimes = layer.CompatibleRuntimes ?? ofUsers(({ settings }) => settings.Runtime as string, ['']);
  const architectures = (layer.CompatibleArchitectures ??
    ofUsers(architectureOf, ['x86_64', 'arm64'])) as Architecture[];
  const targets = runtimes.flatMap((runtime) =>
    architectures.map((architecture) => ({
      runtime,
      architecture,
      used: users.some((user) => user.settings.Runtime === runtime && architectureOf(user) === architecture),
    })),
  );
  return { runtimes, targets };
}
