// The package of a function. The same files always give the same bytes; unchanged files are neither read nor zipped again.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { type Entries, entriesOf } from './entry.ts';
import type { LeftOut } from './files.ts';
import type { MakeOptions } from './make-zip.ts';
import { StatCache } from './unchanged/stat-cache.ts';

export interface Package extends Entries {
  /** Absolute path of the zip: `<project>/.slsctl/<function name>.zip`, or the user's own ready zip. */
  file: string;
  /** Bytes of the zip. */
  size: number;
  /** Bytes of all its files, unpacked. */
  unpackedSize: number;
  /** SHA-256 of the zip in base64, as in Lambda's CodeSha256. */
  sha256: string;
  /** Files of the code folder that are not in the package, and the rule that left them out. */
  leftOut: LeftOut[];
  /** Content of the zip. Rejects with a UserError when the zip has changed since it was made. */
  bytes(): Promise<Uint8Array>;
  /** Content of one file in the package; undefined when there is no such file. */
  read(path: string): Promise<Buffer | undefined>;
}

/** Makes the zip, or uses the last one again. Rejects with a UserError (exit 2) when files are missing or too large. */
export async function makePackage(options: MakeOptions): Promise<Package> {
  const { name, dir, code, onlyIncluded, added } = options;
  if (/\.(zip|jar)$/.test(code.path)) return readyPackage(options);
  const parts = { code, onlyIncluded, added };
  const file = join(dir, '.slsctl', `${name}.zip`);
  const cache = new StatCache(file);
  const zip = cache.fresh(parts) ?? (await (await import('./make-zip.ts')).makeZip(options, parts, cache));
  // `zip` must not be spread: that would call its getter, which makes all entries.
  return Object.assign(zip, {
    file,
    bytes: () => unchanged(file, zip.sha256),
    read: async (path: string) => {
      const file = zip.source(path);
      return file && (file.link === undefined ? readFile(file.source) : Buffer.from(file.link));
    },
  });
}

/** A package that is the user's own zip or jar. */
async function readyPackage({ name, dir, code: { path: file } }: MakeOptions): Promise<Package> {
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
    ...entriesOf(entries),
    leftOut: [],
    bytes: () => unchanged(file, sha256),
    read: async (path) => (await import('./zip/read.ts')).readFromZip(file, path),
  };
}

async function unchanged(file: string, sha256: string): Promise<Uint8Array> {
  const content = await readFile(file);
  if (createHash('sha256').update(content).digest('base64') === sha256) return content;
  throw new UserError(`${file} has changed while slsctl was working with it`, exitCodes.failed, {
    reason: 'another run of slsctl made the package again, or another program wrote to it',
    next: 'run it again',
  });
}
