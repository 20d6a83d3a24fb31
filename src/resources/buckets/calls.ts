// The calls of S3 for a bucket. A separate file, so that the client is loaded only when a project has buckets.
import {
  DeleteBucketCorsCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import type { Aws } from '../../aws/aws.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { type Tags, tagList, tagRecord } from '../owned/ownership.ts';
import { type BucketPlace, orNone } from './create.ts';
import type { BucketPart, Encryption, LiveBucket } from './live.ts';
import type { Shape } from './shape.ts';

export function placeOf(aws: Aws, Bucket: string): BucketPlace {
  return { Bucket, ExpectedBucketOwner: aws.account };
}

/** undefined: it does not exist. Rejects with a UserError when another account has it. */
export async function readBucket(
  aws: Aws,
  name: string,
  parts: readonly BucketPart[],
): Promise<LiveBucket | undefined> {
  const s3 = await aws.s3();
  const at = placeOf(aws, name);
  const ifAsked = <T>(part: BucketPart, call: () => Promise<T>) =>
    parts.includes(part) ? orNone(call) : undefined;
  const reads = Promise.all([
    readTags(aws, name),
    orNone(() => s3.send(new GetPublicAccessBlockCommand(at))),
    orNone(() => s3.send(new GetBucketEncryptionCommand(at))),
    ifAsked('versioning', () => s3.send(new GetBucketVersioningCommand(at))),
    ifAsked('lifecycle', () => s3.send(new GetBucketLifecycleConfigurationCommand(at))),
    ifAsked('cors', () => s3.send(new GetBucketCorsCommand(at))),
    ifAsked('policy', () => s3.send(new GetBucketPolicyCommand(at))),
  ]).catch((error: Error) => {
    if (error.name === 'NoSuchBucket') return undefined;
    throw error;
  });
  const read = await reads;
  if (!read) return undefined;
  const [tags, block, encrypted, versioning, lifecycle, cors, policy] = read;
  const [rule] = encrypted?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const encryption: Encryption | undefined = rule && {
    ...rule.ApplyServerSideEncryptionByDefault,
    BucketKeyEnabled: rule.BucketKeyEnabled,
  };
  return {
    tags,
    publicAccess: block?.PublicAccessBlockConfiguration,
    encryption,
    versioning: versioning?.Status,
    lifecycle: lifecycle?.Rules,
    cors: cors?.CORSRules,
    policy: policy?.Policy === undefined ? undefined : JSON.parse(policy.Policy),
  };
}

async function readTags(aws: Aws, name: string): Promise<Tags> {
  const s3 = await aws.s3();
  try {
    const tags = await orNone(() => s3.send(new GetBucketTaggingCommand(placeOf(aws, name))));
    return tagRecord(tags?.TagSet);
  } catch (error) {
    if ((error as Error).name !== 'AccessDenied') throw error;
    throw new UserError(`bucket ${name} cannot be used`, exitCodes.failed, {
      reason: 'another account owns it, or these credentials lack s3:GetBucketTagging',
      next: 'give the bucket another name in slsctl.yml: name: NAME',
      cause: error,
    });
  }
}

/** Brings one part of a bucket to its declaration. */
export async function writePart(aws: Aws, name: string, part: keyof Shape, shape: Shape): Promise<void> {
  const s3 = await aws.s3();
  const at = placeOf(aws, name);
  switch (part) {
    case 'PublicAccessBlock': {
      const PublicAccessBlockConfiguration = shape.PublicAccessBlock;
      await s3.send(new PutPublicAccessBlockCommand({ ...at, PublicAccessBlockConfiguration }));
      return;
    }
    case 'Encryption': {
      const { BucketKeyEnabled, SSEAlgorithm = 'AES256', KMSMasterKeyID } = shape.Encryption ?? {};
      const byDefault = { SSEAlgorithm: SSEAlgorithm as ServerSideEncryption, KMSMasterKeyID };
      const Rules = [{ ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled }];
      await s3.send(new PutBucketEncryptionCommand({ ...at, ServerSideEncryptionConfiguration: { Rules } }));
      return;
    }
    case 'Versioning': {
      const VersioningConfiguration = { Status: shape.Versioning };
      await s3.send(new PutBucketVersioningCommand({ ...at, VersioningConfiguration }));
      return;
    }
    case 'LifecycleRules': {
      const Rules = shape.LifecycleRules ?? [];
      await (Rules.length > 0
        ? s3.send(new PutBucketLifecycleConfigurationCommand({ ...at, LifecycleConfiguration: { Rules } }))
        : s3.send(new DeleteBucketLifecycleCommand(at)));
      return;
    }
    case 'CORSRules': {
      const CORSRules = shape.CORSRules ?? [];
      await (CORSRules.length > 0
        ? s3.send(new PutBucketCorsCommand({ ...at, CORSConfiguration: { CORSRules } }))
        : s3.send(new DeleteBucketCorsCommand(at)));
      return;
    }
    case 'Policy':
      await (shape.Policy
        ? s3.send(new PutBucketPolicyCommand({ ...at, Policy: JSON.stringify(shape.Policy) }))
        : s3.send(new DeleteBucketPolicyCommand(at)));
  }
}

/** S3 has no operation for a single tag: it replaces all of them. */
export async function writeTags(aws: Aws, name: string, tags: Tags): Promise<void> {
  const s3 = await aws.s3();
  const Tagging = { TagSet: tagList(tags) };
  await s3.send(new PutBucketTaggingCommand({ ...placeOf(aws, name), Tagging }));
}
