// The packages of functions: dependencies and builds first, then the zip, checked.
import { contentsOf } from '../bundle/build/contents.ts';
import type { Host } from '../bundle/build/program.ts';
import { type Bundle, makeBundle } from '../bundle/bundle.ts';
import { checkHandler } from '../bundle/handler.ts';
import { importedOr } from '../bundle/imported.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import type { Context } from '../context.ts';

/** By function name. Rejects with a UserError (exit 2) when code or handler is missing or too large. */
export async function makeBundles(
  context: Context,
  project: Project,
  functions: readonly FunctionConfig[],
): Promise<Map<string, Bundle>> {
  const made = await Promise.all(
    functions
      .filter(({ image }) => !image)
      .map(async (config) => [config.name, await bundleOf(context, project, config)] as const),
  );
  return new Map(made);
}

/** The package of one function. */
export async function bundleOf(context: Context, project: Project, config: FunctionConfig): Promise<Bundle> {
  const { name, settings } = config;
  const contents = await contentsOf(config, project.dir, hostOf(context));
  const bundle = await makeBundle({ name, dir: project.dir, ...contents, signal: context.signal });
  checkHandler(name, settings.Runtime, settings.Handler, bundle.entries);
  return importedOr(project.dir, name, bundle);
}

function hostOf({ env, signal, ui }: Context): Host {
  return {
    env,
    signal,
    step: (title, run) => ui.step(title, run),
    note: (text) => ui.note(ui.style.dim(text)),
  };
}
