// Unpacks zips and merges folders. Nothing is ever written outside the target folder, whatever a zip contains.
import { constants, createWriteStream } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { invalid } from '../errors.ts';

/** The limit of a function with its layers, in bytes. */
export const largestUnzipped = 262_144_000;
const linkMode = 0o120000;
const typeMask = 0o170000;
/** The paths of the folder in AWS; absolute links may contain them. */
const mounts = ['/var/task/', '/opt/'];

const notAZip = () =>
  invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');

/** The system's errors for names in a zip that conflict with one another or are not allowed. */
const nameProblems = ['EEXIST', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'EINVAL', 'EILSEQ', 'ENOENT'];

/** Resolves with the number of unpacked bytes. The folder is read-only afterwards. */
export async function unzip(content: Buffer, folder: string): Promise<number> {
  try {
    const size = await unpack(content, folder);
    await protect(folder);
    return size;
  } catch (error) {
    throw nameProblems.includes((error as NodeJS.ErrnoException).code ?? '') ? notAZip() : error;
  }
}

async function unpack(content: Buffer, folder: string): Promise<number> {
  const zip = await openZip(content);
  const links = new Map<string, string>();
  const files = new Set<string>();
  let size = 0;
  let count = 0;
  for await (const entry of entriesOf(zip)) {
    size += entry.uncompressedSize;
    if (size > largestUnzipped) throw invalid(`Unzipped size must be smaller than ${largestUnzipped} bytes`);
    const path = inside(folder, entry.fileName);
    count++;
    const mode = entry.externalFileAttributes >>> 16;
    if (entry.fileName.endsWith('/')) await mkdir(path, { recursive: true });
    else if ((mode & typeMask) === linkMode) links.set(path, await text(zip, entry));
    else {
      await mkdir(dirname(path), { recursive: true });
      // The later of two entries with the same name wins.
      if (files.has(path)) await rm(path, { force: true });
      files.add(path);
      await write(zip, entry, path, mode);
    }
  }
  if (count === 0) throw invalid('Uploaded file must be a non-empty zip');
  await link(folder, links);
  return size;
}

/** Read-only: a function cannot change its own code, except as root, for whom file modes do not apply. */
async function write(zip: ZipFile, entry: Entry, path: string, mode: number): Promise<void> {
  const source = await contentOf(zip, entry);
  let sum = 0;
  const summed = new Transform({
    transform(part: Buffer, _encoding, done) {
      sum = crc32(part, sum);
      done(null, part);
    },
  });
  const target = createWriteStream(path, { mode: (mode & 0o555) | 0o444 });
  await pipeline(source, summed, target).catch((error: NodeJS.ErrnoException) => {
    throw error.syscall ? error : notAZip();
  });
  if (sum !== entry.crc32) throw notAZip();
}

/**
 * Links are created last, so no file is written through a link; a link below another link is refused. Each link points
 * to the place it would have if the folder were the root directory, by the shortest relative path: up to a folder that
 * both share, which is never a link, and down from there. Therefore no link leaves the folder.
 */
async function link(folder: string, links: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, target] of links) {
    for (let above = dirname(path); above.length > folder.length; above = dirname(above)) {
      if (links.has(above)) throw notAZip();
    }
    const mount = mounts.find((prefix) => target.startsWith(prefix));
    const wanted = mount ? `/${target.slice(mount.length)}` : target;
    const from = `/${relative(folder, dirname(path)).split(sep).join('/')}`;
    const to = posix.resolve(from, wanted);
    await mkdir(dirname(path), { recursive: true });
    await symlink(posix.relative(from, to) || '.', path);
  }
}

function inside(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (name.includes('\0') || !path.startsWith(folder + sep)) throw notAZip();
  return path;
}

/** Copies each folder over the earlier ones. A file or link replaces any entry of the same name. */
export async function overlay(parts: readonly string[], target: string): Promise<void> {
  for (const part of parts) await layOver(part, target);
  await protect(target);
}

async function layOver(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    const there = await lstat(to).catch(() => undefined);
    // Never write through a link from another layer.
    if (there && !(there.isDirectory() && entry.isDirectory())) await rm(to, { recursive: true });
    if (entry.isDirectory()) {
      await mkdir(to, { recursive: true });
      await layOver(from, to);
    } else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

async function protect(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await protect(join(folder, entry.name));
  }
  await chmod(folder, 0o555);
}

/** Removes a folder, including read-only files. */
export async function removeTree(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) await unprotect(folder).catch(() => {});
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function unprotect(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await unprotect(join(folder, entry.name));
  }
}

function openZip(content: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(content, { lazyEntries: true }, (error, zip) => (error ? reject(notAZip()) : resolve(zip)));
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      zip.once('entry', resolve);
      zip.once('end', () => resolve(undefined));
      zip.once('error', () => reject(notAZip()));
      zip.readEntry();
    });
    zip.removeAllListeners();
    if (!entry) return;
    yield entry;
  }
}

function contentOf(zip: ZipFile, entry: Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error ? reject(notAZip()) : resolve(stream)));
  });
}

async function text(zip: ZipFile, entry: Entry): Promise<string> {
  const parts: Buffer[] = [];
  try {
    for await (const part of await contentOf(zip, entry)) parts.push(part as Buffer);
  } catch {
    throw notAZip();
  }
  return Buffer.concat(parts).toString();
}
