// The code of an MFA device: asked for at the terminal.
import { badInput, type UserError } from '../../errors/user-error.ts';
import { unusable } from './problem.ts';
import type { Means } from './provider.ts';

/** `serial`: ARN or number of the device. Rejects with a UserError where there is no terminal (exit 3). */
export async function mfaCode({ ask }: Means, profile: string, serial: string): Promise<string> {
  if (!ask) {
    throw unusable(`profile ${profile} needs a code of the MFA device ${serial}`, {
      reason: 'there is no terminal to ask for it',
      next: `type this first, it asks for the code: eval "$(aws configure export-credentials --profile ${profile} --format env)"`,
    });
  }
  const code = (await ask(`MFA code of ${serial} for profile ${profile}:`)).replace(/\s/g, '');
  if (/^\d{6}$/.test(code)) return code;
  throw badInput(`the MFA code ${JSON.stringify(code)} is not one; allowed: 6 digits`, { next: again });
}

export function wrongCode(profile: string, reason: string, cause: unknown): UserError {
  return unusable(`AWS does not accept the MFA code for profile ${profile}`, { reason, next: again, cause });
}

const again = 'run the command again with the code that the device shows now; each code works once';
