// Objects: putting, getting, copying and deleting them.
import type * as sdk from '@aws-sdk/client-s3';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import type { Payload } from '../../signature/payload.ts';
import { checkedAcl } from './acls.ts';
import { Integrity } from './checksums.ts';
import { checkRead, checkWrite, rangeOf } from './conditions.ts';
import { copySource } from './copy-source.ts';
import { checksumMembers, describe, described, overridden, quoted } from './descriptions.ts';
import { invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { checkKey } from './names.ts';
import { notify } from './notifications/notify.ts';
import { addVersion, type BucketRecord, bucketOf, type ObjectVersion, type S3State } from './state.ts';
import { checkTags, tagsIn, tagsInHeader } from './tags.ts';
import { absentVersion, current, findVersion, removeObject, versionId } from './versions.ts';

const largestPut = 5 * 1024 ** 3;

type Place = { readonly call: Call; readonly state: S3State };

export const objects: Handlers<typeof sdk, S3State> = {
  PutObject: (input, place) => putObject(input, place),

  GetObject(input, { call, state }) {
    const { version, head, range } = look(input, { call, state });
    const { start, end } = range ?? { start: 0, end: version.size };
    const Body = state.bodies.read(version.pieces, start, end);
    return { ...head, ...overridden(input), Body: Body as never };
  },

  HeadObject: (input, place) => ({ ...look(input, place).head, ...overridden(input) }),

  DeleteObject(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const { Key = '', VersionId } = input;
    if (input.IfMatch !== undefined) checkWrite(input, Key, current(state, bucket, Key));
    return removed(state, call, bucket, Key, VersionId);
  },

  DeleteObjects(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const { Objects = [], Quiet } = input.Delete ?? {};
    if (Objects.length === 0 || Objects.length > 1000 || Objects.some(({ Key }) => !Key))
      throw malformedXml();
    const Deleted = [];
    const Errors = [];
    for (const { Key = '', VersionId, ETag } of Objects) {
      try {
        checkKey(Key);
        if (ETag !== undefined) checkWrite({ IfMatch: ETag }, Key, current(state, bucket, Key));
        const { VersionId: made, DeleteMarker } = removed(state, call, bucket, Key, VersionId, true);
        Deleted.push({
          Key,
          VersionId,
          DeleteMarker,
          ...(DeleteMarker ? { DeleteMarkerVersionId: made } : {}),
        });
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        Errors.push({ Key, VersionId, Code: error.code, Message: error.message });
      }
    }
    return { ...(Quiet ? {} : { Deleted }), Errors };
  },

  async CopyObject(input, { call, state }) {
    const { Key = '' } = input;
    const target = bucketOf(state, call, input);
    const source = copySource(state, call, input);
    checkWrite(input, Key, current(state, target, Key));
    const replace = input.MetadataDirective === 'REPLACE';
    const changes =
      replace || input.StorageClass || input.ServerSideEncryption || input.WebsiteRedirectLocation;
    const same = source.bucket.name === target.name && source.key === Key;
    if (same && input.CopySource?.includes('versionId=') !== true && !changes) {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const { headers, storageClass, encryption } = describe(input, target);
    const acl = checkedAcl(input, target, false);
    const tags =
      input.TaggingDirective === 'REPLACE'
        ? checkTags(
            tagsIn(Object.entries(tagsInHeader(input.Tagging)).map(([k, v]) => ({ Key: k, Value: v }))),
            10,
          )
        : source.version.tags;
    const pieces = await state.bodies.copy(source.version.pieces);
    const version = addVersion(state, target, Key, {
      ...source.version,
      headers: replace ? headers : source.version.headers,
      storageClass,
      encryption,
      acl,
      restoredUntil: undefined,
      tags,
      pieces,
      modified: Date.now(),
    });
    notify(state, call, target, { name: 'ObjectCreated:Copy', key: Key, version });
    return {
      CopyObjectResult: {
        ETag: quoted(version.etag),
        LastModified: new Date(version.modified),
        ...checksumMembers(version.checksum),
      },
      ...version.encryption,
      ...versionId(target, version),
      ...(source.version.id === 'null' ? {} : { CopySourceVersionId: source.version.id }),
    };
  },
};

/** Receives an object and stores it as the newest version. */
export async function putObject(
  input: sdk.PutObjectCommandInput,
  { call, state }: Place,
  event: 'ObjectCreated:Put' | 'ObjectCreated:Post' = 'ObjectCreated:Put',
) {
  const { Key = '' } = input;
  const bucket = bucketOf(state, call, input);
  const payload = input.Body as unknown as Payload;
  const description = { ...describe(input, bucket), acl: checkedAcl(input, bucket, false) };
  const tags = tagsInHeader(input.Tagging);
  checkWrite(input, Key, current(state, bucket, Key));
  const integrity = new Integrity({ ...input }, payload);
  const received = await receive(state, payload, integrity.digests);
  try {
    const checksum = await integrity.check(received.md5);
    // The object may have changed while the body was received.
    const now = bucketOf(state, call, input);
    checkWrite(input, Key, current(state, now, Key));
    const version = addVersion(state, now, Key, {
      ...description,
      id: '',
      modified: Date.now(),
      etag: received.md5,
      size: received.size,
      pieces: [{ file: received.file, size: received.size }],
      tags,
      checksum,
    });
    notify(state, call, now, { name: event, key: Key, version });
    return {
      ETag: quoted(version.etag),
      ...version.encryption,
      // The version `null` has an id in the answers to other operations.
      ...(version.id === 'null' ? {} : { VersionId: version.id }),
      ...checksumMembers(checksum),
    };
  } catch (error) {
    state.bodies.removeLater([received]);
    throw error;
  }
}

/** Bytes that are there already, as the body of a request. */
export function wholePayload(bytes: Buffer): Payload {
  return {
    length: bytes.length,
    announced: undefined,
    trailers: {},
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
}

export async function receive(
  state: S3State,
  payload: Payload,
  digests: Integrity['digests'],
  largest = largestPut,
) {
  if (payload.length === undefined) {
    throw new ServiceError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  }
  const tooLarge = (size: number) =>
    new ServiceError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: String(size),
      MaxSizeAllowed: String(largest),
    });
  if (payload.length > largest) throw tooLarge(payload.length);
  return state.bodies.receive(payload, digests, { bytes: largest, tooLarge });
}

/** `always`: it makes an event for a key that is not there, too. */
function removed(
  state: S3State,
  call: Call,
  bucket: BucketRecord,
  key: string,
  id: string | undefined,
  always = false,
) {
  const { answer, version } = removeObject(state, bucket, key, id);
  const added = id === undefined && version?.marker;
  const name = added ? 'ObjectRemoved:DeleteMarkerCreated' : 'ObjectRemoved:Delete';
  if (version || always) notify(state, call, bucket, { name, key, version: version ?? absentVersion(id) });
  return answer;
}

type Looked = sdk.GetObjectCommandInput | sdk.HeadObjectCommandInput;

/** The requested version, its properties, and the requested range. */
function look(input: Looked, { call, state }: { call: { account: string; region: string }; state: S3State }) {
  const bucket = bucketOf(state, call, input);
  const version = findVersion(state, bucket, input.Key ?? '', input.VersionId);
  checkRead(input, version);
  const { Range, PartNumber } = input;
  if (Range !== undefined && PartNumber !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  const part = PartNumber === undefined ? undefined : partOf(version, PartNumber);
  const range = part ?? rangeOf(Range, version.size);
  const whole = described(bucket, version, input.ChecksumMode === 'ENABLED' && !range);
  const head = {
    ...whole,
    ContentLength: range ? range.end - range.start : version.size,
    ...(range ? { ContentRange: `bytes ${range.start}-${range.end - 1}/${version.size}` } : {}),
    ...(part && version.pieces.length > 1 ? { PartsCount: version.pieces.length } : {}),
  };
  return { version, head, range };
}

function partOf({ pieces }: ObjectVersion, number: number): { start: number; end: number } {
  const piece = pieces[number - 1];
  if (!piece) {
    throw new ServiceError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416, {
      PartNumberRequested: String(number),
      ActualPartCount: String(pieces.length),
    });
  }
  if (!(number >= 1)) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      String(number),
    );
  }
  const start = pieces.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + piece.size };
}
