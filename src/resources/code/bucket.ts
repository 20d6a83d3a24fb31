// The bucket for packages too large for a request. slsctl creates and owns one for each account and region.
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Aws } from '../../aws/aws.ts';
import type { Report } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { type BucketPlace, createBucket, onceKnown, orNone } from '../buckets/create.ts';
import { tagRecord } from '../owned/ownership.ts';

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
    const taken = (cause: Error) => unusable(Bucket, 'another account owns it', cause);
    await createBucket(s3, at, { region: aws.region, tags: bucketTag, taken, report });
    await settle(s3, at, { isNew: true, report });
  } else {
    if (!isOwn(tags)) throw unusable(Bucket, 'it was not made by slsctl');
    await settle(s3, at, { isNew: false });
  }
  return Bucket;
}

type Tags = Record<string, string>;

async function tagsOf(s3: S3Client, at: BucketPlace): Promise<Tags | 'no bucket'> {
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

/** Blocks public access, encrypts, and sets the expiry of uploads. Settings that are right already are not written. */
async function settle(
  s3: S3Client,
  at: BucketPlace,
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
  await Promise.all(writes.map((write) => (isNew ? onceKnown(write, report) : write())));
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
