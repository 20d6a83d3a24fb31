// The notification configuration of a bucket. It is one document, into which others write, too: it is read, changed and
// written as a whole. Loaded when a bucket is called.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetBucketNotificationConfigurationCommand,
  type LambdaFunctionConfiguration,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { Aws } from '../../../aws/aws.ts';
import { forReads, lookUntil, tryWhile, waiting } from '../../../engine/patience.ts';
import type { Report } from '../../../engine/resource.ts';
import { exitCodes, UserError } from '../../../errors/user-error.ts';
import { sameJson } from '../../compare.ts';
import { inTurns } from '../../in-turn.ts';
import { shared } from '../../shared-request.ts';

export type Configuration = NotificationConfiguration;
export type FunctionNotification = LambdaFunctionConfiguration;

/** Why the configuration cannot be read. */
export type Unreadable = { readonly missing: true } | { readonly region: string };

/** The configuration; or undefined with a reason. Concurrent calls share one request. */
export const readConfiguration = shared(
  (bucket: string) => bucket,
  async (aws, Bucket): Promise<Configuration | Unreadable> => {
    const s3 = await aws.s3();
    try {
      const answer = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      const { $metadata: _, ...configuration } = answer;
      return configuration;
    } catch (error) {
      const unreadable = reasonOf(error as Error, aws.region);
      if (unreadable) return unreadable;
      throw error;
    }
  },
);

function reasonOf(error: Error, here: string): Unreadable | undefined {
  if (error.name === 'NoSuchBucket') return { missing: true };
  const region = regionIn(error);
  return region !== undefined && region !== here ? { region } : undefined;
}

/** S3 names the region of the bucket in the answer, when the request went to another one. */
function regionIn(error: Error): string | undefined {
  const { $response, Region } = error as {
    $response?: { headers?: Record<string, string> };
    Region?: string;
  };
  if (!/Redirect|AuthorizationHeaderMalformed|IllegalLocation/.test(error.name)) return undefined;
  return $response?.headers?.['x-amz-bucket-region'] ?? Region;
}

export function isUnreadable(answer: Configuration | Unreadable): answer is Unreadable {
  return 'missing' in answer || 'region' in answer;
}

/** Changes the notifications that call functions; answers undefined when nothing has to be changed. */
export type Edit = (
  now: readonly FunctionNotification[],
  all: Configuration,
) => FunctionNotification[] | undefined;

interface Writing {
  readonly aws: Aws;
  readonly bucket: string;
  /** Of the functions that this run binds: S3 may not know their permissions yet. */
  readonly own: readonly string[];
  readonly report?: Report;
}

/** Another writer that keeps overwriting would make it endless. */
const mostAttempts = 8;
/** Milliseconds. */
const longestPause = 500;

const inTurn = inTurns();

/**
 * Reads the configuration, edits it, reads it again, writes it if nobody has changed it meanwhile, and reads what is there
 * then: a writer at the same moment may have overwritten it. The edits of one run wait for one another.
 */
export async function edit(writing: Writing, change: Edit): Promise<void> {
  return inTurn(writing.aws, writing.bucket, () => attempts(writing, change));
}

async function attempts(writing: Writing, change: Edit): Promise<void> {
  const { bucket, report } = writing;
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const before = await look(writing);
    if (!before) return;
    const LambdaFunctionConfigurations = change(before.LambdaFunctionConfigurations ?? [], before);
    if (!LambdaFunctionConfigurations) return;
    const again = await look(writing);
    if (again && !sameJson(again, before)) continue;
    const began = performance.now();
    await put(writing, { ...before, LambdaFunctionConfigurations });
    // A writer that read before this write makes its own within about the same time, and overwrites it.
    await sleep(Math.min(performance.now() - began, longestPause));
    const isMet = (now: Configuration | undefined) =>
      now === undefined || change(now.LambdaFunctionConfigurations ?? [], now) === undefined;
    const after = await lookUntil(
      () => look(writing),
      (now) => isMet(now) || !sameJson(now, before),
      { ...forReads, onWait: waiting(report, `S3 to show the notifications of ${bucket}`) },
    );
    if (isMet(after)) return;
    report?.(`somebody else changed the notifications of ${bucket} at the same moment; once more`);
    await sleep(50 * attempt * (1 + Math.random()));
  }
  throw new UserError(
    `the notifications of bucket ${bucket} changed ${mostAttempts} times while slsctl was writing them`,
    exitCodes.failed,
    {
      next: 'find out who else writes them, then run the same command again; it continues where this one ended',
    },
  );
}

/** undefined: the bucket is gone. */
async function look({ aws, bucket }: Writing): Promise<Configuration | undefined> {
  const answer = await readConfiguration(aws, bucket);
  if (!isUnreadable(answer)) return answer;
  if ('missing' in answer) return undefined;
  throw new UserError(`bucket ${bucket} is in ${answer.region}, not in ${aws.region}`);
}

/** A new permission of a function counts for S3 after some seconds. */
const forPermissions = { budget: 30_000, first: 500, longest: 2000 };

async function put(writing: Writing, NotificationConfiguration: Configuration): Promise<void> {
  const { aws, bucket: Bucket, own, report } = writing;
  const s3 = await aws.s3();
  const send = (SkipDestinationValidation?: boolean) =>
    s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration,
        SkipDestinationValidation,
      }),
    );
  const refusesOwn = (error: unknown) =>
    isRefusal(error) && refusedArns(error).some((arn) => own.includes(arn));
  try {
    await tryWhile(send, refusesOwn, {
      ...forPermissions,
      onWait: (elapsed) =>
        report?.(`waiting until S3 may call the function, ${Math.round(elapsed / 1000)} s`),
    });
  } catch (error) {
    // Destinations of others, which are there already, do not keep ours from being added.
    if (isRefusal(error) && refusedArns(error).length > 0 && !refusesOwn(error)) {
      await send(true);
      return;
    }
    throw refused(error, Bucket);
  }
}

function isRefusal(error: unknown): error is Error {
  const { name, message } = error as Error;
  return name === 'InvalidArgument' && /validate the following destination/i.test(message);
}

/** S3 numbers the destinations: `ArgumentName1`, with the ARN and more in it. */
function refusedArns(error: Error): string[] {
  return Object.entries(error).flatMap(([key, value]) =>
    /^ArgumentName\d*$/.test(key) ? [String(value).replace(/,.*$/, '').trim()] : [],
  );
}

function refused(error: unknown, bucket: string): unknown {
  const { name, message } = error as Error;
  if (name !== 'InvalidArgument') return error;
  const permission = isRefusal(error);
  return new UserError(
    permission
      ? `S3 may not call ${refusedArns(error).join(', ') || 'the function'} for bucket ${bucket}`
      : `S3 refuses the notifications of bucket ${bucket}`,
    exitCodes.failed,
    {
      reason: message,
      next: permission
        ? 'run the same command again; new permissions may take some seconds'
        : `compare with: aws s3api get-bucket-notification-configuration --bucket ${bucket}`,
      cause: error,
    },
  );
}
