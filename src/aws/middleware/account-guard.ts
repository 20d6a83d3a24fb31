// Guards against the wrong account: checks `allowedAccounts` of slsctl.yml at every call.
import { exitCodes, UserError } from '../../errors/user-error.ts';
import type { Identity } from '../identity.ts';
import { isWrite, type Middleware, operationOf } from './middleware.ts';

/** Guards every call except GetCallerIdentity, which tells the account. */
export const guardAccount = (allowed: readonly string[], identity: () => Promise<Identity>): Middleware => {
  const guard = accountGuard(allowed, identity);
  return (stack) => {
    stack.add(
      (next, context) => (args) => {
        const { operation } = operationOf(context);
        return operation === 'GetCallerIdentity' ? next(args) : guard(operation, () => next(args));
      },
      // The outermost middleware: `--explain` does not print a call that is refused.
      { step: 'initialize', name: 'slsctlAccount', priority: 'high' },
    );
  };
};

/**
 * Makes a call once the credentials are known to belong to an allowed account. A read is sent at once, and its answer
 * is held back until then. Rejects with a UserError (exit 3) when they belong to another account.
 */
function accountGuard(
  allowed: readonly string[],
  identity: () => Promise<Identity>,
): <T>(operation: string, call: () => Promise<T>) => Promise<T> {
  let checked: Promise<void> | undefined;
  const check = async () => {
    const { account, arn } = await identity();
    if (allowed.includes(account)) return;
    throw new UserError(
      `these credentials are of account ${account}; allowedAccounts has ${allowed.join(', ')}`,
      exitCodes.credentials,
      { reason: `they are ${arn}`, next: 'pass --profile NAME of the right account, or correct slsctl.yml' },
    );
  };
  return async (operation, call) => {
    checked ??= check().catch((error) => {
      // If the lookup itself failed, the next call tries again.
      if (!(error instanceof UserError)) checked = undefined;
      throw error;
    });
    if (isWrite(operation)) {
      await checked;
      return call();
    }
    const [right, answer] = await Promise.allSettled([checked, call()]);
    if (right.status === 'rejected') throw right.reason;
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  };
}
