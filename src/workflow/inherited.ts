// What a command removes from a function's own entry in slsctl.yml, and the function still has from elsewhere.
import type { FunctionConfig, Project } from '../config/project.ts';
import type { Next } from '../errors/next.ts';
import { badInput, type UserError } from '../errors/user-error.ts';

/** `what`: as in "STAGE would still be declared". */
export function stillInherited(
  what: string,
  { key }: FunctionConfig,
  { stage }: Project,
  next: Next = stage ? 'remove it there, or run it without --stage' : 'remove it there, by hand',
): UserError {
  return badInput(`${what}: not in ${key} itself`, {
    reason: `it comes from defaults${stage ? ', or from what all stages share' : ''}; nothing was changed`,
    next,
  });
}
