// The bytes of objects on disk: each body is a file of its own, and complete before a record names it.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { constants, copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Digest } from './checksums.ts';

/** A range of bytes in a file. */
export interface Piece {
  file: string;
  size: number;
}

export interface Received extends Piece {
  /** Hexadecimal. */
  md5: string;
}

export class Bodies {
  private readonly folder: string;
  private readonly leaving = new Set<string>();
  /** Files that are being read, with the number of readers. */
  private readonly readers = new Map<string, number>();

  /** `used` returns the files that records name; other files were left by a crash and are deleted. */
  constructor(folder: string, used: () => ReadonlySet<string>) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    const found = readdirSync(folder);
    const known = found.length > 0 ? used() : new Set();
    for (const name of found) {
      if (!known.has(name)) rmSync(join(folder, name), { force: true });
    }
  }

  /** Writes a stream to a new file; the digests receive each part. Rejects as the source does. */
  async receive(
    source: AsyncIterable<Uint8Array>,
    digests: readonly Digest[],
    limit: Limit,
  ): Promise<Received> {
    const file = randomUUID();
    const path = join(this.folder, file);
    const md5 = createHash('md5');
    let size = 0;
    async function* measured() {
      for await (const part of source) {
        size += part.length;
        if (size > limit.bytes) throw limit.tooLarge(size);
        md5.update(part);
        for (const digest of digests) digest.update(part);
        yield part;
      }
    }
    try {
      await write(measured(), path);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { file, size, md5: md5.digest('hex') };
  }

  async copy(pieces: readonly Piece[]): Promise<Piece[]> {
    return Promise.all(
      pieces.map(async ({ file, size }) => {
        const copy = randomUUID();
        await copyFile(join(this.folder, file), join(this.folder, copy), constants.COPYFILE_FICLONE);
        return { file: copy, size };
      }),
    );
  }

  /** The bytes from `start` up to, but not including, `end`, counted over all pieces. Callers must read or close it. */
  read(pieces: readonly Piece[], start: number, end: number): AsyncIterable<Uint8Array> {
    for (const { file } of pieces) this.readers.set(file, (this.readers.get(file) ?? 0) + 1);
    return this.readAndRelease(pieces, start, end);
  }

  private async *readAndRelease(
    pieces: readonly Piece[],
    start: number,
    end: number,
  ): AsyncGenerator<Uint8Array> {
    try {
      let offset = 0;
      for (const { file, size } of pieces) {
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, size);
        offset += size;
        if (from >= to) continue;
        yield* createReadStream(join(this.folder, file), {
          start: from,
          end: to - 1,
          highWaterMark: 256 * 1024,
        });
      }
    } finally {
      for (const { file } of pieces) this.release(file);
    }
  }

  private release(file: string): void {
    const readers = (this.readers.get(file) ?? 0) - 1;
    if (readers > 0) this.readers.set(file, readers);
    else {
      this.readers.delete(file);
      if (this.leaving.delete(file)) void rm(join(this.folder, file), { force: true });
    }
  }

  /** Removes files once no record on disk names them and nobody reads them. */
  removeLater(pieces: readonly Piece[]): void {
    setImmediate(() => {
      for (const { file } of pieces) {
        if (this.readers.has(file)) this.leaving.add(file);
        else void rm(join(this.folder, file), { force: true }).catch(() => {});
      }
    });
  }
}

/** Bytes that are written at once: without the threads that Node.js uses for files, which take longer. */
const small = 128 * 1024;

async function write(source: AsyncGenerator<Uint8Array>, path: string): Promise<void> {
  const first: Uint8Array[] = [];
  let size = 0;
  for (let next = await source.next(); !next.done; next = await source.next()) {
    first.push(next.value);
    size += next.value.length;
    if (size <= small) continue;
    const all = async function* () {
      yield* first;
      yield* source;
    };
    return pipeline(all, createWriteStream(path, { mode: 0o600 }));
  }
  writeFileSync(path, Buffer.concat(first), { mode: 0o600 });
}

export interface Limit {
  readonly bytes: number;
  tooLarge(size: number): Error;
}
