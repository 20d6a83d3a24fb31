// Unpacks zips and lays folders over one another; whatever a zip says, nothing is written outside its folder.
import { constants, createWriteStream } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { invalid } from '../errors.ts';

/** Bytes of a function with its layers. */
export const largestUnzipped = 262_144_000;
const linkMode = 0o120000;
const typeMask = 0o170000;
/** Where the folder lies in AWS: absolute links may name it so. */
const mounts = ['/var/task/', '/opt/'];

const notAZip = () =>
  invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');

/** What the system answers to names that contradict one another, or that it cannot have. */
const nameProblems = ['EEXIST', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'EINVAL', 'EILSEQ', 'ENOENT'];

/** Answers how many bytes are in it. The folder is read-only afterwards. */
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
      // Of two entries with one name the later counts.
      if (files.has(path)) await rm(path, { force: true });
      files.add(path);
      await write(zip, entry, path, mode);
    }
  }
  if (count === 0) throw invalid('Uploaded file must be a non-empty zip');
  await link(folder, links);
  return size;
}

/** Read-only: nothing changes its own code, except as root, whom modes do not bind. */
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
 * Links are made last, so that no file is written through one, and none below another. Each leads to where it
 * would with the folder as the root of everything, by the shortest way: up to a folder that both share, which
 * is a real one, and down from there. So none leads out, whatever the others are.
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

/** Copies each folder over those before it. A file or link takes the place of whatever had its name. */
export async function overlay(parts: readonly string[], target: string): Promise<void> {
  for (const part of parts) await layOver(part, target);
  await protect(target);
}

async function layOver(source: string, target: string): Promise<void> {
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    const there = await lstat(to).catch(() => undefined);
    // Never through a link that another layer has put there.
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

/** Also what is read-only. */
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
