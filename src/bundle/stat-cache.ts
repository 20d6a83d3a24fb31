// What is known of a zip that was made before, and of the files in it: what has not changed is not read again.
import type { Stats } from 'node:fs';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { SourceFile } from './files.ts';
import type { Packed } from './pack.ts';
import { recordLength } from './zip-format.ts';

/** To be raised with any change of what zips look like or of what is learnt from the files. */
const format = 1;

/** Disks tell times of up to two seconds alike (FAT); most do better. */
const tick = 2000;

export interface ZipNote {
  /** Of the zip: bytes; base64, as Lambda's CodeSha256. */
  size: number;
  sha256: string;
  records: Packed[];
}

/** Tells a zip from another one that another run put in its place: size, modification time, number on its disk. */
type Identity = readonly [number, number, number];

export function identityOf({ size, mtimeMs, ino }: Stats): Identity {
  return [size, mtimeMs, ino];
}

/** By column, since this is read in full by runs that have nothing else to do; files in the order of the zip. */
interface Stored {
  format: number;
  zip: Identity;
  size: number;
  sha256: string;
  path: string[];
  /** What stat said before the file was read; -1 when it may have been written in the same tick. */
  modified: number[];
  changed: number[];
  inode: number[];
  bytes: number[];
  compressed: number[];
  crc: number[];
  method: (0 | 8)[];
  mode: number[];
  /** What only some have, by place. */
  more: Record<number, Pick<Packed, 'streamed' | 'native' | 'privateKey'>>;
  link: Record<number, string>;
}

export class StatCache {
  private readonly stored: Stored | undefined;
  private places: Map<string, { index: number; offset: number }> | undefined;

  private constructor(stored?: Stored) {
    this.stored = stored;
  }

  /** Empty when there is no zip, or when somebody has touched it. */
  static async read(noteFile: string, zip: string): Promise<StatCache> {
    try {
      const [text, stats] = await Promise.all([readFile(noteFile, 'utf8'), stat(zip)]);
      const stored = JSON.parse(text) as Stored;
      const untouched = identityOf(stats).every((value, index) => value === stored.zip[index]);
      return new StatCache(stored.format === format && untouched ? stored : undefined);
    } catch {
      return new StatCache();
    }
  }

  /** What is known of the file and where it stands in the zip, if it has not changed. */
  of(file: SourceFile): { record: Packed; offset: number } | undefined {
    this.places ??= this.findPlaces();
    const place = this.places.get(file.path);
    if (!this.stored || !place || !this.isUnchanged(file, place.index)) return undefined;
    return { record: recordAt(this.stored, place.index), offset: place.offset };
  }

  /** The zip as it is, if it is that of these files. */
  zipOf(files: readonly SourceFile[]): ZipNote | undefined {
    const { stored } = this;
    if (!stored || files.length !== stored.path.length) return undefined;
    for (const [index, file] of files.entries()) {
      if (file.path !== stored.path[index] || !this.isUnchanged(file, index)) return undefined;
    }
    const { size, sha256 } = stored;
    return { size, sha256, records: stored.path.map((_, index) => recordAt(stored, index)) };
  }

  private isUnchanged({ size, modified, changed, inode, link }: SourceFile, index: number): boolean {
    const { stored } = this;
    if (link !== undefined) return stored?.link[index] === link;
    return (
      stored?.modified[index] === modified &&
      stored.changed[index] === changed &&
      stored.bytes[index] === size &&
      stored.inode[index] === inode &&
      stored.link[index] === undefined
    );
  }

  private findPlaces(): Map<string, { index: number; offset: number }> {
    const places = new Map<string, { index: number; offset: number }>();
    let offset = 0;
    for (const [index, path] of (this.stored?.path ?? []).entries()) {
      places.set(path, { index, offset });
      offset += recordLength(recordAt(this.stored as Stored, index));
    }
    return places;
  }

  /**
   * `zip`: its identity before it got its name. `begun`: the time on its disk before the first file was read, epoch
   * milliseconds.
   */
  static async write(
    noteFile: string,
    { size, sha256, records }: ZipNote,
    { zip, files, begun }: { zip: Identity; files: readonly SourceFile[]; begun: number },
  ): Promise<void> {
    const stored: Stored = {
      ...{ format, zip, size, sha256 },
      path: records.map(({ path }) => path),
      modified: files.map(({ modified, changed, size }, index) => {
        const still = Math.max(modified, changed) < begun - tick && size === records[index]?.size;
        return still ? modified : -1;
      }),
      changed: files.map(({ changed }) => changed),
      inode: files.map(({ inode }) => inode),
      bytes: records.map((record) => record.size),
      compressed: records.map(({ compressed }) => compressed),
      crc: records.map(({ crc }) => crc),
      method: records.map(({ method }) => method),
      mode: records.map(({ mode }) => mode),
      more: {},
      link: {},
    };
    for (const [index, { streamed, native, privateKey }] of records.entries()) {
      if (streamed || native || privateKey) stored.more[index] = { streamed, native, privateKey };
      const link = files[index]?.link;
      if (link !== undefined) stored.link[index] = link;
    }
    const temporary = `${noteFile}.${process.pid}.tmp`;
    try {
      await writeFile(temporary, JSON.stringify(stored));
      await rename(temporary, noteFile);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

function recordAt(stored: Stored, index: number): Packed {
  return {
    path: stored.path[index] as string,
    size: stored.bytes[index] as number,
    compressed: stored.compressed[index] as number,
    crc: stored.crc[index] as number,
    method: stored.method[index] as 0 | 8,
    mode: stored.mode[index] as number,
    ...stored.more[index],
  };
}
