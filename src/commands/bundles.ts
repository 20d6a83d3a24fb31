// The packages of functions: dependencies and builds first, then the zip, checked.
import { contentsOf } from '../bundle/build/contents.ts';
import type { Host } from '../bundle/build/program.ts';
import { type Bundle, makeBundle } from '../bundle/bundle.ts';
import { checkHandler } from '../bundle/handler.ts';
import { importedOr } from '../bundle/imported.ts';
import type { FunctionConfig, LayerConfig, Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import { dependencyLayer } from '../resources/dependency-layers.ts';

export interface FunctionBundle {
  bundle: Bundle;
  /** Of its dependencies, when they are not in the bundle. */
  layer?: { config: LayerConfig; bundle: Bundle };
}

/** By function name. Rejects with a UserError (exit 2) when code or handler is missing or too large. */
export async function makeBundles(
  context: Context,
  project: Project,
  functions: readonly FunctionConfig[],
): Promise<Map<string, FunctionBundle>> {
  const layers = new Map<string, Promise<Bundle>>();
  const made = await Promise.all(
    functions
      .filter(({ image }) => !image)
      .map(async (config) => [config.name, await bundleOf(context, project, config, layers)] as const),
  );
  return new Map(made);
}

/** The package of one function. `layers` are those of dependencies that other functions have, by name. */
export async function bundleOf(
  context: Context,
  { dir }: Project,
  config: FunctionConfig,
  layers = new Map<string, Promise<Bundle>>(),
): Promise<FunctionBundle> {
  const { name, settings } = config;
  const { signal } = context;
  const { layer, ...contents } = await contentsOf(config, dir, hostOf(context));
  const made = await makeBundle({ name, dir, ...contents, signal });
  checkHandler(name, settings.Runtime, settings.Handler, made.entries);
  const bundle = await importedOr(dir, name, made);
  if (!layer) return { bundle };
  const shared =
    layers.get(layer.name) ?? makeBundle({ name: `layer ${layer.name}`, dir, ...layer.contents, signal });
  layers.set(layer.name, shared);
  const content = await shared;
  return { bundle, layer: { config: dependencyLayer(layer.path, content.sha256), bundle: content } };
}

function hostOf({ env, signal, ui }: Context): Host {
  return {
    env,
    signal,
    step: (title, run) => ui.step(title, run),
    note: (text) => ui.note(ui.style.dim(text)),
  };
}
