// What is in zips that somebody else made, read when they have changed.
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { badInput } from '../../errors/user-error.ts';
import type { PackageEntry } from '../entry.ts';
import { readColumns, writeColumns } from '../unchanged/column-file.ts';
import { coarsest, tryDisk } from '../unchanged/disk-times.ts';
import { type FileStamp, stampOf } from '../unchanged/file-stamp.ts';
import type { ReadyZip } from './read.ts';

/** To be raised with any change of what is learnt from the files. */
const format = 4;

interface Head {
  format: number;
  file: string;
  look: FileStamp;
  sha256: string;
  more: Record<number, Omit<PackageEntry, 'path' | 'size'>>;
}

/** `note`: where it is kept what was learnt. Rejects with a UserError (exit 2) when it is not a zip. */
export async function readyZip(file: string, note: string): Promise<ReadyZip> {
  const began = performance.now();
  const stats = await stat(file).catch((cause) => {
    throw badInput(`the zip ${file} cannot be read`, { reason: cause.message, cause });
  });
  const look = stampOf(stats);
  const known = noted(note, { file, look });
  if (known) return known;
  const { readZip } = await import('./read.ts');
  const read = await readZip(file);
  await mkdir(dirname(note), { recursive: true });
  const disk = tryDisk(dirname(note));
  const tick = stats.dev === disk.device ? disk.tick : coarsest;
  const begun = disk.now - (performance.now() - began);
  // Younger ones may be written again without a change of their times.
  if (read.size === look.size && Math.max(look.modified, look.changed) < begun - tick) {
    await writeColumns(note, table(read, { file, look }));
  }
  return read;
}

function noted(note: string, { file, look }: Pick<Head, 'file' | 'look'>): ReadyZip | undefined {
  try {
    const { head, numbers, texts } = readColumns<Head>(note);
    if (head.format !== format || head.file !== file || !isDeepStrictEqual(head.look, look)) return undefined;
    const [sizes] = numbers as [Float64Array];
    const entries = Array.from(sizes, (size, index) => ({
      path: texts[index] as string,
      size,
      ...head.more[index],
    }));
    return { size: look.size, sha256: head.sha256, entries };
  } catch {
    return undefined;
  }
}

function table({ sha256, entries }: ReadyZip, { file, look }: Pick<Head, 'file' | 'look'>) {
  const more: Head['more'] = {};
  for (const [index, { path: _, size: __, ...learnt }] of entries.entries()) {
    if (Object.keys(learnt).length > 0) more[index] = learnt;
  }
  const head: Head = { format, file, look, sha256, more };
  const numbers = [Float64Array.from(entries, ({ size }) => size)];
  return { head, numbers, texts: entries.map(({ path }) => path) };
}
