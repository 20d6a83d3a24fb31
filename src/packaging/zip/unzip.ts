// Unpacks a zip from an untrusted source: only regular files, and only inside the given empty folder.
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, fromBuffer, type ZipFile } from 'yauzl';

const typeMask = 0o170_000;
const regular = 0o100_000;

/**
 * Writes the files below the folder and resolves with their paths, with `/`. Rejects when a path leads out of the
 * folder, when this file system takes two paths for the same, and when an entry is a link; some files may be written
 * by then.
 */
export async function unzip(content: Uint8Array, folder: string): Promise<string[]> {
  const zip = await opened(Buffer.from(content));
  const paths: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      zip.close();
      reject(error);
    };
    zip.on('entry', (entry: Entry) => {
      write(zip, entry, folder).then((path) => {
        if (path !== undefined) paths.push(path);
        zip.readEntry();
      }, fail);
    });
    zip.once('end', () => resolve(paths));
    zip.once('error', fail);
    zip.readEntry();
  });
}

function opened(content: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // yauzl refuses names that are absolute or contain `..`.
    fromBuffer(content, { lazyEntries: true, decodeStrings: true, strictFileNames: false }, (error, zip) => {
      if (error || !zip) reject(error ?? new Error('it is empty'));
      else resolve(zip);
    });
  });
}

/** Resolves with the path; undefined for a folder. */
async function write(zip: ZipFile, entry: Entry, folder: string): Promise<string | undefined> {
  const { fileName, externalFileAttributes } = entry;
  const mode = externalFileAttributes >>> 16;
  const type = mode & typeMask;
  if (fileName.endsWith('/')) return undefined;
  if (type !== 0 && type !== regular) throw new Error(`${fileName} is a link, not a file`);
  // Windows takes `:` for a drive or a stream of another file, and drops dots at the end of a name.
  if (/[:\0]/.test(fileName) || fileName.split('/').some((part) => part === '' || /^\.+$/.test(part))) {
    throw new Error(`${JSON.stringify(fileName)} is not a valid file name`);
  }
  const path = join(folder, ...fileName.split('/'));
  await mkdir(dirname(path), { recursive: true });
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => {
      if (error || !opened) reject(error ?? new Error(`${fileName} cannot be read`));
      else resolve(opened);
    });
  });
  // `wx`: two names that this file system takes for the same must not overwrite each other.
  await pipeline(stream, createWriteStream(path, { flags: 'wx', mode: mode & 0o111 ? 0o755 : 0o644 }));
  return fileName;
}
