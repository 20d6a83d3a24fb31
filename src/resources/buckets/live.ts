// A bucket as it is on AWS.
import type { CORSRule, LifecycleRule, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';
import type { Tags } from '../owned/ownership.ts';

/** What takes a call to read, and is read only where slsctl.yml says something about it. */
export type BucketPart = 'versioning' | 'lifecycle' | 'cors' | 'policy';

export interface Encryption {
  SSEAlgorithm?: string;
  KMSMasterKeyID?: string;
  BucketKeyEnabled?: boolean;
}

export interface LiveBucket {
  tags: Tags;
  publicAccess?: PublicAccessBlockConfiguration;
  encryption?: Encryption;
  versioning?: string;
  lifecycle?: LifecycleRule[];
  cors?: CORSRule[];
  /** Parsed. */
  policy?: unknown;
  /** What it holds; undefined: nobody asked. */
  contents?: Contents;
}

export interface Contents {
  /** Objects, older versions and delete markers. */
  objects: number;
  /** There are more than these. */
  more: boolean;
  /** Uploads that were never completed. */
  uploads: number;
}
