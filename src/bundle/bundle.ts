// The package of a function: the same files give the same bytes, and what has not changed is not zipped again.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPackage } from '../advise/limits.ts';
import type { CodeConfig } from '../config/project.ts';
import { badInput } from '../errors.ts';
import { packageFiles, type SourceFile } from './files.ts';
import { writeZip, zipEntries } from './zip.ts';

export interface BundleEntry {
  /** Path inside the zip, with `/`. */
  path: string;
  /** Bytes, unpacked. */
  size: number;
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
  bytes(): Promise<Uint8Array>;
}

export interface BundleOptions {
  /** Physical name of the function. */
  name: string;
  /** Folder of the project. */
  dir: string;
  code: CodeConfig;
  /** Absolute paths of folders that are laid beside the code: what was installed for it. */
  folders?: readonly string[];
}

type Stored = Omit<Bundle, 'file' | 'bytes'> & { inputs: string; zipTime: number };

/** Makes or reuses the zip. Rejects with a UserError (exit 2) when files are missing or too large. */
export async function makeBundle({ name, dir, code, folders }: BundleOptions): Promise<Bundle> {
  if (code.path.endsWith('.zip')) return readyZip(name, code.path);
  const files = await packageFiles(code, folders);
  if (files.length === 0)
    throw badInput(`the package of ${name} is empty: nothing to take from ${code.path}`);
  const folder = join(dir, '.slsctl');
  const file = join(folder, `${name}.zip`);
  const note = join(folder, `${name}.json`);
  const inputs = fingerprint(files);
  const known = await stored(note, file);
  if (known?.inputs === inputs) return bundle(file, known);

  const entries = files.map(({ path, size }) => ({ path, size }));
  checkPackage(name, 0, entries);
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeZip(temporary, files);
  const content = await readFile(temporary);
  checkPackage(name, content.length, entries);
  await rename(temporary, file);
  const { mtimeMs } = await stat(file);
  const made: Stored = {
    size: content.length,
    unpackedSize: total(entries),
    sha256: createHash('sha256').update(content).digest('base64'),
    entries,
    // A file changed within the clock tick of this run could look unchanged later.
    inputs: files.some(({ time }) => time >= mtimeMs - 2000) ? '' : inputs,
    zipTime: mtimeMs,
  };
  await writeFile(note, JSON.stringify(made));
  return bundle(file, made);
}

async function readyZip(name: string, file: string): Promise<Bundle> {
  const content = await readFile(file).catch((cause) => {
    throw badInput(`the zip ${file} cannot be read`, { reason: (cause as Error).message, cause });
  });
  const entries = await zipEntries(file);
  checkPackage(name, content.length, entries);
  const sha256 = createHash('sha256').update(content).digest('base64');
  return bundle(file, { size: content.length, unpackedSize: total(entries), sha256, entries });
}

function bundle(
  file: string,
  { size, unpackedSize, sha256, entries }: Omit<Bundle, 'file' | 'bytes'>,
): Bundle {
  return { file, size, unpackedSize, sha256, entries, bytes: () => readFile(file) };
}

async function stored(note: string, zip: string): Promise<Stored | undefined> {
  try {
    const known = JSON.parse(await readFile(note, 'utf8')) as Stored;
    const { size, mtimeMs } = await stat(zip);
    return size === known.size && mtimeMs === known.zipTime ? known : undefined;
  } catch {
    return undefined;
  }
}

function fingerprint(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { path, source, size, time, executable } of files) {
    hash.update(JSON.stringify([path, source, size, time, executable]));
  }
  return hash.digest('hex');
}

function total(entries: readonly BundleEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}
