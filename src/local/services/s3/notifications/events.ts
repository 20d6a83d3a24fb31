// The events of a bucket, as its destinations and EventBridge receive them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
import { createHash, randomBytes } from 'node:crypto';
import type { Call } from '../../../call.ts';
import type { BusEvent } from '../../../faces.ts';
import type { BucketRecord, ObjectVersion } from '../state.ts';
import { bucketArn } from './destinations.ts';

/** The one who caused an event. */
export type Requester = Pick<Call, 'account' | 'callerId' | 'requestId' | 'traceId'>;

export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete'
  | 'ObjectAcl:Put'
  | 'ObjectRestore:Post'
  | 'ObjectRestore:Completed';

export interface Happening {
  readonly name: EventName;
  readonly key: string;
  /** The version that was created, changed or removed; for a delete marker that was created, the marker. */
  readonly version: Pick<ObjectVersion, 'id' | 'etag' | 'size' | 'storageClass' | 'restoredUntil'>;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly sequencer: string;
}

const address = '127.0.0.1';
/** S3 itself. */
const ownAddress = 's3.amazonaws.com';
/** The MD5 of nothing. */
const noBytes = 'd41d8cd98f00b204e9800998ecf8427e';

let lastTime = 0;
let counter = 0;

/** A hexadecimal number that is larger than every earlier one. */
export function nextSequencer(now: number): string {
  counter = now > lastTime ? 0 : counter + 1;
  lastTime = Math.max(now, lastTime);
  const text = lastTime.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0');
  return `00${text}`.toUpperCase();
}

/** The members of the object that events with this name have. */
function shown({ name, key, version, sequencer }: Happening) {
  const [family, what] = name.split(':');
  const isChange = family === 'ObjectTagging' || family === 'ObjectAcl';
  const isWhole = family === 'ObjectCreated' || family === 'ObjectRestore';
  return {
    size: isWhole ? version.size : undefined,
    etag: what === 'DeleteMarkerCreated' ? noBytes : isWhole || isChange ? version.etag : undefined,
    // The version of a bucket without versioning, or with suspended versioning.
    version: version.id === 'null' ? undefined : version.id,
    sequencer: isChange ? undefined : sequencer,
    key,
  };
}

export function recordOf(
  bucket: BucketRecord,
  happening: Happening,
  { callerId, requestId }: Requester,
  configurationId: string,
): object {
  const { size, etag, version, sequencer, key } = shown(happening);
  return {
    eventVersion: sequencer === undefined ? '2.3' : '2.1',
    eventSource: 'aws:s3',
    awsRegion: bucket.region,
    eventTime: new Date(happening.time).toISOString(),
    eventName: happening.name,
    userIdentity: {
      principalId: isCompletion(happening)
        ? `AmazonCustomer:${principalOf(bucket.account)}`
        : `AWS:${callerId}`,
    },
    requestParameters: { sourceIPAddress: isCompletion(happening) ? ownAddress : address },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': randomBytes(48).toString('base64') },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: principalOf(bucket.account) },
        arn: bucketArn(bucket),
      },
      object: { key: encodedKey(key), size, eTag: etag, versionId: version, sequencer },
    },
    ...(isCompletion(happening)
      ? {
          glacierEventData: {
            restoreEventData: {
              lifecycleRestorationExpiryTime: expiryOf(happening),
              lifecycleRestoreStorageClass: happening.version.storageClass,
            },
          },
        }
      : {}),
  };
}

const isCompletion = ({ name }: Happening): boolean => name === 'ObjectRestore:Completed';

const expiryOf = ({ version }: Happening): string => new Date(version.restoredUntil ?? 0).toISOString();

const reasons: Partial<Record<EventName, string>> = {
  'ObjectCreated:Put': 'PutObject',
  'ObjectCreated:Post': 'POST Object',
  'ObjectCreated:Copy': 'CopyObject',
  'ObjectCreated:CompleteMultipartUpload': 'CompleteMultipartUpload',
  'ObjectRemoved:Delete': 'DeleteObject',
  'ObjectRemoved:DeleteMarkerCreated': 'DeleteObject',
};

const detailTypes: Record<EventName, string> = {
  'ObjectCreated:Put': 'Object Created',
  'ObjectCreated:Post': 'Object Created',
  'ObjectCreated:Copy': 'Object Created',
  'ObjectCreated:CompleteMultipartUpload': 'Object Created',
  'ObjectRemoved:Delete': 'Object Deleted',
  'ObjectRemoved:DeleteMarkerCreated': 'Object Deleted',
  'ObjectTagging:Put': 'Object Tags Added',
  'ObjectTagging:Delete': 'Object Tags Deleted',
  'ObjectAcl:Put': 'Object ACL Updated',
  'ObjectRestore:Post': 'Object Restore Initiated',
  'ObjectRestore:Completed': 'Object Restore Completed',
};

const deletionTypes: Partial<Record<EventName, string>> = {
  'ObjectRemoved:Delete': 'Permanently Deleted',
  'ObjectRemoved:DeleteMarkerCreated': 'Delete Marker Created',
};

export function busEventOf(
  bucket: BucketRecord,
  happening: Happening,
  { account, requestId }: Requester,
): BusEvent {
  const { version, ...object } = shown(happening);
  const { name, time } = happening;
  const { key, size, etag } = object;
  const isRestore = name.startsWith('ObjectRestore:');
  const sequencer = isRestore ? undefined : object.sequencer;
  return {
    source: 'aws.s3',
    detailType: detailTypes[name],
    resources: [bucketArn(bucket)],
    time,
    detail: {
      version: '0',
      bucket: { name: bucket.name },
      object: { key, size, etag, 'version-id': version, sequencer },
      'request-id': requestId,
      requester: account,
      'source-ip-address': isCompletion(happening) ? undefined : address,
      'restore-expiry-time': isCompletion(happening) ? expiryOf(happening) : undefined,
      'source-storage-class': isRestore ? happening.version.storageClass : undefined,
      reason: reasons[name],
      'deletion-type': deletionTypes[name],
    },
  };
}

/** The message that queues and topics receive when they are configured. */
export function testEvent({ name }: BucketRecord, { requestId }: Requester): object {
  return {
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: new Date().toISOString(),
    Bucket: name,
    RequestId: requestId,
    HostId: randomBytes(48).toString('base64'),
  };
}

/** The key as in a form, but with slashes: `a b/ü@c` is `a+b/%C3%BC%40c`. */
function encodedKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/** Looks like the principal id of an owner: `A3NL1KOZZKEXAMPLE`. */
function principalOf(account: string): string {
  const digest = createHash('sha256').update(`principal ${account}`).digest();
  return `A${[...digest.subarray(0, 13)].map((byte) => (byte % 36).toString(36)).join('')}`.toUpperCase();
}
