// The execution role must be able to read the source when Lambda makes the mapping: new permissions take seconds to count.
import { tryWhile } from '../../../engine/patience.ts';
import { kindAndName, type Named, type Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import type { RoleAccess } from '../../attachments/kind.ts';
import type { RoleStatement } from '../../role/grants.ts';

/** AWS's texts for queues, brokers and clusters, and for streams. */
const refusals =
  /execution role does not have permissions to call|ensure the role can perform|cannot be assumed by Lambda/i;

function isRoleRefusal(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'InvalidParameterValueException' && refusals.test(message);
}

export async function whileRoleIsNew<T>(
  call: () => Promise<T>,
  role: Pick<RoleAccess, 'newness'>,
  report?: Report,
): Promise<T> {
  const began = performance.now();
  let budget: Promise<number> | undefined;
  const isTooNew = async (error: unknown) => {
    if (!isRoleRefusal(error)) return false;
    budget ??= role.newness();
    return performance.now() - began < (await budget);
  };
  return tryWhile(call, isTooNew, {
    budget: Number.POSITIVE_INFINITY,
    first: 500,
    longest: 2000,
    onWait: (elapsed) =>
      report?.(`waiting until the role may read the source, ${Math.round(elapsed / 1000)} s`),
  });
}

interface Refused {
  of: Named;
  role: RoleAccess;
  statements: readonly RoleStatement[];
}

/** Explains a refusal that names the role; other errors stay as they are. */
export function roleRefused(cause: unknown, { of, role, statements }: Refused): unknown {
  if (!isRoleRefusal(cause)) return cause;
  return new UserError(
    `Lambda refuses ${kindAndName(of)}: the execution role may not read the source`,
    exitCodes.failed,
    {
      reason: (cause as Error).message,
      next: role.given
        ? `add these statements to the role: ${JSON.stringify(statements)}; or leave role: out, and slsctl creates one`
        : 'run the same command again; IAM may need more time, and SLSCTL_ROLE_BUDGET=600 waits for ten minutes',
      cause,
    },
  );
}
