// Errors of credentials: named by their own cause, with exit code 3.
import type { Next } from '../../errors/next.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';

/** The credentials cannot be used. `message`: lower case, no full stop, with the profile or variable in it. */
export function unusable(
  message: string,
  { reason, next, cause }: { reason?: string; next?: Next; cause?: unknown } = {},
): UserError {
  return new UserError(message, exitCodes.credentials, { reason: reason || undefined, next, cause });
}

/** Something is wrong in the config files. */
export function misconfigured(message: string, profile: string, next?: string): UserError {
  return unusable(message, { next: next ?? `correct profile ${profile} in the AWS config file` });
}

/** The first line of a text that has letters in it, shortened. */
export function firstLine(text: string): string {
  const line = text.split(/\r?\n/).find((each) => /\w/.test(each)) ?? '';
  return line.trim().slice(0, 200);
}
