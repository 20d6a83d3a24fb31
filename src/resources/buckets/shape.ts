// A bucket in the shapes of S3's operations, from its fields in slsctl.yml.
import type { CORSRule, LifecycleRule, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';
import { apiName } from '../../config/api-names.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import type { BucketPart, Encryption, LiveBucket } from './live.ts';

type Fields = ThingFields<'bucket'>;

/** The parts of a bucket by the names that plans show. null: there is none. */
export interface Shape {
  PublicAccessBlock: PublicAccessBlockConfiguration;
  Encryption?: Encryption;
  Versioning?: 'Enabled' | 'Suspended';
  LifecycleRules?: LifecycleRule[] | null;
  CORSRules?: CORSRule[] | null;
  Policy?: unknown;
}

export function shapeOf(fields: Fields): Shape {
  const { versioning, lifecycle, cors, encryption, publicAccessBlock = {}, policy } = fields;
  return {
    PublicAccessBlock: {
      BlockPublicAcls: publicAccessBlock.blockPublicAcls ?? true,
      IgnorePublicAcls: publicAccessBlock.ignorePublicAcls ?? true,
      BlockPublicPolicy: publicAccessBlock.blockPublicPolicy ?? true,
      RestrictPublicBuckets: publicAccessBlock.restrictPublicBuckets ?? true,
    },
    ...(encryption === undefined ? {} : { Encryption: encryptionOf(encryption) }),
    ...(versioning === undefined ? {} : { Versioning: versioning ? 'Enabled' : 'Suspended' }),
    ...(lifecycle === undefined ? {} : { LifecycleRules: lifecycle?.map(ruleOf) ?? null }),
    ...(cors === undefined ? {} : { CORSRules: cors?.map((rule) => named(rule) as CORSRule) ?? null }),
    ...(policy === undefined ? {} : { Policy: policy }),
  };
}

function encryptionOf(encryption: NonNullable<Fields['encryption']> | null): Encryption {
  if (encryption === null) return { SSEAlgorithm: 'AES256' };
  if (typeof encryption === 'string') return { SSEAlgorithm: encryption };
  const { sseAlgorithm, kmsMasterKeyID, bucketKeyEnabled } = encryption;
  return {
    SSEAlgorithm: sseAlgorithm,
    ...(kmsMasterKeyID ? { KMSMasterKeyID: kmsMasterKeyID } : {}),
    ...(bucketKeyEnabled === undefined ? {} : { BucketKeyEnabled: bucketKeyEnabled }),
  };
}

type RuleFields = NonNullable<Fields['lifecycle']>[number];

function ruleOf(
  { id, status = 'Enabled', prefix = '', ...actions }: RuleFields,
  index: number,
): LifecycleRule {
  return {
    ID: id ?? `rule-${index + 1}`,
    Status: status,
    Filter: { Prefix: prefix },
    ...(named(actions) as Partial<LifecycleRule>),
  };
}

/** With the names of the API at every depth; `id` is ID there. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [key === 'id' ? 'ID' : apiName(key), named(below)]),
  );
}

/** The live bucket in the same shape. */
export function liveShape(live: LiveBucket): Record<keyof Shape, unknown> {
  return {
    PublicAccessBlock: live.publicAccess,
    Encryption: live.encryption,
    Versioning: live.versioning ?? 'Suspended',
    LifecycleRules: live.lifecycle?.map(normalRule) ?? null,
    CORSRules: live.cors ?? null,
    Policy: live.policy ?? null,
  };
}

/** S3 and its clones have several spellings of a rule for all objects. */
function normalRule({ Filter, Prefix, ...rule }: LifecycleRule): LifecycleRule {
  const prefix = Filter?.Prefix ?? Prefix ?? '';
  const plain = !Filter || Object.keys(Filter).every((name) => name === 'Prefix');
  return { ...rule, Filter: plain ? { Prefix: prefix } : Filter };
}

/** The parts that slsctl.yml says something about. */
export function partsIn({ versioning, lifecycle, cors, policy }: Fields): BucketPart[] {
  const parts = { versioning, lifecycle, cors, policy };
  return (Object.keys(parts) as BucketPart[]).filter((name) => parts[name] !== undefined);
}
