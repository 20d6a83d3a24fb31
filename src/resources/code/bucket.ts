// The bucket for packages too large for a request. slsctl creates and owns one for each account and region.
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Aws } from '../../aws/aws.ts';
import { tryWhile, waiting } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { tagList, tagRecord } from '../owned/ownership.ts';

/** The tag that marks the bucket as slsctl's; the Tagging API finds the bucket by it. */
export const bucketTag = { 'slsctl:bucket': 'uploads' };

const access = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};
/** Lambda needs an upload only once; keeping it longer saves the next upload of the same package. */
const lifecycle: LifecycleRule = {
  ID: 'slsctl-uploads',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  Expiration: { Days: 30 },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

/** Retries while S3 is still creating or deleting a bucket with that name. */
const forBuckets = { budget: 60_000, first: 500, longest: 5000 };

export function bucketName(account: string, region: string): string {
  return `slsctl-${account}-${region}`;
}

/**
 * Creates or repairs the bucket, and answers its name. Rejects with a UserError when a bucket of another owner
 * has that name.
 */
export async function ownBucket(aws: Aws, report?: Report): Promise<string> {
  const [s3, { account }] = await Promise.all([aws.s3(), aws.identity()]);
  const Bucket = bucketName(account, aws.region);
  const at = { Bucket, ExpectedBucketOwner: account };
  const tags = await tagsOf(s3, at);
  if (tags === 'no bucket') {
    await create(s3, at, aws.region, report);
    await settle(s3, at, { isNew: true, report });
  } else {
    if (!isOwn(tags)) throw unusable(Bucket, 'it was not made by slsctl');
    await settle(s3, at, { isNew: false });
  }
  return Bucket;
}

interface At {
  Bucket: string;
  ExpectedBucketOwner: string;
}

type Tags = Record<string, string>;

async function tagsOf(s3: S3Client, at: At): Promise<Tags | 'no bucket'> {
  try {
    return tagRecord((await s3.send(new GetBucketTaggingCommand(at))).TagSet);
  } catch (error) {
    const { name } = error as Error;
    if (name === 'NoSuchTagSet') return {};
    if (name === 'NoSuchBucket') return 'no bucket';
    if (name === 'AccessDenied') {
      throw unusable(
        at.Bucket,
        'another account owns it, or these credentials lack s3:GetBucketTagging',
        error,
      );
    }
    throw error;
  }
}

export function isOwn(tags: Tags): boolean {
  return Object.entries(bucketTag).every(([key, value]) => tags[key] === value);
}

function unusable(bucket: string, reason: string, cause?: unknown): UserError {
  return new UserError(`the bucket ${bucket} cannot take the package: ${reason}`, exitCodes.failed, {
    next: 'name a bucket of your own in slsctl.yml: bucket: NAME',
    cause,
  });
}

async function create(s3: S3Client, at: At, region: string, report?: Report): Promise<void> {
  const { Bucket } = at;
  const CreateBucketConfiguration =
    region === 'us-east-1' ? undefined : { LocationConstraint: region as BucketLocationConstraint };
  try {
    await tryWhile(
      () => s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration })),
      (error) => (error as Error).name === 'OperationAborted',
      { ...forBuckets, onWait: waiting(report, `S3 to create the bucket ${Bucket}`) },
    );
  } catch (error) {
    const { name } = error as Error;
    if (name === 'BucketAlreadyExists') throw unusable(Bucket, 'another account owns it', error);
    // Another run created it first.
    if (name !== 'BucketAlreadyOwnedByYou') throw error;
  }
  try {
    await soon(
      () => s3.send(new PutBucketTaggingCommand({ ...at, Tagging: { TagSet: tagList(bucketTag) } })),
      report,
    );
  } catch (error) {
    // The next run would refuse a bucket without its tag.
    await s3.send(new DeleteBucketCommand({ Bucket })).catch(() => {});
    throw error;
  }
}

/** Retries while S3 does not yet know a new bucket everywhere. */
function soon<T>(call: () => Promise<T>, report?: Report): Promise<T> {
  return tryWhile(call, (error) => (error as Error).name === 'NoSuchBucket', {
    ...forBuckets,
    onWait: waiting(report, 'S3 to know the new bucket'),
  });
}

/** Blocks public access, encrypts, and sets the expiry of uploads. Settings that are right already are not written. */
async function settle(
  s3: S3Client,
  at: At,
  { isNew, report }: { isNew: boolean; report?: Report },
): Promise<void> {
  const [block, rules, encryption] = isNew
    ? [undefined, [], undefined]
    : await Promise.all([
        orNone(() => s3.send(new GetPublicAccessBlockCommand(at))),
        orNone(() => s3.send(new GetBucketLifecycleConfigurationCommand(at))).then((one) => one?.Rules ?? []),
        orNone(() => s3.send(new GetBucketEncryptionCommand(at))),
      ]);
  const blocked = Object.values(block?.PublicAccessBlockConfiguration ?? {}).filter(Boolean).length;
  const writes: (() => Promise<unknown>)[] = [];
  if (blocked < Object.keys(access).length) {
    writes.push(() =>
      s3.send(new PutPublicAccessBlockCommand({ ...at, PublicAccessBlockConfiguration: access })),
    );
  }
  if (!encryption?.ServerSideEncryptionConfiguration?.Rules?.length) {
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }];
    writes.push(() =>
      s3.send(new PutBucketEncryptionCommand({ ...at, ServerSideEncryptionConfiguration: { Rules } })),
    );
  }
  if (!rules.some(isLifecycle)) {
    const Rules = [...rules.filter(({ ID }) => ID !== lifecycle.ID), lifecycle];
    writes.push(() =>
      s3.send(new PutBucketLifecycleConfigurationCommand({ ...at, LifecycleConfiguration: { Rules } })),
    );
  }
  await Promise.all(writes.map((write) => (isNew ? soon(write, report) : write())));
}

function isLifecycle({
  ID,
  Status,
  Expiration,
  AbortIncompleteMultipartUpload: abort,
}: LifecycleRule): boolean {
  return (
    ID === lifecycle.ID &&
    Status === lifecycle.Status &&
    Expiration?.Days === lifecycle.Expiration?.Days &&
    abort?.DaysAfterInitiation === lifecycle.AbortIncompleteMultipartUpload?.DaysAfterInitiation
  );
}

/** undefined: there is no such configuration. */
async function orNone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (/^(NoSuch(?!Bucket$)|\w*NotFound)/.test((error as Error).name)) return undefined;
    throw error;
  }
}
