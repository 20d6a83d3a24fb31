// The contents of a zip that the user made. They are noted, and read again only when the zip has changed.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { badInput } from '../../errors/user-error.ts';
import type { PackageEntry } from '../entry.ts';
import { readColumns, writeColumns } from '../unchanged/column-file.ts';
import { coarsestTick, tryDisk } from '../unchanged/disk-times.ts';
import { type FileStamp, stampOf } from '../unchanged/file-stamp.ts';
import type { ReadyZip } from './read.ts';

/** Raise it with any change of the facts that are read from the files. */
const format = 5;

interface Head {
  format: number;
  file: string;
  stamp: FileStamp;
  sha256: string;
  /** By index of the entry; only entries that have some. */
  facts: Record<number, Omit<PackageEntry, 'path' | 'size'>>;
}

/** `note` is the file that keeps the facts. Rejects with a UserError (exit 2) when `file` is not a zip. */
export async function readyZip(file: string, note: string): Promise<ReadyZip> {
  const began = performance.now();
  const stats = await stat(file).catch((cause) => {
    throw badInput(`the zip ${file} cannot be read`, { reason: cause.message, cause });
  });
  const stamp = stampOf(stats);
  const noted = readNote(note, { file, stamp });
  if (noted) return noted;
  const { readZip } = await import('./read.ts');
  const read = await readZip(file);
  await mkdir(dirname(note), { recursive: true });
  const disk = tryDisk(dirname(note));
  const tick = stats.dev === disk.device ? disk.tick : coarsestTick;
  const begun = disk.now - (performance.now() - began);
  // A zip that has just been written may change again within the same tick of the disk's clock: it is not noted.
  if (read.size === stamp.size && Math.max(stamp.modified, stamp.changed) < begun - tick) {
    await writeColumns(note, columnsOf(read, { file, stamp }));
  }
  return read;
}

function readNote(note: string, { file, stamp }: Pick<Head, 'file' | 'stamp'>): ReadyZip | undefined {
  try {
    const { head, numbers, texts } = readColumns<Head>(note);
    if (head.format !== format || head.file !== file || !isDeepStrictEqual(head.stamp, stamp))
      return undefined;
    const [sizes] = numbers as [Float64Array];
    const entries = Array.from(sizes, (size, index) => ({
      path: texts[index] as string,
      size,
      ...head.facts[index],
    }));
    return { size: stamp.size, sha256: head.sha256, entries };
  } catch {
    return undefined;
  }
}

function columnsOf({ sha256, entries }: ReadyZip, { file, stamp }: Pick<Head, 'file' | 'stamp'>) {
  const facts: Head['facts'] = {};
  for (const [index, { path: _, size: __, ...entryFacts }] of entries.entries()) {
    if (Object.keys(entryFacts).length > 0) facts[index] = entryFacts;
  }
  const head: Head = { format, file, stamp, sha256, facts };
  const numbers = [Float64Array.from(entries, ({ size }) => size)];
  return { head, numbers, texts: entries.map(({ path }) => path) };
}
