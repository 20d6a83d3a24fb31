// Lists of objects: by prefix, in pages, with common prefixes up to a delimiter as single entries.
import type * as sdk from '@aws-sdk/client-s3';
import type { Handlers } from '../../service.ts';
import { keyIn, tokenOf } from '../pages.ts';
import { quoted } from './descriptions.ts';
import { invalidArgument } from './errors.ts';
import {
  type BucketRecord,
  bucketOf,
  type ObjectRecord,
  type ObjectVersion,
  ownerOf,
  type S3State,
} from './state.ts';

type StorageClass = sdk.ObjectStorageClass;

interface Wanted {
  prefix: string;
  delimiter: string | undefined;
  /** The list contains only keys after this one. */
  after: string;
  limit: number;
  /** Whether the list contains the record. */
  shown(record: ObjectRecord): boolean;
}

interface Page {
  records: ObjectRecord[];
  prefixes: string[];
  truncated: boolean;
  /** The last key or prefix of the page. */
  last: string | undefined;
}

export const lists: Handlers<typeof sdk, S3State> = {
  ListObjectsV2(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const { StartAfter, ContinuationToken, FetchOwner } = input;
    const after =
      ContinuationToken === undefined
        ? (StartAfter ?? '')
        : keyIn(ContinuationToken, refused(ContinuationToken));
    const { answer, text, last } = list(state, bucket, input, after, FetchOwner);
    return {
      ...answer,
      StartAfter: StartAfter && text(StartAfter),
      ContinuationToken,
      KeyCount: answer.Contents.length + answer.CommonPrefixes.length,
      ...(answer.IsTruncated && last !== undefined ? { NextContinuationToken: tokenOf(last) } : {}),
    };
  },

  ListObjects(input, { call, state }) {
    const { Marker = '', Delimiter } = input;
    const { answer, text, last } = list(state, bucketOf(state, call, input), input, Marker, true);
    return {
      ...answer,
      Marker: text(Marker),
      // Without a delimiter there is no NextMarker: clients continue after the last key.
      ...(answer.IsTruncated && Delimiter && last !== undefined ? { NextMarker: text(last) } : {}),
    };
  },

  ListObjectVersions(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const { Prefix = '', Delimiter, KeyMarker = '', VersionIdMarker, EncodingType } = input;
    const MaxKeys = limitOf(input.MaxKeys);
    const text = writer(EncodingType);
    const all = versionsAfter(state, bucket, { Prefix, Delimiter, KeyMarker, VersionIdMarker });
    const items = all.slice(0, MaxKeys);
    const last = items.at(-1);
    const versions = items.filter((item) => 'version' in item);
    const listed = (marker: boolean) => versions.filter(({ version }) => Boolean(version.marker) === marker);
    return {
      Name: bucket.name,
      Prefix: text(Prefix),
      Delimiter: Delimiter && text(Delimiter),
      KeyMarker: text(KeyMarker),
      VersionIdMarker,
      MaxKeys,
      EncodingType,
      IsTruncated: all.length > items.length,
      ...(last && all.length > items.length
        ? {
            NextKeyMarker: text(last.key),
            ...('version' in last ? { NextVersionIdMarker: last.version.id } : {}),
          }
        : {}),
      Versions: listed(false).map(({ key, version, newest }) => ({
        ...contents(key, version, text),
        StorageClass: 'STANDARD' as const,
        VersionId: version.id,
        IsLatest: newest,
        Owner: ownerOf(bucket.account),
      })),
      DeleteMarkers: listed(true).map(({ key, version, newest }) => ({
        Key: text(key),
        VersionId: version.id,
        IsLatest: newest,
        LastModified: new Date(version.modified),
        Owner: ownerOf(bucket.account),
      })),
      CommonPrefixes: items.flatMap((item) => ('version' in item ? [] : [{ Prefix: text(item.key) }])),
    };
  },
};

/** The fields that both lists of objects share; `last` is the last key or prefix of the page. */
function list(
  state: S3State,
  bucket: BucketRecord,
  { Prefix = '', Delimiter, EncodingType, MaxKeys }: sdk.ListObjectsRequest | sdk.ListObjectsV2Request,
  after: string,
  owners = false,
) {
  const limit = limitOf(MaxKeys);
  const { records, prefixes, truncated, last } = page(state, bucket, {
    prefix: Prefix,
    delimiter: Delimiter,
    after,
    limit,
    shown: isThere,
  });
  const text = writer(EncodingType);
  const answer = {
    Name: bucket.name,
    Prefix: text(Prefix),
    Delimiter: Delimiter && text(Delimiter),
    MaxKeys: limit,
    EncodingType,
    IsTruncated: truncated,
    Contents: records.map((record) => entry(record, text, owners ? bucket.account : undefined)),
    CommonPrefixes: prefixes.map((one) => ({ Prefix: text(one) })),
  };
  return { answer, text, last };
}

const isThere = ({ versions }: ObjectRecord) => versions[0]?.marker !== true;

function limitOf(asked: number | undefined): number {
  if (asked === undefined) return 1000;
  if (!(asked >= 0 && asked <= 2_147_483_647)) {
    throw invalidArgument(
      'Argument maxKeys must be an integer between 0 and 2147483647',
      'maxKeys',
      String(asked),
    );
  }
  return Math.min(asked, 1000);
}

function page(
  state: S3State,
  bucket: BucketRecord,
  { prefix, delimiter, after, limit, shown }: Wanted,
): Page {
  const found: Page = { records: [], prefixes: [], truncated: false, last: undefined };
  if (limit === 0) return found;
  const folder = `${bucket.name}/`;
  // A prefix that was listed already stands for all keys that begin with it.
  let listed = delimiter && after.length > prefix.length && after.endsWith(delimiter) ? after : undefined;
  const beyond = (key: string) => key !== after && !(listed && key.startsWith(listed));
  // Keys are ordered by their bytes, as in the store.
  let start = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) > 0 ? after : prefix;
  for (;;) {
    let skipTo: string | undefined;
    for (const [place, record] of state.objects.entries(folder + prefix, { start: folder + start })) {
      const key = place.slice(folder.length);
      if (!beyond(key) || !shown(record)) continue;
      if (found.records.length + found.prefixes.length === limit) return { ...found, truncated: true };
      const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
      if (!delimiter || cut < 0) {
        found.records.push(record);
        found.last = key;
        continue;
      }
      const common = key.slice(0, cut + delimiter.length);
      found.prefixes.push(common);
      found.last = common;
      listed = common;
      skipTo = `${common}\u{10ffff}`;
      break;
    }
    if (skipTo === undefined) return found;
    start = skipTo;
  }
}

type Listed = { key: string; version: ObjectVersion; newest: boolean } | { key: string };

function versionsAfter(
  state: S3State,
  bucket: BucketRecord,
  wanted: {
    Prefix: string;
    Delimiter: string | undefined;
    KeyMarker: string;
    VersionIdMarker: string | undefined;
  },
): Listed[] {
  const { Prefix, Delimiter, KeyMarker, VersionIdMarker } = wanted;
  const all: Listed[] = [];
  for (const [, { key, versions }] of state.objects.entries(`${bucket.name}/${Prefix}`)) {
    if (key < KeyMarker || (key === KeyMarker && VersionIdMarker === undefined)) continue;
    const cut = Delimiter ? key.indexOf(Delimiter, Prefix.length) : -1;
    if (Delimiter && cut >= 0) {
      const common = key.slice(0, cut + Delimiter.length);
      if (common > KeyMarker && all.at(-1)?.key !== common) all.push({ key: common });
      continue;
    }
    const from = key === KeyMarker ? versions.findIndex(({ id }) => id === VersionIdMarker) + 1 : 0;
    versions.forEach((version, index) => {
      if (index >= from) all.push({ key, version, newest: index === 0 });
    });
  }
  return all;
}

function entry(
  { key, versions: [newest] }: ObjectRecord,
  text: (key: string) => string,
  owner: string | undefined,
) {
  return {
    ...contents(key, newest as ObjectVersion, text),
    ...(owner === undefined ? {} : { Owner: ownerOf(owner) }),
  };
}

function contents(
  key: string,
  { modified, etag, size, storageClass, checksum }: ObjectVersion,
  text: (key: string) => string,
) {
  return {
    Key: text(key),
    LastModified: new Date(modified),
    ETag: quoted(etag),
    Size: size,
    StorageClass: storageClass as StorageClass,
    ...(checksum ? { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type } : {}),
  };
}

/** XML cannot represent every character of a key, so clients may request the keys URL-encoded. */
export function writer(encoding: string | undefined): (key: string) => string {
  if (encoding !== undefined && encoding !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  }
  return encoding ? (key) => encodeURIComponent(key).replaceAll('%2F', '/') : (key) => key;
}

const refused = (token: string) => () =>
  invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
