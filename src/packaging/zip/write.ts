// Writes the zip of a package: packs new files in several threads, and copies unchanged files from the last zip.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { SourceFile } from '../files.ts';
import type { StatCache, ZipNote } from '../unchanged/stat-cache.ts';
import { centralDirectory, recordLength } from './format.ts';
import { type Packed, packLarge, streamedFrom } from './pack.ts';
import { Packer } from './packer.ts';

export interface ZipOptions {
  files: readonly SourceFile[];
  /** The zip that was made before, and what is known of it: unchanged files are copied from it. */
  before?: { file: FileHandle; cache: StatCache };
  signal?: AbortSignal;
  /** Called now and then. */
  onProgress?(files: number): void;
}

/** Consecutive files that are written in the same way. */
type Segment =
  | { way: 'copy'; offset: number; length: number; records: Packed[] }
  | { way: 'pack'; files: SourceFile[] }
  | { way: 'stream'; file: SourceFile };

/**
 * Writes to an open, empty file. The same files give the same bytes. The library archiver is not used: it compresses one
 * file after the other, and cannot copy compressed files (`npm run bench -- package` measures both).
 */
export async function writeZip(out: FileHandle, options: ZipOptions): Promise<ZipNote> {
  const { before, signal, onProgress } = options;
  const plan = segments(options);
  const packer = new Packer(plan.flatMap((segment) => (segment.way === 'pack' ? [segment.files] : [])));
  const hash = createHash('sha256');
  const records: Packed[] = [];
  let length = 0;
  const write = async (data: Uint8Array) => {
    signal?.throwIfAborted();
    hash.update(data);
    length += data.length;
    for (let at = 0; at < data.length; ) at += (await out.write(data, at)).bytesWritten;
  };
  const done = (more: readonly Packed[]) => {
    for (const record of more) records.push(record);
    onProgress?.(records.length);
  };
  try {
    for (const segment of plan) {
      if (segment.way === 'stream') done([await packLarge(segment.file, write)]);
      else if (segment.way === 'copy') {
        await copy(before?.file as FileHandle, segment, write);
        done(segment.records);
      } else {
        for (let left = segment.files.length; left > 0; ) {
          const part = await packer.take();
          if (!part) throw new Error('a part of the zip is missing');
          await write(part.data);
          done(part.packed);
          left -= part.packed.length;
        }
      }
    }
    await write(centralDirectory(records, length));
    return { size: length, sha256: hash.digest('base64'), records };
  } finally {
    await packer.end();
  }
}

function segments({ files, before }: ZipOptions): Segment[] {
  const plan: Segment[] = [];
  for (const file of files) {
    const last = plan.at(-1);
    const unchanged = before?.cache.of(file);
    if (unchanged) {
      const { record, offset } = unchanged;
      const length = recordLength(record);
      if (last?.way === 'copy' && last.offset + last.length === offset) {
        last.length += length;
        last.records.push(record);
      } else plan.push({ way: 'copy', offset, length, records: [record] });
    } else if (file.size >= streamedFrom) plan.push({ way: 'stream', file });
    else if (last?.way === 'pack') last.files.push(file);
    else plan.push({ way: 'pack', files: [file] });
  }
  return plan;
}

async function copy(
  from: FileHandle,
  { offset, length }: { offset: number; length: number },
  write: (data: Uint8Array) => Promise<void>,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(length, 1024 * 1024));
  for (let copied = 0; copied < length; ) {
    const chunk = Math.min(buffer.length, length - copied);
    const { bytesRead } = await from.read(buffer, 0, chunk, offset + copied);
    if (bytesRead === 0) throw new Error('the last zip is shorter than its note says');
    await write(buffer.subarray(0, bytesRead));
    copied += bytesRead;
  }
}
