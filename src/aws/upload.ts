// Uploads a file to S3 in parts, several at a time. Parts that an earlier run has sent are not sent again.
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type Part,
  paginateListParts,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { wasLost } from '../errors/lost-answer.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { unfinishedUploads } from './unfinished.ts';

/** The AWS CLI's part size: an object's checksum is then the same from both. S3 requires at least 5 MiB. */
const minPartSize = 8 * 1024 * 1024;
const maxParts = 10_000;
const concurrentParts = 4;

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  /** Absolute path. */
  readonly file: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Base64, of the whole file. */
  readonly sha256: string;
}

export interface Progress {
  /** Called once, when the object is missing and must be sent. */
  onStart?(): void;
  /** Called with the bytes that S3 has so far. */
  onProgress?(sent: number): void;
}

/**
 * Resolves when S3 has the whole object. An object of the same key and size counts as the same. Rejects with S3's
 * errors, or with a UserError when the file has changed since it was hashed. After a failure the parts that were sent
 * stay for the next run.
 */
export async function upload(s3: S3Client, what: Upload, progress: Progress = {}): Promise<void> {
  const handle = await open(what.file);
  try {
    if (await isThere(s3, what)) return;
    const parts = await partsOf(handle, what);
    progress.onStart?.();
    for (let attempt = 1; ; attempt++) {
      try {
        return await send(s3, what, { handle, parts, progress });
      } catch (error) {
        // The upload may have been completed by a call whose answer was lost, or aborted: by a rule of the bucket, or by
        // another run.
        const unclear = wasLost(error) || (error as Error).name === 'NoSuchUpload';
        if (!unclear || attempt === 3) throw error;
        if (await isThere(s3, what)) return;
      }
    }
  } finally {
    await handle.close();
  }
}

async function isThere(s3: S3Client, { bucket: Bucket, key: Key, size }: Upload): Promise<boolean> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength === size;
  } catch (error) {
    // Errors of HeadObject have no text. The next call fails for the same reason and says why.
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined)
      return false;
    throw error;
  }
}

interface FilePart {
  number: number;
  start: number;
  size: number;
  /** Base64. */
  sha256: string;
  /** With quotes, as in an ETag: compared where S3 has no SHA-256 checksum. */
  md5: string;
}

interface Sending {
  handle: FileHandle;
  parts: readonly FilePart[];
  progress: Progress;
}

/** Hashes the file and its parts: to check that the file is the expected one, and to compare with the parts on S3. */
async function partsOf(handle: FileHandle, { file, size, sha256 }: Upload): Promise<FilePart[]> {
  const partSize = Math.max(minPartSize, Math.ceil(size / maxParts));
  const whole = createHash('sha256');
  const parts: FilePart[] = [];
  for (let start = 0; start < size; start += partSize) {
    const bytes = await read(handle, start, Math.min(partSize, size - start));
    whole.update(bytes);
    parts.push({
      number: parts.length + 1,
      start,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('base64'),
      md5: `"${createHash('md5').update(bytes).digest('hex')}"`,
    });
  }
  if (whole.digest('base64') === sha256) return parts;
  throw new UserError(`${file} has changed since it was read`, exitCodes.failed, {
    reason: 'another run of slsctl built a different package, or another program wrote to the file',
    next: 'run it again',
  });
}

async function read(handle: FileHandle, start: number, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(bytes, filled, size - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function send(s3: S3Client, what: Upload, { handle, parts, progress }: Sending): Promise<void> {
  const at = { Bucket: what.bucket, Key: what.key, UploadId: await openUpload(s3, what) };
  const sentParts = await readSentParts(s3, at);
  const tags = new Map<number, string>();
  let sent = 0;
  for (const part of parts) {
    const sentPart = sentParts.get(part.number);
    if (!sentPart || !isSame(part, sentPart)) continue;
    tags.set(part.number, sentPart.ETag ?? '');
    sent += part.size;
  }
  progress.onProgress?.(sent);
  const waiting = parts.filter(({ number }) => !tags.has(number));
  let failed = false;
  const worker = async () => {
    for (let part = waiting.shift(); part && !failed; part = waiting.shift()) {
      try {
        const Body = await read(handle, part.start, part.size);
        const { ETag = '' } = await s3.send(
          new UploadPartCommand({ ...at, PartNumber: part.number, Body, ChecksumSHA256: part.sha256 }),
        );
        tags.set(part.number, ETag);
      } catch (error) {
        failed = true;
        throw error;
      }
      sent += part.size;
      progress.onProgress?.(sent);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: concurrentParts }, worker));
  for (const result of ended) if (result.status === 'rejected') throw result.reason;
  const Parts = parts.map(({ number, sha256 }) => ({
    PartNumber: number,
    ETag: tags.get(number),
    ChecksumSHA256: sha256,
  }));
  await s3.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));
}

/** Id of the newest unfinished upload of this key, or of a new one. */
async function openUpload(s3: S3Client, { bucket: Bucket, key: Key }: Upload): Promise<string | undefined> {
  let newest: { id: string | undefined; time: number } | undefined;
  try {
    for await (const { Key: uploadKey, UploadId: id, Initiated } of unfinishedUploads(s3, Bucket, Key)) {
      const time = Initiated?.getTime() ?? 0;
      if (uploadKey === Key && (!newest || time > newest.time)) newest = { id, time };
    }
  } catch (error) {
    // Without permission to list uploads, start a new one.
    if ((error as Error).name !== 'AccessDenied') throw error;
  }
  if (newest?.id) return newest.id;
  const upload = await s3.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256' }),
  );
  return upload.UploadId;
}

async function readSentParts(
  s3: S3Client,
  at: { Bucket: string; Key: string; UploadId: string | undefined },
): Promise<Map<number, Part>> {
  const byNumber = new Map<number, Part>();
  try {
    // Some endpoints mark an empty list as truncated, which would loop for ever.
    for await (const { Parts = [] } of paginateListParts({ client: s3, stopOnSameToken: true }, at)) {
      for (const part of Parts) byNumber.set(part.PartNumber ?? 0, part);
    }
  } catch (error) {
    if ((error as Error).name !== 'AccessDenied') throw error;
  }
  return byNumber;
}

function isSame({ size, sha256, md5 }: FilePart, { Size, ChecksumSHA256, ETag }: Part): boolean {
  return Size === size && (ChecksumSHA256 ? ChecksumSHA256 === sha256 : ETag === md5);
}
