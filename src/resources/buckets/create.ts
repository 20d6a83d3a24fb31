// Creates a bucket of S3 with its tags: a bucket without them would not be recognized later.
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  PutBucketTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { tryWhile, waiting } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { type Tags, tagList } from '../owned/ownership.ts';

/** Retries while S3 is still creating or deleting a bucket with that name. */
const forBuckets = { budget: 60_000, first: 500, longest: 5000 };

export interface BucketPlace {
  Bucket: string;
  ExpectedBucketOwner: string;
}

/** `taken`: the error when another account has a bucket of that name. */
export async function createBucket(
  s3: S3Client,
  at: BucketPlace,
  {
    region,
    tags,
    taken,
    report,
  }: { region: string; tags: Tags; taken(cause: Error): Error; report?: Report },
): Promise<void> {
  const { Bucket } = at;
  const CreateBucketConfiguration =
    region === 'us-east-1' ? undefined : { LocationConstraint: region as BucketLocationConstraint };
  try {
    await tryWhile(() => s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration })), isBusy, {
      ...forBuckets,
      onWait: waiting(report, `S3 to create the bucket ${Bucket}`),
    });
  } catch (error) {
    const { name } = error as Error;
    if (name === 'BucketAlreadyExists') throw taken(error as Error);
    // Another run created it first.
    if (name !== 'BucketAlreadyOwnedByYou') throw error;
  }
  try {
    await onceKnown(
      () => s3.send(new PutBucketTaggingCommand({ ...at, Tagging: { TagSet: tagList(tags) } })),
      report,
    );
  } catch (error) {
    // The next run would refuse a bucket without its tag.
    await s3.send(new DeleteBucketCommand({ Bucket })).catch(() => {});
    throw error;
  }
}

/** S3 is making another change of the bucket. */
function isBusy(error: unknown): boolean {
  return (error as Error).name === 'OperationAborted';
}

/** Makes a change; retries while S3 is making another one. */
export function inTurn<T>(call: () => Promise<T>, report?: Report): Promise<T> {
  return tryWhile(call, isBusy, { ...forBuckets, onWait: waiting(report, 'S3 to make the change before') });
}

/** Retries while S3 does not yet know a new bucket everywhere. */
export function onceKnown<T>(call: () => Promise<T>, report?: Report): Promise<T> {
  return tryWhile(call, (error) => (error as Error).name === 'NoSuchBucket' || isBusy(error), {
    ...forBuckets,
    onWait: waiting(report, 'S3 to know the new bucket'),
  });
}

/** undefined: there is no such configuration. */
export async function orNone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (/^(NoSuch(?!Bucket$)|\w*NotFound)/.test((error as Error).name)) return undefined;
    throw error;
  }
}
