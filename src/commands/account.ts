// The guard against the wrong account: `allowedAccounts` of slsctl.yml.
import type { Context } from '../context.ts';
import { exitCodes, UserError } from '../errors.ts';

/**
 * What `read` answers, once the account is known to be one of the allowed ones; asked side by side. Rejects
 * with a UserError (exit 3) when it is another. The local AWS is nobody's account and always allowed.
 */
export async function inAllowedAccount<T>(context: Context, read: () => Promise<T>): Promise<T> {
  const { allowedAccounts } = await context.project();
  if (allowedAccounts.length === 0 || context.options.local) return read();
  const aws = await context.aws();
  const [identity, answer] = await Promise.allSettled([aws.identity(), read()]);
  if (identity.status === 'rejected') throw identity.reason;
  const { account, arn } = identity.value;
  if (!allowedAccounts.includes(account)) {
    throw new UserError(
      `these credentials are of account ${account}; allowedAccounts has ${allowedAccounts.join(', ')}`,
      exitCodes.credentials,
      { reason: `they are ${arn}`, next: 'pass --profile NAME of the right account, or correct slsctl.yml' },
    );
  }
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
}
