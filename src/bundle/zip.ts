// Zips as Lambda takes them: written with nothing in them that depends on the machine, and read for their names.
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ZipArchive } from 'archiver';
import { type Entry, open, type ZipFile } from 'yauzl';
import { badInput } from '../errors.ts';
import type { BundleEntry } from './bundle.ts';
import type { SourceFile } from './files.ts';

/** The earliest time a zip can hold. */
const epoch = new Date('1980-01-01T00:00:00Z');

/** Entries in the order given, times fixed, modes 0644 or 0755. */
export async function writeZip(file: string, sources: readonly SourceFile[]): Promise<void> {
  const archive = new ZipArchive({ zlib: { level: 6 } });
  const written = pipeline(archive, createWriteStream(file));
  for (const { path, source, executable } of sources) {
    const content = await readFile(source).catch((cause) => {
      throw badInput(`${source} cannot be read`, { reason: (cause as Error).message, cause });
    });
    archive.append(content, { name: path, date: epoch, mode: executable ? 0o755 : 0o644 });
  }
  await Promise.all([archive.finalize(), written]);
}

/** Files of a zip, folders left out. */
export async function zipEntries(file: string): Promise<BundleEntry[]> {
  const fail = (cause: Error) =>
    badInput(`${file} is not a zip that can be read`, { reason: cause.message, cause });
  return new Promise((resolve, reject) => {
    open(file, { lazyEntries: false }, (error: Error | null, zip?: ZipFile) => {
      if (error || !zip) return reject(fail(error ?? new Error('empty')));
      const entries: BundleEntry[] = [];
      zip.on('entry', ({ fileName, uncompressedSize }: Entry) => {
        if (!fileName.endsWith('/')) entries.push({ path: fileName, size: uncompressedSize });
      });
      zip.on('end', () => resolve(entries));
      zip.on('error', (cause: Error) => reject(fail(cause)));
    });
  });
}
