// Layers with the dependencies of functions. Their names come from their content, so equal dependencies share one.
import type { FunctionConfig, LayerConfig, Project } from '../../config/project.ts';
import type { Owner } from '../../engine/resource.ts';
import { layerName } from '../names.ts';

/** Keyed by the physical name of the function. */
export type DependencyLayers = ReadonlyMap<string, LayerConfig>;

/** The description of their versions. Removing such a layer loses nothing: a deployment publishes it again. */
export const dependencyDescription = 'dependencies (layer: auto)';

/** `sha256`: of the layer's zip, in base64. */
export function dependencyLayer(path: string, sha256: string): LayerConfig {
  const hash = Buffer.from(sha256, 'base64').toString('hex').slice(0, 12);
  return { key: `dependencies-${hash}`, path, settings: { Description: dependencyDescription } };
}

/**
 * Whether a version ARN belongs to a dependency layer of the project, judged by the layer's name. In a cut name only
 * the part before the cut is compared.
 */
export function isDependencyLayer(versionArn: string, { project, stage }: Owner): boolean {
  const name = versionArn.split(':')[6] ?? '';
  const prefix = `${project}-dependencies-`;
  const hash = /^[0-9a-f]{12}/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '')?.[0];
  if (hash) return name === layerName(project, `dependencies-${hash}`, stage);
  // The name was cut within the hash, or before it.
  const start = prefix.slice(0, 55);
  return name.length === 64 && name.startsWith(start) && /^[0-9a-f]*$/.test(name.slice(start.length, 55));
}

/** Adds these layers to the project and to the functions that use them. */
export function withDependencyLayers(project: Project, layers: DependencyLayers = new Map()): Project {
  if (layers.size === 0) return project;
  const added = new Map([...layers.values()].map((layer) => [layer.key, layer]));
  return {
    ...project,
    layers: [...project.layers, ...added.values()],
    functions: functionsWithLayers(project.functions, layers),
  };
}

/** Puts the dependency layer first: the function's own layers override its files. */
export function functionsWithLayers(
  functions: readonly FunctionConfig[],
  layers: DependencyLayers = new Map(),
): FunctionConfig[] {
  return functions.map((config) => {
    const layer = layers.get(config.name);
    if (!layer) return config;
    const Layers = [layer.key, ...(config.settings.Layers ?? [])];
    return { ...config, settings: { ...config.settings, Layers } };
  });
}
