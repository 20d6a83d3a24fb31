// What is known of a zip that was made before, and of all that it was made of: what has not changed is not read again.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { sep } from 'node:path';
import { type Entries, indicesOfLargest } from '../entry.ts';
import { type FileFacts, isNotable } from '../file-facts.ts';
import type { LeftOut, PackageFiles, PackageParts, SourceFile } from '../files.ts';
import { recordLength } from '../zip/format.ts';
import type { Packed } from '../zip/pack.ts';
import { readColumns, writeColumns } from './column-file.ts';
import { coarsest, type Disk } from './disk-times.ts';
import { type FileStamp, linkOf, namesOf } from './file-stamp.ts';

/** To be raised with any change of what zips look like, of what is left out and of what is learnt from the files. */
const format = 5;

export interface ZipNote {
  /** Of the zip: bytes; base64, as Lambda's CodeSha256. */
  size: number;
  sha256: string;
  records: Packed[];
}

export interface StoredZip extends ZipNote {
  /** From before it got its name. */
  zip: Identity;
}

/** A zip that is that of the files as they are now. */
export interface FreshZip extends Entries {
  size: number;
  sha256: string;
  unpackedSize: number;
  leftOut: LeftOut[];
  /** Where a file of the zip is on disk, or what the link says. */
  source(path: string): Pick<SourceFile, 'source' | 'link'> | undefined;
}

/** Tells a zip from another one that another run put in its place: size, modification time, number on its disk. */
type Identity = readonly [number, number, number];

export function identityOf({ size, mtimeMs, ino }: Stats): Identity {
  return [size, mtimeMs, ino];
}

/** Where most files of the package come from; what they have before that in the package. */
interface Root {
  source: string;
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
  /** How many there are: of the zip, in its order; then folders; then others that the choice depends on. */
  files: number;
  folders: number;
  /** What only some have, by place. */
  more: Record<number, FileFacts>;
  link: Record<number, string>;
  /** Of files that are called otherwise in the zip than on disk. */
  path: Record<number, string>;
  /** Of folders whose time does not tell of them. */
  names: Record<number, string>;
  /** A folder had changed just before: its time will tell when it is looked at once more. */
  young?: boolean;
}

/** Of everything: what stat said before it was read. `modified` is -1 when it may have been written in the same tick. */
const looks = ['modified', 'changed', 'inode', 'mode', 'bytes'] as const;
/** Of the files: how they stand in the zip. */
const places = ['size', 'compressed', 'crc', 'method', 'zipMode', 'streamed', 'root'] as const;
const columns = [...looks, ...places];

interface Stored {
  head: Head;
  columns: Record<(typeof columns)[number], Float64Array>;
  /** Of everything, its path on disk: all of them are needed to look at it, those in the zip only now and then. */
  sources: readonly string[];
}

export class StatCache {
  /** Path of the zip. */
  readonly zip: string;
  private readonly stored: Stored | undefined;
  private places: Map<string, { index: number; offset: number }> | undefined;

  /** Empty when there is no zip, or when somebody has touched it. */
  constructor(zip: string) {
    this.zip = zip;
    this.stored = stored(zip);
  }

  /** The zip as it is, if it was made of these parts and nothing that it depends on has changed since. */
  fresh(parts: PackageParts): FreshZip | undefined {
    const { stored } = this;
    if (!stored || stored.head.young || stored.head.parts !== JSON.stringify(parts)) return undefined;
    if (!isAsItWas(stored)) return undefined;
    const { head, sources, columns } = stored;
    const { size, sha256, unpackedSize, leftOut, files: count } = head;
    let entries: Packed[] | undefined;
    return {
      ...{ size, sha256, unpackedSize, leftOut, count },
      get entries() {
        entries ??= Array.from({ length: count }, (_, index) => recordAt(stored, index));
        return entries;
      },
      notable: Object.keys(head.more).map((index) => recordAt(stored, Number(index))),
      links: new Map(Object.entries(head.link).map(([index, link]) => [pathAt(stored, Number(index)), link])),
      has: (path) => placeOf(stored, path) >= 0,
      largest: (most) =>
        indicesOfLargest(columns.size.subarray(0, count), most).map((index) => recordAt(stored, index)),
      source: (path) => {
        const index = placeOf(stored, path);
        return index < 0 ? undefined : { source: sources[index] as string, link: head.link[index] };
      },
    };
  }

  /** What is known of the file and where it stands in the zip, if it has not changed. */
  of(file: SourceFile): { record: Packed; offset: number } | undefined {
    this.places ??= this.findPlaces();
    const place = this.places.get(file.path);
    if (!this.stored || !place || !isUnchanged(this.stored, file, place.index)) return undefined;
    return { record: recordAt(this.stored, place.index), offset: place.offset };
  }

  /** The zip as it is, if it is that of these files. */
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
    const found = new Map<string, { index: number; offset: number }>();
    let offset = 0;
    const { stored } = this;
    for (let index = 0; stored && index < stored.head.files; index += 1) {
      const record = recordAt(stored, index);
      found.set(record.path, { index, offset });
      offset += recordLength(record);
    }
    return found;
  }

  async write(made: StoredZip, from: Origin): Promise<void> {
    await writeColumns(noteOf(this.zip), table(made, from));
  }
}

function noteOf(zip: string): string {
  return zip.replace(/zip$/, 'stat');
}

function stored(zip: string): Stored | undefined {
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
  /** By the clock of the disk, before the first file and folder was looked at: epoch milliseconds. */
  begun: number;
}

function table(
  { zip, size, sha256, records }: StoredZip,
  { files, seen, disk, begun, dir, ...from }: Origin,
) {
  const { code, added = [] } = from.parts;
  const roots = [
    { source: code.path, under: '' },
    ...added.map(({ path, under }) => ({ source: path, under: under ? `${under}/` : '' })),
  ];
  const head: Head = {
    ...{ format, zip, size, sha256, roots },
    unpackedSize: records.reduce((sum, record) => sum + record.size, 0),
    parts: JSON.stringify(from.parts),
    leftOut: from.leftOut,
    files: files.length,
    folders: seen.folders.length,
    ...{ more: {}, link: {}, path: {}, names: {} },
  };
  const all: FileStamp[] = [...files, ...seen.folders, ...seen.files];
  // Another disk may have another clock.
  const tick = seen.folders.every(({ device }) => device === disk.device) ? disk.tick : coarsest;
  const isOlder = ({ modified, changed }: FileStamp, by: number) => Math.max(modified, changed) < begun - by;
  const stored = Object.fromEntries(
    columns.map((name) => [name, new Float64Array(all.length)]),
  ) as Stored['columns'];
  for (const [index, look] of all.entries()) {
    const still = isOlder(look, tick) && (index >= files.length || look.size === records[index]?.size);
    stored.modified[index] = still ? look.modified : -1;
    stored.changed[index] = look.changed;
    stored.inode[index] = look.inode;
    stored.mode[index] = look.mode;
    stored.bytes[index] = look.size;
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
    if (isNotable(record)) head.more[index] = { native, privateKey, placeholder, credentials };
    if (link !== undefined) head.link[index] = link;
    const root = rootOf(roots, source);
    stored.root[index] = root;
    if (path !== pathFrom(roots[root] as Root, source)) head.path[index] = path;
  }
  for (const [place, folder] of seen.folders.entries()) {
    const index = files.length + place;
    const tells = disk.foldersTell && folder.device === disk.device;
    // slsctl's own folder has just been made in that of the project.
    if (!tells || folder.source === dir) head.names[index] = folder.names;
    // Longer than a clock of a busy machine stands still, since the names were read before the clock was.
    else if (!isOlder(folder, coarsest)) head.young = true;
  }
  const texts = [...files, ...seen.folders, ...seen.files].map(({ source }) => source);
  return { head, numbers: columns.map((name) => stored[name]), texts };
}

/** The innermost around the file; it may be the file. */
function rootOf(roots: readonly Root[], source: string): number {
  let found = 0;
  for (const [index, root] of roots.entries()) {
    const inside = source.startsWith(root.source + sep);
    if (inside && root.source.length > (roots[found] as Root).source.length) found = index;
  }
  return found;
}

/** In the zip, of a file that is below the root. */
function pathFrom({ source: root, under }: Root, source: string): string {
  const below = source.slice(root.length + 1);
  return under + (sep === '/' ? below : below.replaceAll(sep, '/'));
}

function pathAt({ head, columns, sources }: Stored, index: number): string {
  const root = head.roots[columns.root[index] as number] as Root;
  return head.path[index] ?? pathFrom(root, sources[index] as string);
}

/** Of the file that has this path in the zip; -1: none has. */
function placeOf(stored: Stored, path: string): number {
  const { head, sources } = stored;
  for (const { source: root, under } of head.roots) {
    if (!path.startsWith(under)) continue;
    const below = path.slice(under.length);
    // As the walk puts it together, below `/` too.
    const source = root + sep + (sep === '/' ? below : below.replaceAll('/', sep));
    // It may be in the zip more than once.
    let index = sources.indexOf(source);
    while (index >= 0 && index < head.files) {
      if (pathAt(stored, index) === path) return index;
      index = sources.indexOf(source, index + 1);
    }
  }
  const other = Object.keys(head.path).find((index) => head.path[Number(index)] === path);
  return other === undefined ? -1 : Number(other);
}

/** Whether stat says of everything what it said then, and links and folders say the same. */
function isAsItWas(stored: Stored): boolean {
  const { head, columns, sources } = stored;
  const { modified, changed, inode, mode, bytes } = columns;
  const same = (now: Stats | undefined, index: number) =>
    now !== undefined &&
    now.mtimeMs === modified[index] &&
    now.ctimeMs === changed[index] &&
    now.ino === inode[index] &&
    now.mode === mode[index] &&
    now.size === bytes[index];
  const whether = { throwIfNoEntry: false } as const;
  const endOfFolders = head.files + head.folders;
  try {
    return sources.every((source, index) => {
      if (index >= head.files && index < endOfFolders) {
        const names = head.names[index];
        return names === undefined ? same(statSync(source, whether), index) : namesIn(source) === names;
      }
      const link = head.link[index];
      return link === undefined
        ? same(lstatSync(source, whether), index)
        : linkOf((head.roots[columns.root[index] as number] as Root).source, source) === link;
    });
  } catch {
    // The walk says what it is.
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
  const more = head.more[index];
  return more ? { ...record, ...more } : record;
}
