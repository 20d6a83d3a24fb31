// The properties of an object besides its bytes: read from requests, and written into answers.
import type { ServerSideEncryption, StorageClass } from '@aws-sdk/client-s3';
import { ServiceError } from '../../service-error.ts';
import type { Checksum } from './checksums.ts';
import { invalidArgument, invalidRequest, notImplemented } from './errors.ts';
import type { BucketRecord, ObjectHeaders, ObjectVersion } from './state.ts';
import { versionId } from './versions.ts';

type Given = {
  readonly [name in keyof Omit<ObjectHeaders, 'Expires' | 'Metadata'>]?: string | undefined;
} & {
  readonly Expires?: Date | undefined;
  readonly Metadata?: Record<string, string> | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly StorageClass?: string | undefined;
};

type Description = Pick<ObjectVersion, 'headers' | 'encryption' | 'storageClass'>;

const storageClasses = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
];
const largestMetadata = 2048;

/** @throws ServiceError when a property is not valid */
export function describe(given: Given, bucket: BucketRecord): Description {
  const { ContentType, CacheControl, ContentDisposition, ContentLanguage, Expires } = given;
  const { WebsiteRedirectLocation, Metadata = {}, StorageClass = 'STANDARD' } = given;
  if (given.SSECustomerAlgorithm !== undefined) throw notImplemented('Encryption with a key of the customer');
  if (!storageClasses.includes(StorageClass)) {
    throw new ServiceError('InvalidStorageClass', 'The storage class you specified is not valid', 400, {
      StorageClassRequested: StorageClass,
    });
  }
  const size = Object.entries(Metadata).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (size > largestMetadata) {
    throw new ServiceError(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
      400,
      { Size: String(size), MaxSizeAllowed: String(largestMetadata) },
    );
  }
  // `aws-chunked` describes only the transfer, so it is not stored.
  const encodings = (given.ContentEncoding ?? '').split(',').map((one) => one.trim());
  const ContentEncoding = encodings.filter((one) => one !== '' && one !== 'aws-chunked').join(',');
  return {
    headers: {
      ContentType: ContentType || 'binary/octet-stream',
      CacheControl,
      ContentDisposition,
      ContentLanguage,
      ContentEncoding: ContentEncoding || undefined,
      Expires: Expires?.toUTCString(),
      WebsiteRedirectLocation,
      Metadata,
    },
    encryption: encryptionOf(given, bucket),
    storageClass: StorageClass,
  };
}

function encryptionOf(
  { ServerSideEncryption: asked, SSEKMSKeyId }: Given,
  { settings }: BucketRecord,
): ObjectVersion['encryption'] {
  if (asked !== undefined && asked !== 'AES256' && asked !== 'aws:kms') {
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      asked,
    );
  }
  if (asked) return { ServerSideEncryption: asked, ...(SSEKMSKeyId ? { SSEKMSKeyId } : {}) };
  const { Rules: [rule] = [] } = (settings.encryption ?? {}) as {
    Rules?: { ApplyServerSideEncryptionByDefault?: { SSEAlgorithm?: string; KMSMasterKeyID?: string } }[];
  };
  const { SSEAlgorithm, KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
  if (SSEAlgorithm !== 'aws:kms') return { ServerSideEncryption: 'AES256' };
  return { ServerSideEncryption: 'aws:kms', ...(KMSMasterKeyID ? { SSEKMSKeyId: KMSMasterKeyID } : {}) };
}

/** The headers of GetObject and HeadObject. */
export function described(bucket: BucketRecord, version: ObjectVersion, withChecksum: boolean) {
  const { headers, etag, modified, tags, checksum, encryption, storageClass, restoredUntil } = version;
  const { Expires, ...others } = headers;
  const TagCount = Object.keys(tags).length;
  return {
    ...others,
    ...(Expires === undefined ? {} : { Expires: new Date(Expires), ExpiresString: Expires }),
    AcceptRanges: 'bytes',
    ETag: quoted(etag),
    LastModified: new Date(modified),
    ...encryption,
    ...versionId(bucket, version),
    ...(TagCount > 0 ? { TagCount } : {}),
    ...(storageClass === 'STANDARD' ? {} : { StorageClass: storageClass as StorageClass }),
    ...(restoredUntil === undefined
      ? {}
      : {
          Restore: `ongoing-request="false", expiry-date="${new Date(restoredUntil).toUTCString()}"`,
        }),
    ...(withChecksum ? checksumMembers(checksum) : {}),
    ServerSideEncryption: encryption.ServerSideEncryption as ServerSideEncryption,
  };
}

export const quoted = (etag: string): string => `"${etag}"`;

/** `{ ChecksumCRC32: …, ChecksumType: … }` */
export function checksumMembers(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

const overrides = {
  ResponseContentType: 'ContentType',
  ResponseCacheControl: 'CacheControl',
  ResponseContentDisposition: 'ContentDisposition',
  ResponseContentEncoding: 'ContentEncoding',
  ResponseContentLanguage: 'ContentLanguage',
} as const;

/** Headers that the request sets for the answer instead of the object's own. */
export function overridden(input: { readonly [name in keyof typeof overrides]?: string | undefined }) {
  const found: Record<string, string> = {};
  for (const [asked, member] of Object.entries(overrides)) {
    const value = input[asked as keyof typeof overrides];
    if (value === undefined) continue;
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      throw invalidRequest(`The value of ${asked} is not a header value`);
    found[member] = value;
  }
  return found;
}
