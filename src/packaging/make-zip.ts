// Makes the zip of a package, whole or not at all.
import { rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkPackage } from '../advise/limits.ts';
import { badInput } from '../errors/user-error.ts';
import { listed } from './entry.ts';
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
  /** Called now and then while it is zipped. */
  onProgress?(done: { files: number; of: number }): void;
}

/**
 * The zip that is there if it is that of the files; else a new one. What it was made of is noted for the next run.
 * Rejects with a UserError (exit 2) when files are missing or too large.
 */
export async function make(options: MakeOptions, parts: PackageParts, cache: StatCache): Promise<FreshZip> {
  const { name, dir } = options;
  const began = performance.now();
  const found = await packageFiles(parts);
  const { files } = found;
  if (files.length === 0) {
    const empty = `the package of ${name} is empty: nothing to take from ${parts.code.path}`;
    const first = found.leftOut.find(({ path }) => !isOwn(path));
    throw badInput(empty, first ? leftOutAdvice(first) : { next: 'check code: in slsctl.yml' });
  }
  // Before anything is read: stat tells the sizes.
  checkPackage(name, 0, files);
  await mkdir(dirname(cache.zip), { recursive: true });
  const disk = tryDisk(dirname(cache.zip));
  const begun = disk.now - (performance.now() - began);
  const made = cache.zipOf(files) ?? (await write(files, cache, options));
  // Noted is only what may be uploaded: it is not checked again.
  checkPackage(name, made.size, made.records);
  await cache.write(made, { ...found, parts, dir, disk, begun });
  const { size, sha256, records } = made;
  return {
    ...{ size, sha256, leftOut: found.leftOut },
    unpackedSize: records.reduce((sum, record) => sum + record.size, 0),
    ...listed(records),
    links: new Map(files.flatMap(({ path, link }) => (link === undefined ? [] : [[path, link]]))),
    source: (path) => files.find((one) => one.path === path),
  };
}

/** Under another name first: other runs, and one that is interrupted, leave the zip as it was. */
async function write(
  files: readonly SourceFile[],
  cache: StatCache,
  { name, signal, onProgress }: MakeOptions,
): Promise<StoredZip> {
  const { zip: file } = cache;
  await sweep(dirname(file), name);
  const temporary = `${file}.${process.pid}.tmp`;
  const discard = () => rmSync(temporary, { force: true });
  process.once('exit', discard);
  const before = await open(file).catch(() => undefined);
  let out: FileHandle | undefined;
  try {
    out = await open(temporary, 'w');
    const made = await writeZip(out, {
      files,
      before: before && { file: before, cache },
      signal,
      onProgress: onProgress && ((done) => onProgress({ files: done, of: files.length })),
    });
    const zip = identityOf(await out.stat());
    await out.close();
    await rename(temporary, file);
    return { ...made, zip };
  } finally {
    await out?.close().catch(() => {});
    await before?.close();
    await rm(temporary, { force: true });
    process.off('exit', discard);
  }
}

/** Removes what runs that were killed left more than a day ago. */
async function sweep(folder: string, name: string): Promise<void> {
  for (const left of await readdir(folder)) {
    if (!left.startsWith(`${name}.`) || !left.endsWith('.tmp')) continue;
    const file = join(folder, left);
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 24 * 60 * 60 * 1000) await rm(file, { force: true });
  }
}
