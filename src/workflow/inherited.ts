// The refusal to remove a setting that a function inherits: it is not in the function's own entry of slsctl.yml.
import type { FunctionConfig, Project } from '../config/project.ts';
import type { Next } from '../errors/next.ts';
import { badInput, type UserError } from '../errors/user-error.ts';

/** `what`: the start of the message, as in "STAGE would still be declared". */
export function stillInherited(
  what: string,
  { key }: FunctionConfig,
  { stage }: Project,
  next: Next = 'remove it there, by hand',
): UserError {
  return badInput(`${what}: it is not in the entry of ${key} itself`, {
    reason: `it comes from defaults${stage ? ', or from the settings of all stages' : ''}; nothing was changed`,
    next,
  });
}
