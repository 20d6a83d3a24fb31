// Provisioned concurrency of an alias: requests it, and waits until it is ready.
import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../../aws/aws.ts';
import { lookUntil, tryWhile, waiting } from '../../engine/patience.ts';
import type { Change, Report } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { absent } from '../absent.ts';
import { Attachment } from '../attachments/attachment.ts';
import { differences } from '../compare.ts';

export interface LiveProvisioned {
  readonly requested: number;
  readonly available: number;
  /** IN_PROGRESS, READY, FAILED */
  readonly status: string;
  readonly reason?: string;
}

/** AWS needs minutes for many environments. */
const patience = { budget: 900_000, first: 250, longest: 5000 };
const countPath = 'ProvisionedConcurrentExecutions';
const statusPath = 'ProvisionedConcurrency.Status';

/** undefined: there is none. */
export async function readProvisioned(
  aws: Aws,
  FunctionName: string,
  Qualifier: string,
): Promise<LiveProvisioned | undefined> {
  try {
    const config = await aws.lambda.send(
      new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }),
    );
    return {
      requested: config.RequestedProvisionedConcurrentExecutions ?? 0,
      available: config.AvailableProvisionedConcurrentExecutions ?? 0,
      status: config.Status ?? 'READY',
      reason: config.StatusReason,
    };
  } catch (error) {
    const { name } = error as Error;
    if (name === 'ProvisionedConcurrencyConfigNotFoundException' || name === 'ResourceNotFoundException') {
      return undefined;
    }
    throw error;
  }
}

/** Provisioned concurrency without a declaration. */
export class ProvisionedResource extends Attachment<LiveProvisioned> {
  readonly kind = 'provisioned concurrency';

  read(): Promise<LiveProvisioned | undefined> {
    const { FunctionName, Qualifier = '' } = this.at;
    return readProvisioned(this.aws, FunctionName, Qualifier);
  }

  extent({ requested }: LiveProvisioned): string {
    return `${requested} environments kept ready for it`;
  }

  /** slsctl.yml declares it as a field of the alias. */
  fields({ requested }: LiveProvisioned): Record<string, unknown> {
    return { ProvisionedConcurrentExecutions: requested };
  }

  async remove(): Promise<void> {
    const { FunctionName, Qualifier } = this.at;
    const command = new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier });
    await absent(() => this.aws.lambda.send(command));
  }
}

/** `wanted` undefined: no change; null: there must be none. */
export function provisionedChanges(
  wanted: number | null | undefined,
  live: LiveProvisioned | undefined,
): Change[] {
  if (wanted === undefined) return [];
  if (wanted === null) return live ? [{ path: countPath, from: live.requested, to: undefined }] : [];
  const { status } = live ?? {};
  return [
    ...differences(wanted, live?.requested, countPath),
    ...(status === undefined || status === 'READY' ? [] : [{ path: statusPath, from: status, to: 'READY' }]),
  ];
}

export interface Provision {
  FunctionName: string;
  Qualifier: string;
  count: number;
  changes: readonly Change[];
  report?: Report;
}

/** Requests it when the changes include it, and waits until it is ready. Rejects with a UserError when it fails. */
export async function provision(aws: Aws, wanted: Provision): Promise<void> {
  const { FunctionName, Qualifier, count, changes, report } = wanted;
  const asked = changes.some(
    ({ path, from }) => path === countPath || (path === statusPath && from === 'FAILED'),
  );
  if (asked) {
    const command = new PutProvisionedConcurrencyConfigCommand({
      FunctionName,
      Qualifier,
      ProvisionedConcurrentExecutions: count,
    });
    // AWS refuses while it still moves the alias.
    const moving = (error: unknown) => /alias with weights/i.test((error as Error).message);
    const forMove = { ...patience, onWait: waiting(report, 'AWS to move the alias') };
    await tryWhile(() => aws.lambda.send(command), moving, forMove);
  }
  let last: LiveProvisioned | undefined;
  await lookUntil(
    async () => {
      last = await readProvisioned(aws, FunctionName, Qualifier);
      return last;
    },
    (live) => live !== undefined && live.status !== 'IN_PROGRESS',
    {
      ...patience,
      onWait: (elapsed) =>
        report?.(`${last?.available ?? 0} of ${count} environments ready, ${Math.round(elapsed / 1000)} s`),
    },
  );
  if (last?.status === 'READY') return;
  const what = `provisioned concurrency of ${FunctionName}:${Qualifier}`;
  if (last?.status !== 'FAILED') {
    throw new UserError(`${what} is not ready after 15 minutes`, exitCodes.failed, {
      reason: `${last?.available ?? 0} of ${count} environments are ready`,
      next: 'run the same command again to continue waiting',
    });
  }
  const init = last.reason === 'FUNCTION_ERROR_INIT_FAILURE';
  throw new UserError(`${what} failed: ${last.reason ?? 'AWS gave no reason'}`, exitCodes.failed, {
    reason: init ? 'the function fails while it starts, before its handler is called' : undefined,
    next: init ? [{ command: `logs ${FunctionName} --since 10m` }, ', fix it, then deploy again'] : undefined,
  });
}
