// The package of a function: the same files give the same bytes, and what has not changed is neither read nor zipped again.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { type Entries, listed } from './entry.ts';
import type { LeftOut } from './files.ts';
import type { MakeOptions } from './make-zip.ts';
import { StatCache } from './unchanged/stat-cache.ts';

export interface Package extends Entries {
  /** Absolute path of the zip: `<project>/.slsctl/<function name>.zip`, or the user's own ready zip. */
  file: string;
  /** Bytes of the zip. */
  size: number;
  /** Bytes of its contents. */
  unpackedSize: number;
  /** Base64, as Lambda's CodeSha256. */
  sha256: string;
  /** What of the code folder is not in it, and by which rule. */
  leftOut: LeftOut[];
  /** Rejects with a UserError when the file is no longer the one that was made. */
  bytes(): Promise<Uint8Array>;
  /** The content of one of the entries; undefined: there is none of that path. */
  read(path: string): Promise<Buffer | undefined>;
}

/** Makes or reuses the zip. Rejects with a UserError (exit 2) when files are missing or too large. */
export async function makePackage(options: MakeOptions): Promise<Package> {
  const { name, dir, code, onlyIncluded, added } = options;
  if (/\.(zip|jar)$/.test(code.path)) return ready(options);
  const parts = { code, onlyIncluded, added };
  const file = join(dir, '.slsctl', `${name}.zip`);
  const cache = new StatCache(file);
  const zip = cache.fresh(parts) ?? (await (await import('./make-zip.ts')).make(options, parts, cache));
  // Not spread: then all entries would be made.
  return Object.assign(zip, {
    file,
    bytes: () => unchanged(file, zip.sha256),
    read: async (path: string) => {
      const one = zip.source(path);
      return one && (one.link === undefined ? readFile(one.source) : Buffer.from(one.link));
    },
  });
}

async function ready({ name, dir, code: { path: file } }: MakeOptions): Promise<Package> {
  const [{ readyZip }, { checkPackage }] = await Promise.all([
    import('./zip/ready-zip.ts'),
    import('../advise/limits.ts'),
  ]);
  const { size, sha256, entries } = await readyZip(file, join(dir, '.slsctl', `${name}.ready`));
  checkPackage(name, size, entries);
  return {
    file,
    size,
    unpackedSize: entries.reduce((sum, { size }) => sum + size, 0),
    sha256,
    ...listed(entries),
    leftOut: [],
    bytes: () => unchanged(file, sha256),
    read: async (path) => (await import('./zip/read.ts')).readFromZip(file, path),
  };
}

async function unchanged(file: string, sha256: string): Promise<Uint8Array> {
  const content = await readFile(file);
  if (createHash('sha256').update(content).digest('base64') === sha256) return content;
  throw new UserError(`${file} has changed since it was looked at`, exitCodes.failed, {
    reason: 'another run of slsctl made a package of other files, or somebody wrote to it',
    next: 'run it again',
  });
}
