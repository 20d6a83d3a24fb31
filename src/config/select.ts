// Selects the functions or layers of the project that a command's arguments name.
import { badInput } from '../errors/user-error.ts';
import { nearest } from './did-you-mean.ts';
import type { FunctionConfig, LayerConfig, Project } from './project.ts';

/** The named function; without a name, the project's only function. Otherwise throws (exit 2) and lists the names. */
export function selectFunction(project: Project, name?: string): FunctionConfig {
  const [only, ...others] = name === undefined ? project.functions : selectFunctions(project, [name]);
  if (only && others.length === 0) return only;
  throw badInput('which function? this project has several', { next: `name one of: ${names(project)}` });
}

/** The named functions, in the project's order; without names, all. Throws (exit 2) for an unknown name. */
export function selectFunctions(project: Project, given: readonly string[] = []): readonly FunctionConfig[] {
  const known = project.functions.map(({ key }) => key);
  for (const name of given) {
    if (project.functions.some((config) => config.key === name || config.name === name)) continue;
    const guess = nearest(name, known);
    throw badInput(
      `there is no function ${JSON.stringify(name)} in this project; it has: ${names(project)}`,
      {
        next: guess && `did you mean ${guess}?`,
      },
    );
  }
  if (given.length === 0) return project.functions;
  return project.functions.filter(({ key, name }) => given.includes(key) || given.includes(name));
}

/** The layers that these functions use; all layers, when these are all functions of the project. */
export function layersOf(
  { layers, functions: all }: Project,
  functions: readonly FunctionConfig[],
): readonly LayerConfig[] {
  if (all.every(({ key }) => functions.some((one) => one.key === key))) return layers;
  return layers.filter(({ key }) => functions.some(({ settings }) => settings.Layers?.includes(key)));
}

/** The named layer; without a name, all layers. Throws (exit 2) for an unknown name, and lists the names. */
export function selectLayers({ layers }: Project, name?: string): readonly LayerConfig[] {
  const known = layers.map(({ key }) => key);
  if (known.length === 0) {
    throw badInput('this project has no layers', { next: 'declare one: layers: { NAME: { path: FOLDER } }' });
  }
  if (name === undefined) return layers;
  const selected = layers.filter(({ key }) => key === name);
  if (selected.length > 0) return selected;
  const guess = nearest(name, known);
  throw badInput(`there is no layer ${JSON.stringify(name)} in this project; it has: ${known.join(', ')}`, {
    next: guess && `did you mean ${guess}?`,
  });
}

function names({ functions }: Project): string {
  return functions.map(({ key }) => key).join(', ');
}
