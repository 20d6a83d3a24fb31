// The functions that a user pool calls. UpdateUserPool sets back each setting that it is not given, so the whole pool is
// read, changed and sent back. Loaded when a pool is called.
import {
  DescribeUserPoolCommand,
  type LambdaConfigType,
  UpdateUserPoolCommand,
  type UpdateUserPoolCommandInput,
  UpdateUserPoolRequest$,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Aws } from '../../../aws/aws.ts';
import { forReads, forRevisions, lookUntil, tryWhile, waiting } from '../../../engine/patience.ts';
import type { Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import { absent } from '../../absent.ts';
import { sameJson } from '../../compare.ts';
import { inTurns } from '../../in-turn.ts';
import { shared } from '../../shared-request.ts';

export type PoolFunctions = LambdaConfigType;

/** undefined: there is no such pool. Concurrent calls share one request. */
export const readPool = shared(
  (pool: string) => pool,
  async (aws, UserPoolId): Promise<UserPoolType | undefined> => {
    const client = await aws.cognito();
    const answer = await absent(() => client.send(new DescribeUserPoolCommand({ UserPoolId })));
    return answer?.UserPool;
  },
);

/** Answers undefined when nothing has to be changed. */
export type PoolEdit = (now: PoolFunctions) => PoolFunctions | undefined;

/** Another writer that keeps overwriting would make it endless. */
const mostAttempts = 8;

const inTurn = inTurns();

/**
 * Reads the pool, edits it, reads it again, and writes it if nobody has changed it meanwhile. The edits of one run wait for
 * one another.
 */
export function editPool(aws: Aws, pool: string, edit: PoolEdit, report?: Report): Promise<void> {
  return inTurn(aws, pool, () => attempts(aws, pool, edit, report));
}

async function attempts(aws: Aws, pool: string, edit: PoolEdit, report?: Report): Promise<void> {
  const client = await aws.cognito();
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const before = await readPool(aws, pool);
    const LambdaConfig = before && edit(before.LambdaConfig ?? {});
    if (!before || !LambdaConfig) return;
    const again = await readPool(aws, pool);
    if (!again || !sameJson(again, before)) continue;
    const input = updateOf(before, LambdaConfig);
    const isBusy = (error: unknown) => (error as Error).name === 'ConcurrentModificationException';
    await tryWhile(() => client.send(new UpdateUserPoolCommand(input)), isBusy, forRevisions);
    const after = await lookUntil(
      () => readPool(aws, pool),
      (now) => !now || edit(now.LambdaConfig ?? {}) === undefined || !sameJson(now, before),
      { ...forReads, onWait: waiting(report, `Cognito to show the triggers of ${pool}`) },
    );
    if (!after || edit(after.LambdaConfig ?? {}) === undefined) return;
    report?.(`somebody else changed user pool ${pool} at the same moment; once more`);
  }
  throw new UserError(
    `user pool ${pool} changed ${mostAttempts} times while slsctl was writing it`,
    exitCodes.failed,
    {
      next: 'find out who else writes it, then run the same command again; it continues where this one ended',
    },
  );
}

/** The request that changes nothing but the functions. Its members are those that the API has. */
function updateOf(pool: UserPoolType, LambdaConfig: PoolFunctions): UpdateUserPoolCommandInput {
  const members: readonly string[] = UpdateUserPoolRequest$[4];
  const live = pool as Record<string, unknown>;
  const kept = members.filter((name) => live[name] !== undefined).map((name) => [name, live[name]]);
  const input = { ...Object.fromEntries(kept), UserPoolId: pool.Id, PoolName: pool.Name, LambdaConfig };
  return withoutTwins(input as UpdateUserPoolCommandInput);
}

/** AWS answers the days in two members, and refuses a request with both. */
function withoutTwins(input: UpdateUserPoolCommandInput): UpdateUserPoolCommandInput {
  const { AdminCreateUserConfig, Policies } = input;
  if (Policies?.PasswordPolicy?.TemporaryPasswordValidityDays === undefined) return input;
  const { UnusedAccountValidityDays: _, ...rest } = AdminCreateUserConfig ?? {};
  return { ...input, ...(AdminCreateUserConfig ? { AdminCreateUserConfig: rest } : {}) };
}
