// The code of functions on disk: each zip once, by its digest, next to what is in it.
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { invalid } from './faults.ts';

export interface StoredCode {
  /** Base64. */
  sha256: string;
  /** Bytes of the zip. */
  size: number;
}

const largestUnzipped = 262_144_000;
const linkMode = 0o120000;
const typeMask = 0o170000;

export class CodeStore {
  private readonly folder: string;
  /** Signs addresses for downloads; those of an earlier run have expired. */
  private readonly secret = randomBytes(32);

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps and unpacks a zip. @throws InvalidParameterValueException when it is none, or too large. */
  async add(zip: Uint8Array): Promise<StoredCode> {
    const digest = createHash('sha256').update(zip).digest();
    const stored = { sha256: digest.toString('base64'), size: zip.length };
    const place = join(this.folder, digest.toString('hex'));
    if (existsSync(place)) return stored;
    const temporary = join(this.folder, `new-${randomUUID()}`);
    try {
      await mkdir(join(temporary, 'files'), { recursive: true });
      await unpack(Buffer.from(zip), join(temporary, 'files'));
      await writeFile(join(temporary, 'code.zip'), zip);
      // Node looks upwards for one: what lies above the code must not decide how it is read.
      await writeFile(join(temporary, 'package.json'), '{}');
      await rename(temporary, place);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      // Another request may have put the same code there meanwhile.
      if (!existsSync(place)) throw error;
    }
    return stored;
  }

  /** The folder with the unpacked code. */
  files({ sha256 }: StoredCode): string {
    return join(this.folder, hex(sha256), 'files');
  }

  async remove({ sha256 }: StoredCode): Promise<void> {
    await rm(join(this.folder, hex(sha256)), { recursive: true, force: true, maxRetries: 5 });
  }

  /** What follows `/_slsctl/lambda/` in the address of a download. */
  token({ sha256 }: StoredCode): string {
    const digest = hex(sha256);
    return `code/${digest}-${this.sign(digest)}`;
  }

  /** The zip behind such an address. */
  async download(path: string): Promise<Uint8Array | undefined> {
    const [, digest = '', signature] = /^code\/([0-9a-f]{64})-([0-9a-f]{64})$/.exec(path) ?? [];
    if (!digest || signature !== this.sign(digest)) return undefined;
    return readFile(join(this.folder, digest, 'code.zip')).catch(() => undefined);
  }

  private sign(digest: string): string {
    return createHmac('sha256', this.secret).update(digest).digest('hex');
  }
}

function hex(sha256: string): string {
  return Buffer.from(sha256, 'base64').toString('hex');
}

const notAZip = () =>
  invalid('Could not unzip uploaded file. Please check your file, then try to upload again.');

/** Writes nothing outside the folder, whatever the zip says. */
async function unpack(content: Buffer, folder: string): Promise<void> {
  const zip = await openZip(content);
  const links: { path: string; target: string }[] = [];
  let left = largestUnzipped;
  let count = 0;
  for await (const entry of entriesOf(zip)) {
    left -= entry.uncompressedSize;
    if (left < 0) throw invalid(`Unzipped size must be smaller than ${largestUnzipped} bytes`);
    const path = inside(folder, entry.fileName);
    count++;
    const mode = entry.externalFileAttributes >>> 16;
    if (entry.fileName.endsWith('/')) await mkdir(path, { recursive: true });
    else if ((mode & typeMask) === linkMode) links.push({ path, target: await text(zip, entry) });
    else {
      await mkdir(dirname(path), { recursive: true });
      const permissions = (mode & 0o777) | 0o600;
      const stream = await contentOf(zip, entry);
      await pipeline(stream, createWriteStream(path, { mode: mode === 0 ? 0o644 : permissions })).catch(
        () => {
          throw notAZip();
        },
      );
    }
  }
  if (count === 0) throw invalid('Uploaded file must be a non-empty zip');
  // Last, so that no file is ever written through one.
  for (const { path, target } of links) {
    inside(folder, join(dirname(path), target).slice(folder.length + 1));
    await mkdir(dirname(path), { recursive: true });
    await symlink(target, path);
  }
}

function inside(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (path !== folder && !path.startsWith(folder + sep)) throw notAZip();
  return path;
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
  for await (const part of await contentOf(zip, entry)) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
