// Which function or layer of the project a command means.
import { badInput } from '../errors/user-error.ts';
import { nearest } from './did-you-mean.ts';
import type { FunctionConfig, LayerConfig, Project } from './project.ts';

/** The function of that name; without a name the only one. Throws (exit 2) and lists the names otherwise. */
export function selectFunction(project: Project, name?: string): FunctionConfig {
  const [only, ...others] = name === undefined ? project.functions : selectFunctions(project, [name]);
  if (only && others.length === 0) return only;
  throw badInput('which function? this project has several', { next: `name one of: ${names(project)}` });
}

/** The functions of those names, in the project's order; none given: all. */
export function selectFunctions(project: Project, wanted: readonly string[] = []): readonly FunctionConfig[] {
  const known = project.functions.map(({ key }) => key);
  for (const name of wanted) {
    if (project.functions.some((config) => config.key === name || config.name === name)) continue;
    const guess = nearest(name, known);
    throw badInput(
      `there is no function ${JSON.stringify(name)} in this project; it has: ${names(project)}`,
      {
        next: guess && `did you mean ${guess}?`,
      },
    );
  }
  if (wanted.length === 0) return project.functions;
  return project.functions.filter(({ key, name }) => wanted.includes(key) || wanted.includes(name));
}

/** The layer of that name, or without a name all. Throws (exit 2) and lists the names where there is none. */
export function selectLayers({ layers }: Project, name?: string): readonly LayerConfig[] {
  const known = layers.map(({ key }) => key);
  if (known.length === 0) {
    throw badInput('this project has no layers', { next: 'declare one: layers: { NAME: { path: FOLDER } }' });
  }
  if (name === undefined) return layers;
  const found = layers.filter(({ key }) => key === name);
  if (found.length > 0) return found;
  const guess = nearest(name, known);
  throw badInput(`there is no layer ${JSON.stringify(name)} in this project; it has: ${known.join(', ')}`, {
    next: guess && `did you mean ${guess}?`,
  });
}

function names({ functions }: Project): string {
  return functions.map(({ key }) => key).join(', ');
}
