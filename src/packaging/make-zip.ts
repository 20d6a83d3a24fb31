// Makes the zip of a package. It is either complete or not there.
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkPackage } from '../advise/limits.ts';
import { badInput } from '../errors/user-error.ts';
import { replaceFile } from '../replace-file.ts';
import { entriesOf } from './entry.ts';
import { type PackageParts, packageFiles, type SourceFile } from './files.ts';
import { leftOutAdvice } from './left-out-advice.ts';
import { isOwn } from './rules.ts';
import { tryDisk } from './unchanged/disk-times.ts';
import { type FreshZip, identityOf, type StatCache, type StoredZip } from './unchanged/stat-cache.ts';
import { writeZip } from './zip/write.ts';

export interface MakeOptions extends PackageParts {
  /** Physical name of the function. */
  name: string;
  /** Folder of the project. */
  dir: string;
  signal?: AbortSignal;
  /** Called from time to time while the files are zipped. */
  onProgress?(done: { files: number; of: number }): void;
}

/**
 * Uses the last zip if the files have not changed, or makes a new one; and notes the files' stamps for the next run.
 * Rejects with a UserError (exit 2) when there are no files, or when they are too large.
 */
export async function makeZip(
  options: MakeOptions,
  parts: PackageParts,
  cache: StatCache,
): Promise<FreshZip> {
  const { name, dir } = options;
  const began = performance.now();
  const chosen = await packageFiles(parts);
  const { files, leftOut } = chosen;
  if (files.length === 0) {
    const empty = `the package of ${name} is empty: no file of ${parts.code.path} goes into it`;
    const first = leftOut.find(({ path }) => !isOwn(path));
    throw badInput(empty, first ? leftOutAdvice(first) : { next: 'check code: in slsctl.yml' });
  }
  // Checks sizes before any content is read; the size of the zip is not known yet.
  checkPackage(name, 0, files);
  await mkdir(dirname(cache.zip), { recursive: true });
  const disk = tryDisk(dirname(cache.zip));
  const startedAt = disk.now - (performance.now() - began);
  const zip = cache.zipOf(files) ?? (await write(files, cache, options));
  // Checked before it is noted: a zip that the cache knows is not checked again.
  checkPackage(name, zip.size, zip.records);
  await cache.write(zip, { ...chosen, parts, dir, disk, startedAt });
  const { size, sha256, records } = zip;
  return {
    ...{ size, sha256, leftOut },
    unpackedSize: records.reduce((sum, record) => sum + record.size, 0),
    ...entriesOf(records),
    links: new Map(files.flatMap(({ path, link }) => (link === undefined ? [] : [[path, link]]))),
    source: (path) => files.find((file) => file.path === path),
  };
}

async function write(
  files: readonly SourceFile[],
  cache: StatCache,
  { name, signal, onProgress }: MakeOptions,
): Promise<StoredZip> {
  const { zip: file } = cache;
  await sweep(dirname(file), name);
  const before = await open(file).catch(() => undefined);
  try {
    return await replaceFile(file, async (temporary) => {
      const out = await open(temporary, 'w');
      try {
        const written = await writeZip(out, {
          files,
          before: before && { file: before, cache },
          signal,
          onProgress: onProgress && ((done) => onProgress({ files: done, of: files.length })),
        });
        return { ...written, zip: identityOf(await out.stat()) };
      } finally {
        await out.close();
      }
    });
  } finally {
    await before?.close();
  }
}

/** Removes temporary files that killed runs left more than a day ago. */
async function sweep(folder: string, name: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`${name}.`) || !entry.endsWith('.tmp')) continue;
    const file = join(folder, entry);
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 24 * 60 * 60 * 1000) await rm(file, { force: true });
  }
}
