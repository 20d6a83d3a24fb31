// Layers that hold the dependencies of functions: named by their content, so that functions with the same share one.
import type { FunctionConfig, LayerConfig, Project } from '../config/project.ts';

/** By the physical name of the function. */
export type DependencyLayers = ReadonlyMap<string, LayerConfig>;

/** What their versions are described with. Nothing is lost with such a layer: a deploy makes it again. */
export const dependencyDescription = 'dependencies (layer: auto)';

/** `sha256` is that of the layer's zip, Base64. */
export function dependencyLayer(path: string, sha256: string): LayerConfig {
  const hash = Buffer.from(sha256, 'base64').toString('hex').slice(0, 12);
  return { key: `dependencies-${hash}`, path, description: dependencyDescription };
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
