// The packages of several functions, made and checked side by side.
import { type Bundle, makeBundle } from '../bundle/bundle.ts';
import { checkHandler } from '../bundle/handler.ts';
import type { FunctionConfig, Project } from '../config/project.ts';

/** By function name. Rejects with a UserError (exit 2) when code or handler is missing or too large. */
export async function makeBundles(
  project: Project,
  functions: readonly FunctionConfig[],
): Promise<Map<string, Bundle>> {
  const made = await Promise.all(
    functions
      .filter(({ image }) => !image)
      .map(async ({ name, code, settings }) => {
        const bundle = await makeBundle({ name, dir: project.dir, code });
        checkHandler(name, settings.Runtime, settings.Handler, bundle.entries);
        return [name, bundle] as const;
      }),
  );
  return new Map(made);
}
