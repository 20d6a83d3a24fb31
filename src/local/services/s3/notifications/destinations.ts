// The destinations of notifications: whether a bucket may send to them, and the messages that reach them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
import type { EventSource } from '../../../faces.ts';
import { noticeOnce } from '../../../notices.ts';
import { partitionOf } from '../../../partition.ts';
import { isRefusal, ServiceError } from '../../../service-error.ts';
import type { BucketRecord, S3State } from '../state.ts';
import type { Destination } from './configuration.ts';

export const bucketArn = ({ name, region }: BucketRecord): string =>
  `arn:${partitionOf(region)}:s3:::${name}`;

const sourceOf = (bucket: BucketRecord): EventSource => ({
  principal: 's3.amazonaws.com',
  sourceArn: bucketArn(bucket),
  sourceAccount: bucket.account,
});

/**
 * Sends a test message to queues and topics, and looks at the policies of functions.
 * @throws ServiceError InvalidArgument with all destinations that S3 cannot send to
 */
export function tryOut(
  state: S3State,
  bucket: BucketRecord,
  destinations: readonly Destination[],
  test: object,
): void {
  const problems = destinations
    .map((one) => problemOf(state, bucket, one, test))
    .filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  const details = problems.flatMap(([name, value], index) => [
    [`ArgumentName${index + 1}`, name],
    [`ArgumentValue${index + 1}`, value],
  ]);
  throw new ServiceError(
    'InvalidArgument',
    'Unable to validate the following destination configurations',
    400,
    Object.fromEntries(details),
  );
}

type Problem = readonly [name: string, value: string];

function problemOf(
  { host }: S3State,
  bucket: BucketRecord,
  { kind, arn }: Destination,
  test: object,
): Problem | undefined {
  const source = sourceOf(bucket);
  if (kind === 'lambda') {
    if (host.face('functions').accepts(arn, source)) return undefined;
    return [`${arn}, null`, `Not authorized to invoke function [${arn}]`];
  }
  const [thing, exists] =
    kind === 'sqs'
      ? ['queue', host.face('queues').describe(arn) !== undefined]
      : ['topic', host.face('topics').exists(arn)];
  if (!exists) return [arn, `The destination ${thing} does not exist`];
  if (arn.endsWith('.fifo')) return [arn, `FIFO ${thing}s are not supported as destinations`];
  try {
    send(host, kind, arn, JSON.stringify(test), source);
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [
      arn,
      `Permissions on the destination ${thing} do not allow S3 to publish notifications from this bucket`,
    ];
  }
}

/** An event that the destination refuses is dropped, as on AWS; the log says so once. Never throws. */
export function deliver(
  { host }: S3State,
  bucket: BucketRecord,
  { kind, arn }: Destination,
  event: object,
  trace: string | undefined,
): void {
  const source = sourceOf(bucket);
  try {
    if (kind === 'lambda') host.face('functions').deliver(arn, event, source);
    else send(host, kind, arn, JSON.stringify(event), source, trace);
  } catch (error) {
    dropped(bucket, arn, error);
  }
}

export function dropped({ name }: BucketRecord, destination: string, error: unknown): void {
  noticeOnce(
    `S3 does not send the notifications of bucket ${name} to ${destination}: ${(error as Error).message}`,
  );
}

function send(
  host: S3State['host'],
  kind: 'sqs' | 'sns',
  arn: string,
  text: string,
  source: EventSource,
  trace?: string,
): void {
  if (kind === 'sqs') host.face('queues').send(arn, { body: text, trace }, source);
  else host.face('topics').publish(arn, { text, subject: 'Amazon S3 Notification' }, source);
}
