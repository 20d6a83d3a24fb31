// Layers that hold the dependencies of functions: named by their content, so that functions with the same share one.
import type { FunctionConfig, LayerConfig, Project } from '../../config/project.ts';
import type { Owner } from '../../engine/resource.ts';
import { layerName } from '../names.ts';

/** By the physical name of the function. */
export type DependencyLayers = ReadonlyMap<string, LayerConfig>;

/** What their versions are described with. Nothing is lost with such a layer: a deploy makes it again. */
export const dependencyDescription = 'dependencies (layer: auto)';

/** `sha256` is that of the layer's zip, Base64. */
export function dependencyLayer(path: string, sha256: string): LayerConfig {
  const hash = Buffer.from(sha256, 'base64').toString('hex').slice(0, 12);
  return { key: `dependencies-${hash}`, path, settings: { Description: dependencyDescription } };
}

/**
 * Whether the ARN of a version is that of such a layer of the project, by the name alone. Of long names the part that
 * was cut away is taken to be right.
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

/** The project with these layers among its own, and named by their functions. */
export function withDependencyLayers(project: Project, layers: DependencyLayers = new Map()): Project {
  if (layers.size === 0) return project;
  const added = new Map([...layers.values()].map((layer) => [layer.key, layer]));
  return {
    ...project,
    layers: [...project.layers, ...added.values()],
    functions: functionsWithLayers(project.functions, layers),
  };
}

/** The function's own layers are laid over that of its dependencies. */
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
