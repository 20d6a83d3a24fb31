// Multipart uploads: creating, reading, listing and aborting them.
import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import type { ChecksumAlgorithm, ChecksumType } from '@aws-sdk/client-s3';
import type { Handlers } from '../../service.ts';
import { checkedAcl } from './acls.ts';
import { algorithmOf, type Checksum } from './checksums.ts';
import { checksumMembers, describe, quoted } from './descriptions.ts';
import { invalidRequest, noSuchUpload } from './errors.ts';
import { writer } from './list.ts';
import {
  type BucketRecord,
  bucketOf,
  ownerOf,
  type PartRecord,
  type S3State,
  type UploadRecord,
} from './state.ts';
import { tagsInHeader } from './tags.ts';

export const uploads: Handlers<typeof sdk, S3State> = {
  CreateMultipartUpload(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const { Key = '' } = input;
    const checksum = checksumOf(input);
    const upload: UploadRecord = {
      ...describe(input, bucket),
      acl: checkedAcl(input, bucket, false),
      id: randomBytes(48).toString('base64url'),
      bucket: bucket.name,
      key: Key,
      initiated: Date.now(),
      tags: tagsInHeader(input.Tagging),
      checksum,
    };
    state.uploads.put(uploadKey(bucket, upload.id), upload);
    return {
      Bucket: bucket.name,
      Key,
      UploadId: upload.id,
      ...upload.encryption,
      ...(checksum
        ? {
            ChecksumAlgorithm: checksum.algorithm as ChecksumAlgorithm,
            ChecksumType: checksum.type as ChecksumType,
          }
        : {}),
    };
  },

  AbortMultipartUpload(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const upload = findUpload(state, bucket, input);
    const pieces = partsOf(state, upload).map(({ piece }) => piece);
    dropUpload(state, upload);
    state.bodies.removeLater(pieces);
    return {};
  },

  ListParts(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const upload = findUpload(state, bucket, input);
    const after = Number(input.PartNumberMarker ?? 0);
    const limit = Math.min(input.MaxParts ?? 1000, 1000);
    const following = partsOf(state, upload).filter(({ number }) => number > after);
    const shown = following.slice(0, limit);
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      PartNumberMarker: String(after),
      ...(shown.length > 0 ? { NextPartNumberMarker: String(shown.at(-1)?.number) } : {}),
      MaxParts: limit,
      IsTruncated: following.length > shown.length,
      Parts: shown.map((part) => ({ PartNumber: part.number, ...partMembers(part) })),
      Initiator: ownerOf(bucket.account),
      Owner: ownerOf(bucket.account),
      StorageClass: upload.storageClass as sdk.StorageClass,
      ...(upload.checksum
        ? {
            ChecksumAlgorithm: upload.checksum.algorithm as ChecksumAlgorithm,
            ChecksumType: upload.checksum.type as ChecksumType,
          }
        : {}),
    };
  },

  ListMultipartUploads(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const { Prefix = '', Delimiter, KeyMarker = '', UploadIdMarker, EncodingType } = input;
    const limit = Math.min(input.MaxUploads ?? 1000, 1000);
    const text = writer(EncodingType);
    const all = [...state.uploads.entries(`${bucket.name}/`)]
      .map(([, upload]) => upload)
      .filter(({ key }) => key.startsWith(Prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiated - b.initiated);
    const cutOf = (key: string) => (Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1);
    const prefixes = new Set<string>();
    const inOrder = all.filter(({ key }) => {
      const cut = cutOf(key);
      if (Delimiter && cut >= 0) prefixes.add(key.slice(0, cut + Delimiter.length));
      return cut < 0;
    });
    const marked = inOrder.findIndex(({ key, id }) => key === KeyMarker && id === UploadIdMarker);
    const following = marked >= 0 ? inOrder.slice(marked + 1) : inOrder.filter(({ key }) => key > KeyMarker);
    const shown = following.slice(0, limit);
    const last = shown.at(-1);
    const truncated = following.length > shown.length;
    return {
      Bucket: bucket.name,
      KeyMarker: text(KeyMarker),
      UploadIdMarker,
      Prefix: text(Prefix),
      Delimiter: Delimiter && text(Delimiter),
      EncodingType,
      MaxUploads: limit,
      IsTruncated: truncated,
      ...(truncated && last ? { NextKeyMarker: text(last.key), NextUploadIdMarker: last.id } : {}),
      Uploads: shown.map((upload) => ({
        UploadId: upload.id,
        Key: text(upload.key),
        Initiated: new Date(upload.initiated),
        StorageClass: upload.storageClass as sdk.StorageClass,
        Owner: ownerOf(bucket.account),
        Initiator: ownerOf(bucket.account),
        ...(upload.checksum
          ? {
              ChecksumAlgorithm: upload.checksum.algorithm as ChecksumAlgorithm,
              ChecksumType: upload.checksum.type as ChecksumType,
            }
          : {}),
      })),
      CommonPrefixes: [...prefixes].map((one) => ({ Prefix: text(one) })),
    };
  },
};

/** The algorithm and type of the object's checksum. */
function checksumOf({ ChecksumAlgorithm, ChecksumType }: sdk.CreateMultipartUploadCommandInput) {
  const algorithm = algorithmOf(ChecksumAlgorithm);
  if (!algorithm) return undefined;
  const type: Checksum['type'] =
    (ChecksumType as Checksum['type'] | undefined) ??
    (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const impossible = type === 'COMPOSITE' ? algorithm === 'CRC64NVME' : !algorithm.startsWith('CRC');
  if (impossible) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, type };
}

export const uploadKey = ({ name }: { name: string }, id: string): string => `${name}/${id}`;

export const partKey = (upload: UploadRecord, number: number): string =>
  `${upload.bucket}/${upload.id}/${String(number).padStart(5, '0')}`;

/** @throws ServiceError NoSuchUpload */
export function findUpload(
  state: S3State,
  bucket: BucketRecord,
  { UploadId = '', Key }: { UploadId?: string | undefined; Key?: string | undefined },
): UploadRecord {
  const upload = state.uploads.get(uploadKey(bucket, UploadId));
  if (upload?.key !== Key || !upload) throw noSuchUpload(UploadId);
  return upload;
}

export function partsOf(state: S3State, { bucket, id }: UploadRecord): PartRecord[] {
  return [...state.parts.entries(`${bucket}/${id}/`)].map(([, part]) => part);
}

/** Removes only the records. */
export function dropUpload(state: S3State, upload: UploadRecord): void {
  for (const { number } of partsOf(state, upload)) state.parts.remove(partKey(upload, number));
  state.uploads.remove(uploadKey({ name: upload.bucket }, upload.id));
}

function partMembers({ etag, modified, piece, checksum }: PartRecord) {
  const { ChecksumType: _, ...sums } = checksumMembers(checksum);
  return { ETag: quoted(etag), LastModified: new Date(modified), Size: piece.size, ...sums };
}
