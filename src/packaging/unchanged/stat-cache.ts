// Remembers the last zip and the stamps of the files that it was made of, so that unchanged files are not read again.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import { type Entries, indicesOfLargest } from '../entry.ts';
import { type FileFacts, isNotable } from '../file-facts.ts';
import type { LeftOut, PackageFiles, PackageParts, SourceFile } from '../files.ts';
import { recordLength } from '../zip/format.ts';
import type { Packed } from '../zip/pack.ts';
import { readColumns, writeColumns } from './column-file.ts';
import { coarsestTick, type Disk } from './disk-times.ts';
import { type FileStamp, linkOf, namesOf } from './file-stamp.ts';

/** Raise it with any change to the bytes of zips, to the rules that leave files out, or to the facts of files. */
const format = 6;

export interface ZipNote {
  /** Bytes of the zip. */
  size: number;
  /** SHA-256 of the zip in base64, as in Lambda's CodeSha256. */
  sha256: string;
  records: Packed[];
}

export interface StoredZip extends ZipNote {
  /** Taken before the zip was renamed to its final name. */
  zip: Identity;
}

/** A zip of the files in their current state. */
export interface FreshZip extends Entries {
  size: number;
  sha256: string;
  unpackedSize: number;
  leftOut: LeftOut[];
  /** Where a file of the zip is on disk; for a link, its target. */
  source(path: string): Pick<SourceFile, 'source' | 'link'> | undefined;
}

/** Size, modification time and inode: they differ when another run has replaced the zip. */
type Identity = readonly [number, number, number];

export function identityOf({ size, mtimeMs, ino }: Stats): Identity {
  return [size, mtimeMs, ino];
}

/** A folder on disk whose files are in the package. */
interface Root {
  source: string;
  /** Prefix of the files' paths in the package. */
  under: string;
}

interface Head {
  format: number;
  zip: Identity;
  size: number;
  sha256: string;
  unpackedSize: number;
  parts: string;
  leftOut: LeftOut[];
  roots: Root[];
  /** Number of rows that are files of the zip, in its order. They come first. */
  files: number;
  /** Number of rows that are listed folders. They come next; files that were read for the choice come last. */
  folders: number;
  // By row; only rows that have the value.
  facts: Record<number, FileFacts>;
  /** Targets of links. */
  link: Record<number, string>;
  /** Paths in the zip that differ from those on disk. */
  path: Record<number, string>;
  /** Names in folders whose time does not tell of changes. */
  names: Record<number, string>;
  /** A folder changed just before the run, so its time cannot be trusted: the next run lists all folders again. */
  young?: boolean;
}

/**
 * Columns of all rows: the stamp from before the file was read. `modified` is -1 when the file may have changed again in
 * the same tick.
 */
const stampColumns = ['modified', 'changed', 'inode', 'mode', 'bytes'] as const;
/** Columns of the files of the zip: their records there, and the index of their root. */
const recordColumns = ['size', 'compressed', 'crc', 'method', 'zipMode', 'streamed', 'root'] as const;
const columns = [...stampColumns, ...recordColumns];

interface Stored {
  head: Head;
  columns: Record<(typeof columns)[number], Float64Array>;
  /** Path on disk, for all rows. */
  sources: readonly string[];
}

export class StatCache {
  /** Path of the zip. */
  readonly zip: string;
  private readonly stored: Stored | undefined;
  private places: Map<string, { index: number; offset: number }> | undefined;

  /** The cache is empty when there is no zip, or when the zip was changed since. */
  constructor(zip: string) {
    this.zip = zip;
    this.stored = readStored(zip);
  }

  /** The last zip, if it was made of these parts and none of its inputs has changed. Reads metadata only. */
  fresh(parts: PackageParts): FreshZip | undefined {
    const { stored } = this;
    if (!stored || stored.head.young || stored.head.parts !== JSON.stringify(parts)) return undefined;
    if (!isUpToDate(stored)) return undefined;
    const { head, sources, columns } = stored;
    const { size, sha256, unpackedSize, leftOut, files: count } = head;
    let entries: Packed[] | undefined;
    return {
      ...{ size, sha256, unpackedSize, leftOut, count },
      get entries() {
        entries ??= Array.from({ length: count }, (_, index) => recordAt(stored, index));
        return entries;
      },
      notable: Object.keys(head.facts).map((index) => recordAt(stored, Number(index))),
      links: new Map(Object.entries(head.link).map(([index, link]) => [pathAt(stored, Number(index)), link])),
      has: (path) => placeOf(stored, path) >= 0,
      largest: (limit) =>
        indicesOfLargest(columns.size.subarray(0, count), limit).map((index) => recordAt(stored, index)),
      source: (path) => {
        const index = placeOf(stored, path);
        return index < 0 ? undefined : { source: sources[index] as string, link: head.link[index] };
      },
    };
  }

  /** The record of the file and its offset in the last zip, if the file has not changed. */
  of(file: SourceFile): { record: Packed; offset: number } | undefined {
    this.places ??= this.findPlaces();
    const place = this.places.get(file.path);
    if (!this.stored || !place || !isUnchanged(this.stored, file, place.index)) return undefined;
    return { record: recordAt(this.stored, place.index), offset: place.offset };
  }

  /** The last zip, if it is made of exactly these files. */
  zipOf(files: readonly SourceFile[]): StoredZip | undefined {
    const { stored } = this;
    if (!stored || files.length !== stored.head.files) return undefined;
    for (const [index, file] of files.entries()) {
      if (file.path !== pathAt(stored, index) || !isUnchanged(stored, file, index)) return undefined;
    }
    const { size, sha256, zip } = stored.head;
    return { size, sha256, zip, records: files.map((_, index) => recordAt(stored, index)) };
  }

  private findPlaces(): Map<string, { index: number; offset: number }> {
    const places = new Map<string, { index: number; offset: number }>();
    let offset = 0;
    const { stored } = this;
    for (let index = 0; stored && index < stored.head.files; index += 1) {
      const record = recordAt(stored, index);
      places.set(record.path, { index, offset });
      offset += recordLength(record);
    }
    return places;
  }

  async write(zip: StoredZip, origin: Origin): Promise<void> {
    await writeColumns(noteOf(this.zip), columnsOf(zip, origin));
  }
}

function noteOf(zip: string): string {
  return zip.replace(/zip$/, 'stat');
}

function readStored(zip: string): Stored | undefined {
  try {
    const { head, numbers, texts: sources } = readColumns<Head>(noteOf(zip));
    if (head.format !== format || numbers.length !== columns.length) return undefined;
    const now = identityOf(statSync(zip));
    if (!now.every((value, index) => value === head.zip[index])) return undefined;
    const named = columns.map((name, index) => [name, numbers[index]]);
    return { head, columns: Object.fromEntries(named), sources };
  } catch {
    return undefined;
  }
}

export interface Origin extends PackageFiles {
  parts: PackageParts;
  /** Folder of the project. */
  dir: string;
  disk: Disk;
  /** When the run began to list files, by the disk's clock: epoch milliseconds. */
  startedAt: number;
}

function columnsOf(
  { zip, size, sha256, records }: StoredZip,
  { files, inputs, disk, startedAt, dir, parts, leftOut }: Origin,
) {
  const { code, added = [] } = parts;
  const roots = [
    { source: code.path, under: '' },
    ...added.map(({ path, under }) => ({ source: path, under: under ? `${under}/` : '' })),
  ];
  const head: Head = {
    ...{ format, zip, size, sha256, roots },
    unpackedSize: records.reduce((sum, record) => sum + record.size, 0),
    parts: JSON.stringify(parts),
    leftOut,
    files: files.length,
    folders: inputs.folders.length,
    ...{ facts: {}, link: {}, path: {}, names: {} },
  };
  const stamps: FileStamp[] = [...files, ...inputs.folders, ...inputs.files];
  // The clock of another disk is not known.
  const tick = inputs.folders.every(({ device }) => device === disk.device) ? disk.tick : coarsestTick;
  const isOlder = ({ modified, changed }: FileStamp, by: number) =>
    Math.max(modified, changed) < startedAt - by;
  const stored = Object.fromEntries(
    columns.map((name) => [name, new Float64Array(stamps.length)]),
  ) as Stored['columns'];
  for (const [index, stamp] of stamps.entries()) {
    const isReliable = isOlder(stamp, tick) && (index >= files.length || stamp.size === records[index]?.size);
    stored.modified[index] = isReliable ? stamp.modified : -1;
    stored.changed[index] = stamp.changed;
    stored.inode[index] = stamp.inode;
    stored.mode[index] = stamp.mode;
    stored.bytes[index] = stamp.size;
  }
  for (const [index, record] of records.entries()) {
    const { source, link, path } = files[index] as SourceFile;
    stored.size[index] = record.size;
    stored.compressed[index] = record.compressed;
    stored.crc[index] = record.crc;
    stored.method[index] = record.method;
    stored.zipMode[index] = record.mode;
    stored.streamed[index] = record.streamed ? 1 : 0;
    const { native, privateKey, placeholder, credentials } = record;
    if (isNotable(record)) head.facts[index] = { native, privateKey, placeholder, credentials };
    if (link !== undefined) head.link[index] = link;
    const root = rootOf(roots, source);
    stored.root[index] = root;
    if (path !== pathFrom(roots[root] as Root, source)) head.path[index] = path;
  }
  for (const [place, folder] of inputs.folders.entries()) {
    const index = files.length + place;
    const tells = disk.foldersTell && folder.device === disk.device;
    // The time of the project's folder is useless: slsctl may just have created its own folder there.
    if (!tells || folder.source === dir) head.names[index] = folder.names;
    // The names were read before the clock. On a busy machine more than a tick can pass between the two.
    else if (!isOlder(folder, coarsestTick)) head.young = true;
  }
  const texts = [...files, ...inputs.folders, ...inputs.files].map(({ source }) => source);
  return { head, numbers: columns.map((name) => stored[name]), texts };
}

/** Index of the innermost root that contains the file, or is the file. */
function rootOf(roots: readonly Root[], source: string): number {
  let innermost = 0;
  for (const [index, root] of roots.entries()) {
    const inside = source.startsWith(root.source + sep);
    if (inside && root.source.length > (roots[innermost] as Root).source.length) innermost = index;
  }
  return innermost;
}

/** Path in the zip of a file below the root. */
function pathFrom({ source: root, under }: Root, source: string): string {
  const below = source.slice(root.length + 1);
  return under + (sep === '/' ? below : below.replaceAll(sep, '/'));
}

function pathAt({ head, columns, sources }: Stored, index: number): string {
  const root = head.roots[columns.root[index] as number] as Root;
  return head.path[index] ?? pathFrom(root, sources[index] as string);
}

/** Index of the file with this path in the zip; -1 when there is none. */
function placeOf(stored: Stored, path: string): number {
  const { head, sources } = stored;
  for (const { source: root, under } of head.roots) {
    if (!path.startsWith(under)) continue;
    const below = path.slice(under.length);
    // Joined in the same way as the walk does it, also when the root is `/`.
    const source = root + sep + (sep === '/' ? below : below.replaceAll('/', sep));
    // One source can be in the zip more than once.
    let index = sources.indexOf(source);
    while (index >= 0 && index < head.files) {
      if (pathAt(stored, index) === path) return index;
      index = sources.indexOf(source, index + 1);
    }
  }
  const renamed = Object.keys(head.path).find((index) => head.path[Number(index)] === path);
  return renamed === undefined ? -1 : Number(renamed);
}

/** Whether all files, links and folders have the same stamps, targets and names as when the zip was made. */
function isUpToDate(stored: Stored): boolean {
  const { head, columns, sources } = stored;
  const { modified, changed, inode, mode, bytes } = columns;
  const same = (now: Stats | undefined, index: number) =>
    now !== undefined &&
    now.mtimeMs === modified[index] &&
    now.ctimeMs === changed[index] &&
    now.ino === inode[index] &&
    now.mode === mode[index] &&
    now.size === bytes[index];
  const options = { throwIfNoEntry: false } as const;
  const endOfFolders = head.files + head.folders;
  try {
    return sources.every((source, index) => {
      if (index >= head.files && index < endOfFolders) {
        const names = head.names[index];
        return names === undefined ? same(statSync(source, options), index) : namesIn(source) === names;
      }
      const link = head.link[index];
      return link === undefined
        ? same(lstatSync(source, options), index)
        : linkOf((head.roots[columns.root[index] as number] as Root).source, source) === link;
    });
  } catch {
    // The walk meets the same problem, and reports it.
    return false;
  }
}

function namesIn(folder: string): string {
  return namesOf(readdirSync(folder, { withFileTypes: true }));
}

function isUnchanged({ head, columns }: Stored, file: SourceFile, index: number): boolean {
  if (file.link !== undefined) return head.link[index] === file.link;
  return (
    columns.modified[index] === file.modified &&
    columns.changed[index] === file.changed &&
    columns.bytes[index] === file.size &&
    columns.inode[index] === file.inode &&
    columns.mode[index] === file.mode &&
    head.link[index] === undefined
  );
}

function recordAt(stored: Stored, index: number): Packed {
  const { head, columns } = stored;
  const record: Packed = {
    path: pathAt(stored, index),
    size: columns.size[index] as number,
    compressed: columns.compressed[index] as number,
    crc: columns.crc[index] as number,
    method: columns.method[index] as 0 | 8,
    mode: columns.zipMode[index] as number,
  };
  if (columns.streamed[index]) record.streamed = true;
  const facts = head.facts[index];
  return facts ? { ...record, ...facts } : record;
}
