// Reads the arguments `[function] NAME`, in which the function may be omitted if the project has only one.
import type { FunctionConfig, Project } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import { badInput } from '../errors/user-error.ts';

/** Throws a UserError (exit 2) when there are too many words. `what`: the noun for NAME, as in "alias". */
export function functionAndName(
  project: Project,
  words: readonly string[],
  what: string,
): { target: FunctionConfig; name: string } {
  if (words.length > 2) {
    throw badInput(`there are ${words.length} names: ${words.join(' ')}`, {
      next: `give a function and one ${what}`,
    });
  }
  const [first = '', second] = words;
  return { target: selectFunction(project, second === undefined ? undefined : first), name: second ?? first };
}
