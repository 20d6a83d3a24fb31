// The parts of an upload: receiving, copying and assembling them.

import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-s3';
import type { CompletedPart } from '@aws-sdk/client-s3';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import type { Payload } from '../../signature/payload.ts';
import { type Checksum, digestOf, Integrity } from './checksums.ts';
import { checkWrite, rangeOf } from './conditions.ts';
import { copySource } from './copy-source.ts';
import { checksumMembers, quoted } from './descriptions.ts';
import { badDigest, invalidArgument, malformedXml } from './errors.ts';
import { notify } from './notifications/notify.ts';
import { receive } from './objects.ts';
import { addVersion, bucketOf, type PartRecord, type S3State, type UploadRecord } from './state.ts';
import { dropUpload, findUpload, partKey, partsOf } from './uploads.ts';
import { current, versionId } from './versions.ts';

/** The least size of every part but the last, in bytes. */
const smallestPart = 5 * 1024 * 1024;

export const parts: Handlers<typeof sdk, S3State> = {
  async UploadPart(input, { call, state }) {
    const number = checkNumber(input.PartNumber);
    const upload = findUpload(state, bucketOf(state, call, input), input);
    const payload = input.Body as unknown as Payload;
    const integrity = new Integrity({ ...input }, payload, upload.checksum?.algorithm);
    const received = await receive(state, payload, integrity.digests);
    try {
      const checksum = await integrity.check(received.md5);
      const part = keep(state, call, input, { number, etag: received.md5, piece: received, checksum });
      const { ChecksumType: _, ...sums } = checksumMembers(part.checksum);
      return { ETag: quoted(part.etag), ...upload.encryption, ...sums };
    } catch (error) {
      state.bodies.removeLater([received]);
      throw error;
    }
  },

  async UploadPartCopy(input, { call, state }) {
    const number = checkNumber(input.PartNumber);
    const upload = findUpload(state, bucketOf(state, call, input), input);
    const { version } = copySource(state, call, input);
    const range = rangeOf(input.CopySourceRange, version.size) ?? { start: 0, end: version.size };
    const length = range.end - range.start;
    const bytes = state.bodies.read(version.pieces, range.start, range.end);
    const payload: Payload = {
      length,
      announced: undefined,
      trailers: {},
      [Symbol.asyncIterator]: () => bytes[Symbol.asyncIterator](),
    };
    const integrity = new Integrity({}, payload, upload.checksum?.algorithm);
    const received = await receive(state, payload, integrity.digests);
    const checksum = await integrity.check(received.md5);
    const part = keep(state, call, input, { number, etag: received.md5, piece: received, checksum });
    const { ChecksumType: _, ...sums } = checksumMembers(part.checksum);
    return {
      CopyPartResult: { ETag: quoted(part.etag), LastModified: new Date(part.modified), ...sums },
      ...upload.encryption,
      ...(version.id === 'null' ? {} : { CopySourceVersionId: version.id }),
    };
  },

  async CompleteMultipartUpload(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const upload = findUpload(state, bucket, input);
    const chosen = choose(partsOf(state, upload), input.MultipartUpload?.Parts ?? []);
    checkWrite(input, upload.key, current(state, bucket, upload.key));
    const pieces = chosen.map(({ piece }) => piece);
    const size = pieces.reduce((sum, piece) => sum + piece.size, 0);
    checkSize(input.MpuObjectSize, size);
    const checksum = await wholeChecksum(state, upload, chosen);
    checkDeclared(input, checksum);
    // Assembling takes time; another request may have ended the upload meanwhile.
    findUpload(state, bucket, input);
    const md5s = Buffer.concat(chosen.map(({ etag }) => Buffer.from(etag, 'hex')));
    const unused = partsOf(state, upload).filter(({ number }) =>
      chosen.every((part) => part.number !== number),
    );
    const version = addVersion(state, bucket, upload.key, {
      id: '',
      modified: Date.now(),
      etag: `${createHash('md5').update(md5s).digest('hex')}-${chosen.length}`,
      size,
      pieces,
      headers: upload.headers,
      tags: upload.tags,
      checksum,
      encryption: upload.encryption,
      storageClass: upload.storageClass,
      acl: upload.acl,
    });
    const event = 'ObjectCreated:CompleteMultipartUpload';
    notify(state, call, bucket, { name: event, key: upload.key, version });
    dropUpload(state, upload);
    state.bodies.removeLater(unused.map(({ piece }) => piece));
    return {
      Location: `${call.endpoint}/${bucket.name}/${encodeURIComponent(upload.key)}`,
      Bucket: bucket.name,
      Key: upload.key,
      ETag: quoted(version.etag),
      ...version.encryption,
      ...versionId(bucket, version),
      ...checksumMembers(checksum),
    };
  },
};

function checkNumber(number: number | undefined): number {
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= 10_000) return number;
  throw invalidArgument(
    'Part number must be an integer between 1 and 10000, inclusive',
    'partNumber',
    String(number),
  );
}

/** Stores a part and replaces one with the same number. The upload may have ended meanwhile. */
function keep(
  state: S3State,
  call: Call,
  input: sdk.UploadPartCommandInput | sdk.UploadPartCopyCommandInput,
  { piece, ...rest }: Omit<PartRecord, 'modified'>,
): PartRecord {
  const upload = findUpload(state, bucketOf(state, call, input), input);
  const { file, size } = piece;
  const part = { ...rest, modified: Date.now(), piece: { file, size } };
  const place = partKey(upload, part.number);
  const before = state.parts.get(place);
  state.parts.put(place, part);
  if (before) state.bodies.removeLater([before.piece]);
  return part;
}

/** The parts in the request, in its order. */
function choose(there: readonly PartRecord[], named: readonly CompletedPart[]): PartRecord[] {
  const complete = named.every(({ PartNumber, ETag }) => PartNumber !== undefined && ETag);
  if (named.length === 0 || !complete) throw malformedXml();
  const known = new Map(there.map((part) => [part.number, part]));
  const chosen: PartRecord[] = [];
  for (const one of named) {
    const { PartNumber = 0, ETag = '' } = one;
    const before = chosen.at(-1);
    if (before && PartNumber <= before.number) throw wrongOrder();
    const part = known.get(PartNumber);
    const given = part?.checksum && (one as Record<string, unknown>)[`Checksum${part.checksum.algorithm}`];
    const other = given !== undefined && given !== part?.checksum?.value;
    if (!part || other || part.etag !== ETag.replace(/^"(.*)"$/, '$1')) throw invalidPart(PartNumber, ETag);
    chosen.push(part);
  }
  const small = chosen.slice(0, -1).find(({ piece }) => piece.size < smallestPart);
  if (small) {
    throw new ServiceError(
      'EntityTooSmall',
      'Your proposed upload is smaller than the minimum allowed size',
      400,
      {
        ProposedSize: String(small.piece.size),
        MinSizeAllowed: String(smallestPart),
        PartNumber: String(small.number),
        ETag: small.etag,
      },
    );
  }
  return chosen;
}

const wrongOrder = () =>
  new ServiceError(
    'InvalidPartOrder',
    'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
  );

const invalidPart = (number: number, etag: string) =>
  new ServiceError(
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    400,
    { PartNumber: String(number), ETag: etag },
  );

function checkSize(declared: unknown, size: number): void {
  if (declared === undefined || Number(declared) === size) return;
  throw new ServiceError(
    'InvalidRequest',
    'The provided MpuObjectSize header value does not match what was computed.',
  );
}

/** The checksum of all bytes, or of the checksums of the parts. */
async function wholeChecksum(
  state: S3State,
  { checksum }: UploadRecord,
  chosen: readonly PartRecord[],
): Promise<Checksum | undefined> {
  if (!checksum) return undefined;
  const { algorithm, type } = checksum;
  const digest = digestOf(algorithm);
  if (type === 'COMPOSITE') {
    for (const part of chosen) digest.update(Buffer.from(part.checksum?.value ?? '', 'base64'));
    return { algorithm, type, value: `${await digest.value()}-${chosen.length}` };
  }
  const pieces = chosen.map(({ piece }) => piece);
  for await (const bytes of state.bodies.read(pieces, 0, Number.POSITIVE_INFINITY)) digest.update(bytes);
  return { algorithm, type, value: await digest.value() };
}

function checkDeclared(input: sdk.CompleteMultipartUploadCommandInput, checksum: Checksum | undefined): void {
  if (!checksum) return;
  const declared = ({ ...input } as Record<string, unknown>)[`Checksum${checksum.algorithm}`];
  if (declared === undefined || declared === checksum.value) return;
  throw badDigest(`The ${checksum.algorithm} you specified did not match the calculated checksum.`);
}
