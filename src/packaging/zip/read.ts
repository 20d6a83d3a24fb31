// Reads a zip that the user made: its entries, and the facts of their content.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { badInput, UserError } from '../../errors/user-error.ts';
import type { PackageEntry } from '../entry.ts';
import { type FileFacts, factsOfContent, installersFile, partOf } from '../file-facts.ts';
import { headBytes, nativeOf } from '../inspect/native-format.ts';

export interface ReadyZip {
  size: number;
  /** Base64. */
  sha256: string;
  /** Files only; folders are left out. */
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
    const limit = installersFile.test(path) ? installersFileBytes : hasFacts.test(path) ? headBytes : 0;
    const facts = limit > 0 ? await factsOf(zip, entry, limit) : {};
    entries.push({
      path,
      size: uncompressedSize,
      ...facts,
      ...(link === undefined ? {} : { link }),
      ...(mayBeStarted.test(path) && mode !== undefined && (mode & 0o111) === 0
        ? { notExecutable: true }
        : {}),
    });
  });
  return { size, sha256: hash.digest('base64'), entries };
}

/** A native file is unpacked whole: the tables that say what it needs can be anywhere in it. */
async function factsOf(zip: ZipFile, entry: Entry, limit: number): Promise<FileFacts> {
  const content = await contentOf(zip, entry, limit);
  const isWhole = content.length < limit || nativeOf(content)?.format !== 'ELF';
  const whole = isWhole ? content : await contentOf(zip, entry, nativeFileBytes);
  return factsOfContent(entry.fileName, content, partOf(whole));
}

/** Throws (exit 2) for entries that Lambda cannot unpack: it knows stored and deflated ones, without a password. */
function refuseUnreadable(file: string, entry: Entry): void {
  const { fileName, compressionMethod: method } = entry;
  const problem = entry.isEncrypted()
    ? 'is encrypted'
    : method === 0 || method === 8
      ? undefined
      : `is compressed by ${methods[method] ?? `method ${method}`}`;
  if (!problem) return;
  throw badInput(`${file} cannot be unpacked by Lambda: ${fileName} ${problem}`, {
    next: 'make the zip again with zip -r, or with deflate as the method and without a password',
  });
}

/** PKWARE APPNOTE, section 4.4.5. */
const methods: Record<number, string> = {
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'XZ',
};

/** Unix mode; undefined when the zip was made on a system without modes. */
function modeOf({ versionMadeBy, externalFileAttributes }: Entry): number | undefined {
  return versionMadeBy >>> 8 === 3 ? externalFileAttributes >>> 16 : undefined;
}

/** The content of one file of the zip; undefined: it is not there. */
export async function readFromZip(file: string, path: string): Promise<Buffer | undefined> {
  let content: Buffer | undefined;
  await eachEntry(file, async (zip, entry) => {
    if (entry.fileName === path) content = await contentOf(zip, entry);
  });
  return content;
}

/** Names of native files and of keys. Only these are unpacked: unpacking every file would take long. */
const hasFacts = /(^|\/)[^/.]+$|^extensions\/[^/]+$|\.(so(\.[\d.]+)?|node|pyd|dylib|dll|exe|bin|pem|key)$/;

/** Names of bootstraps, extensions and scripts. */
const mayBeStarted = /(^|\/)[^/.]+(\.\w*sh)?$|^extensions\/[^/]+$/;

/** How much of a native file is read. More cannot be unpacked on Lambda. */
const nativeFileBytes = 250 * 1024 * 1024;

/** How much of an installer's file is read. */
const installersFileBytes = 8 * 1024 * 1024;

async function eachEntry(file: string, visit: (zip: ZipFile, entry: Entry) => Promise<void>): Promise<void> {
  try {
    const zip = await openPromise(file);
    for await (const entry of zip.eachEntry()) await visit(zip, entry);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw badInput(`${file} cannot be read as a zip`, { reason: (cause as Error).message, cause });
  }
}

async function contentOf(zip: ZipFile, entry: Entry, limit = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}
