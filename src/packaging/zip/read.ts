// Reads zips that somebody else made: what is in them, and what their native files are.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { badInput, UserError } from '../../errors/user-error.ts';
import type { PackageEntry } from '../entry.ts';
import { factsOfContent, installersFile } from '../file-facts.ts';
import { headBytes } from '../inspect/native-format.ts';

export interface ReadyZip {
  size: number;
  /** Base64. */
  sha256: string;
  /** Files; folders left out. */
  entries: PackageEntry[];
}

/** Rejects with a UserError (exit 2) when it is not a zip. */
export async function readZip(file: string): Promise<ReadyZip> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (cause) {
    throw badInput(`the zip ${file} cannot be read`, { reason: (cause as Error).message, cause });
  }
  const entries: PackageEntry[] = [];
  await eachEntry(file, async (zip, entry) => {
    const { fileName: path, uncompressedSize } = entry;
    if (path.endsWith('/')) return;
    refuseUnreadable(file, entry);
    const mode = modeOf(entry);
    const isLink = mode !== undefined && (mode & 0o170000) === 0o120000;
    const link = isLink ? (await contentOf(zip, entry)).toString('utf8') : undefined;
    const most = installersFile.test(path) ? mostText : mayTell.test(path) ? headBytes : 0;
    const learnt = most > 0 ? factsOfContent(path, await contentOf(zip, entry, most)) : {};
    entries.push({
      path,
      size: uncompressedSize,
      ...learnt,
      ...(link === undefined ? {} : { link }),
      ...(path === 'bootstrap' && mode !== undefined && (mode & 0o111) === 0 ? { notExecutable: true } : {}),
    });
  });
  return { size, sha256: hash.digest('base64'), entries };
}

/** Lambda unpacks what is stored or deflated, without a password. */
function refuseUnreadable(file: string, entry: Entry): void {
  const { fileName, compressionMethod: method } = entry;
  const problem = entry.isEncrypted()
    ? 'is encrypted'
    : method === 0 || method === 8
      ? undefined
      : `is compressed by ${methods[method] ?? `method ${method}`}`;
  if (!problem) return;
  throw badInput(`${file} cannot be unpacked by Lambda: ${fileName} ${problem}`, {
    next: 'make the zip anew, by zip -r or with deflate as the method and no password',
  });
}

/** APPNOTE.TXT of PKWARE, 4.4.5. */
const methods: Record<number, string> = {
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
};

/** undefined: whoever made the zip did not know of modes. */
function modeOf({ versionMadeBy, externalFileAttributes }: Entry): number | undefined {
  return versionMadeBy >>> 8 === 3 ? externalFileAttributes >>> 16 : undefined;
}

/** The content of one file of the zip; undefined: it is not there. */
export async function readFromZip(file: string, path: string): Promise<Buffer | undefined> {
  let found: Buffer | undefined;
  await eachEntry(file, async (zip, entry) => {
    if (entry.fileName === path) found = await contentOf(zip, entry);
  });
  return found;
}

/** Names that native files and keys have; without it every file of the zip would be unpacked. */
const mayTell = /(^|\/)[^/.]+$|\.(so(\.[\d.]+)?|node|pyd|dylib|dll|exe|bin|pem|key)$/;

/** Of files of installers. */
const mostText = 8 * 1024 * 1024;

async function eachEntry(file: string, see: (zip: ZipFile, entry: Entry) => Promise<void>): Promise<void> {
  try {
    const zip = await openPromise(file);
    for await (const entry of zip.eachEntry()) await see(zip, entry);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw badInput(`${file} is not a zip that can be read`, { reason: (cause as Error).message, cause });
  }
}

async function contentOf(zip: ZipFile, entry: Entry, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}
