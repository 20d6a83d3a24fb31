// The package of a function: the same files give the same bytes, and what has not changed is neither read nor zipped again.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPackage } from '../advise/limits.ts';
import { badInput, exitCodes, UserError } from '../errors.ts';
import { type LeftOut, type PackageParts, packageFiles, type SourceFile } from './files.ts';
import type { Native } from './native.ts';
import { readFromZip, readZip } from './ready-zip.ts';
import { identityOf, StatCache, type ZipNote } from './stat-cache.ts';
import { writeZip } from './zip.ts';

export interface BundleEntry {
  /** Path inside the zip, with `/`. */
  path: string;
  /** Bytes, unpacked. */
  size: number;
  /** What system and machine it is for, when it is a program or a library. */
  native?: Native;
  privateKey?: true;
}

export interface Bundle {
  /** Absolute path of the zip: `<project>/.slsctl/<function name>.zip`, or the user's own ready zip. */
  file: string;
  /** Bytes of the zip. */
  size: number;
  /** Bytes of its contents. */
  unpackedSize: number;
  /** Base64, as Lambda's CodeSha256. */
  sha256: string;
  entries: BundleEntry[];
  /** What of the code folder is not in it, and by which rule. */
  leftOut: LeftOut[];
  /** Rejects with a UserError when the file is no longer the one that was made. */
  bytes(): Promise<Uint8Array>;
  /** The content of one of the entries; undefined: there is none of that path. */
  read(path: string): Promise<Buffer | undefined>;
}

export interface BundleOptions extends PackageParts {
  /** Physical name of the function. */
  name: string;
  /** Folder of the project. */
  dir: string;
  signal?: AbortSignal;
  /** Called now and then while it is zipped. */
  onProgress?(done: { files: number; of: number }): void;
}

/** Makes or reuses the zip. Rejects with a UserError (exit 2) when files are missing or too large. */
export async function makeBundle(options: BundleOptions): Promise<Bundle> {
  const { name, dir, code } = options;
  if (/\.(zip|jar)$/.test(code.path)) return readyZip(name, code.path);
  const { files, leftOut } = await packageFiles(options);
  if (files.length === 0)
    throw badInput(`the package of ${name} is empty: nothing to take from ${code.path}`);
  // Before anything is read: stat tells the sizes.
  checkPackage(name, 0, files);
  const file = join(dir, '.slsctl', `${name}.zip`);
  const cache = await StatCache.read(noteOf(file), file);
  const zip = cache.zipOf(files) ?? (await write(file, files, cache, options));
  checkPackage(name, zip.size, zip.records);
  const sources = new Map(files.map((one) => [one.path, one]));
  return {
    file,
    size: zip.size,
    unpackedSize: total(zip.records),
    sha256: zip.sha256,
    entries: zip.records,
    leftOut,
    bytes: () => unchanged(file, zip.sha256),
    read: async (path) => {
      const one = sources.get(path);
      return one && (one.link === undefined ? readFile(one.source) : Buffer.from(one.link));
    },
  };
}

async function readyZip(name: string, file: string): Promise<Bundle> {
  const { size, sha256, entries } = await readZip(file);
  checkPackage(name, size, entries);
  return {
    file,
    size,
    unpackedSize: total(entries),
    sha256,
    entries,
    leftOut: [],
    bytes: () => unchanged(file, sha256),
    read: (path) => readFromZip(file, path),
  };
}

function noteOf(file: string): string {
  return file.replace(/zip$/, 'json');
}

/** Under another name first: other runs, and one that is interrupted, leave the zip as it was. */
async function write(
  file: string,
  files: readonly SourceFile[],
  cache: StatCache,
  { dir, name, signal, onProgress }: BundleOptions,
): Promise<ZipNote> {
  const folder = join(dir, '.slsctl');
  await mkdir(folder, { recursive: true });
  await sweep(folder, name);
  const temporary = `${file}.${process.pid}.tmp`;
  const discard = () => rmSync(temporary, { force: true });
  process.once('exit', discard);
  const before = await open(file).catch(() => undefined);
  let out: FileHandle | undefined;
  try {
    out = await open(temporary, 'w');
    const begun = (await out.stat()).mtimeMs;
    const made = await writeZip(out, {
      files,
      before: before && { file: before, cache },
      signal,
      onProgress: onProgress && ((done) => onProgress({ files: done, of: files.length })),
    });
    const zip = identityOf(await out.stat());
    await out.close();
    await rename(temporary, file);
    await StatCache.write(noteOf(file), made, { zip, files, begun });
    return made;
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

async function unchanged(file: string, sha256: string): Promise<Uint8Array> {
  const content = await readFile(file);
  if (createHash('sha256').update(content).digest('base64') === sha256) return content;
  throw new UserError(`${file} has changed since it was looked at`, exitCodes.failed, {
    reason: 'another run of slsctl made a package of other files, or somebody wrote to it',
    next: 'run it again',
  });
}

function total(entries: readonly BundleEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}
