// The records of the local S3: buckets, objects with their versions, multipart uploads. Files hold the bytes.
import { createHash, randomBytes } from 'node:crypto';
import type { Grant } from '@aws-sdk/client-s3';
import type { Call } from '../../call.ts';
import type { ServiceHost } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import type { Collection } from '../../store/store.ts';
import { Bodies, type Piece } from './bodies.ts';
import type { Checksum } from './checksums.ts';
import { accessDenied, noSuchBucket } from './errors.ts';

export interface BucketRecord {
  name: string;
  account: string;
  region: string;
  /** Epoch milliseconds, as all times here. */
  created: number;
  tags: Record<string, string>;
  versioning?: 'Enabled' | 'Suspended';
  /** Its other configurations, by kind. */
  settings: Record<string, unknown>;
}

/** The properties of an object that a client sets. */
export interface ObjectHeaders {
  ContentType?: string;
  CacheControl?: string;
  ContentDisposition?: string;
  ContentEncoding?: string;
  ContentLanguage?: string;
  /** In the format of HTTP headers. */
  Expires?: string;
  WebsiteRedirectLocation?: string;
  Metadata: Record<string, string>;
}

export interface ObjectVersion {
  /** `null` in a bucket without versioning. */
  id: string;
  modified: number;
  /** Present when this version is a delete marker. */
  marker?: true;
  /** Without quotation marks. */
  etag: string;
  size: number;
  /** The places of its bytes, in order: one for each uploaded part. */
  pieces: Piece[];
  headers: ObjectHeaders;
  tags: Record<string, string>;
  checksum?: Checksum;
  encryption: { ServerSideEncryption: 'AES256' | 'aws:kms'; SSEKMSKeyId?: string };
  storageClass: string;
  /** Absent: only the owner has access. */
  acl?: Grant[];
  /** Until when an archived object can be read. */
  restoredUntil?: number;
}

export interface ObjectRecord {
  bucket: string;
  key: string;
  /** Newest first. */
  versions: ObjectVersion[];
}

export interface UploadRecord {
  id: string;
  bucket: string;
  key: string;
  initiated: number;
  headers: ObjectHeaders;
  tags: Record<string, string>;
  encryption: ObjectVersion['encryption'];
  storageClass: string;
  checksum?: { algorithm: Checksum['algorithm']; type: Checksum['type'] };
  acl?: Grant[];
}

export interface PartRecord {
  number: number;
  etag: string;
  modified: number;
  piece: Piece;
  checksum?: Checksum;
}

export interface S3State {
  /** Keys: the name, which is unique across all accounts. */
  readonly buckets: Collection<BucketRecord>;
  /** Keys: `bucket/key`; a bucket name contains no slash. */
  readonly objects: Collection<ObjectRecord>;
  /** Keys: `bucket/upload id`. */
  readonly uploads: Collection<UploadRecord>;
  /** Keys: `bucket/upload id/number`, the number with five digits. */
  readonly parts: Collection<PartRecord>;
  readonly bodies: Bodies;
  readonly host: Pick<ServiceHost, 'face' | 'endpoint'>;
}

export function createS3State(host: ServiceHost, folder: string): S3State {
  const { store } = host;
  const state = {
    buckets: store.collection<BucketRecord>('s3/buckets'),
    objects: store.collection<ObjectRecord>('s3/objects'),
    uploads: store.collection<UploadRecord>('s3/uploads'),
    parts: store.collection<PartRecord>('s3/parts'),
  };
  const used = () => {
    const files = new Set<string>();
    for (const [, { versions }] of state.objects.entries()) {
      for (const { pieces } of versions) for (const { file } of pieces) files.add(file);
    }
    for (const [, { piece }] of state.parts.entries()) files.add(piece.file);
    return files;
  };
  return { ...state, bodies: new Bodies(folder, used), host };
}

export interface Asked {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** @throws ServiceError when the bucket does not exist, belongs to another account, or is in another region */
export function bucketOf(
  state: S3State,
  call: Pick<Call, 'account' | 'region'>,
  { Bucket = '', ExpectedBucketOwner }: Asked,
  anyRegion = false,
): BucketRecord {
  const bucket = state.buckets.get(Bucket);
  if (!bucket) throw noSuchBucket(Bucket);
  if (bucket.account !== call.account) throw accessDenied();
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== bucket.account) throw accessDenied();
  if (anyRegion || bucket.region === call.region) return bucket;
  throw new ServiceError(
    'AuthorizationHeaderMalformed',
    `The authorization header is malformed; the region '${call.region}' is wrong; expecting '${bucket.region}'`,
    400,
    { Region: bucket.region },
  );
}

export const objectKey = (bucket: string, key: string): string => `${bucket}/${key}`;

export const newVersionId = (): string => randomBytes(24).toString('base64url');

/** The canonical user id of an account. */
export const ownerOf = (account: string): { ID: string } => ({
  ID: createHash('sha256').update(`canonical ${account}`).digest('hex'),
});

/** Adds a version before the others. Without versioning, or while it is suspended, it replaces the version `null`. */
export function addVersion(
  state: S3State,
  bucket: BucketRecord,
  key: string,
  version: ObjectVersion,
): ObjectVersion {
  const place = objectKey(bucket.name, key);
  const before = state.objects.get(place)?.versions ?? [];
  const added = { ...version, id: bucket.versioning === 'Enabled' ? newVersionId() : 'null' };
  const kept = before.filter(({ id }) => id !== added.id);
  const gone = before.filter(({ id }) => id === added.id);
  state.objects.put(place, { bucket: bucket.name, key, versions: [added, ...kept] });
  state.bodies.removeLater(gone.flatMap(({ pieces }) => pieces));
  return added;
}
