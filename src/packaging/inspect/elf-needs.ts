// Reads from an ELF file which C library it needs: the newest version of glibc, or musl, and which program loads it
// (System V ABI, "Program Loading and Dynamic Linking"; Linux Standard Base, "Symbol Versioning").

export interface LibraryNeeds {
  /** Minor version of glibc 2 that the file needs at least. */
  glibcMinor?: number;
  /** It is linked with musl. */
  musl?: true;
  /** Path of the program that loads it, for a program that is not linked statically. */
  loader?: string;
}

/** Reads a part of a file. The answer is shorter where the file ends. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** Limits on damaged files: no table is read further. */
const most = { segments: 128, dynamicBytes: 64 * 1024, libraries: 256, versions: 4096, nameBytes: 256 };

const segmentBytes = 56;
const versionBytes = 16;
/** `p_type` */
const segment = { load: 1, dynamic: 2, interpreter: 3 };
/** `d_tag` */
const tags = { needed: 1, strings: 5, versions: 0x6ffffffe, versionCount: 0x6fffffff };
/** `vna_flags`: the loader accepts that this version is missing. */
const weak = 2;

/** An empty answer: it is not known, or it needs none. Only 64-bit little-endian files are read, as Lambda's are. */
export function libraryNeeds(read: ReadAt): LibraryNeeds {
  try {
    return new Elf(read).needs();
  } catch (error) {
    // The file ends before one of its tables, so nothing can be said of it.
    if (error instanceof RangeError) return {};
    throw error;
  }
}

interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

class Elf {
  private readonly read: ReadAt;
  private readonly segments: Segment[];

  constructor(read: ReadAt) {
    this.read = read;
    this.segments = this.readSegments();
  }

  needs(): LibraryNeeds {
    const dynamic = this.dynamic();
    const strings = this.offsetOf(dynamic.find(({ tag }) => tag === tags.strings)?.value);
    const loader = this.loader();
    const names =
      strings === undefined
        ? []
        : dynamic
            .filter(({ tag }) => tag === tags.needed)
            .slice(0, most.libraries)
            .map(({ value }) => this.text(strings + value));
    const glibcMinor = strings === undefined ? undefined : this.newestGlibc(dynamic, strings);
    // musl's own library has this name, in Alpine Linux a longer one.
    const isMusl = [loader ?? '', ...names].some((name) =>
      /(^|\/)(ld-musl-|libc\.musl-|libc\.so$)/.test(name),
    );
    return {
      ...(glibcMinor === undefined ? {} : { glibcMinor }),
      ...(isMusl ? { musl: true } : {}),
      ...(loader === undefined ? {} : { loader }),
    };
  }

  private readSegments(): Segment[] {
    const head = this.read(0, 64);
    const is64Bit = head[4] === 2 && head[5] === 1;
    if (!is64Bit || head.readUInt16LE(54) !== segmentBytes) return [];
    const count = Math.min(head.readUInt16LE(56), most.segments);
    const table = this.read(number(head, 32), count * segmentBytes);
    return Array.from({ length: count }, (_, index) => {
      const at = index * segmentBytes;
      return {
        type: table.readUInt32LE(at),
        offset: number(table, at + 8),
        address: number(table, at + 16),
        size: number(table, at + 32),
      };
    });
  }

  private loader(): string | undefined {
    const named = this.segments.find(({ type }) => type === segment.interpreter);
    const path = named && this.text(named.offset);
    return path && /^\/[\x21-\x7e]+$/.test(path) ? path : undefined;
  }

  private dynamic(): { tag: number; value: number }[] {
    const found = this.segments.find(({ type }) => type === segment.dynamic);
    if (!found) return [];
    const table = this.read(found.offset, Math.min(found.size, most.dynamicBytes));
    return Array.from({ length: Math.floor(table.length / 16) }, (_, index) => ({
      tag: number(table, index * 16),
      value: number(table, index * 16 + 8),
    }));
  }

  /** Offset in the file of an address in memory. */
  private offsetOf(address: number | undefined): number | undefined {
    if (address === undefined) return undefined;
    const loaded = this.segments.find(
      ({ type, address: start, size }) => type === segment.load && address >= start && address < start + size,
    );
    return loaded && address - loaded.address + loaded.offset;
  }

  private newestGlibc(dynamic: { tag: number; value: number }[], strings: number): number | undefined {
    const value = (wanted: number) => dynamic.find(({ tag }) => tag === wanted)?.value;
    let at = this.offsetOf(value(tags.versions));
    let newest: number | undefined;
    let left = most.versions;
    for (
      let files = Math.min(value(tags.versionCount) ?? 0, most.libraries);
      at !== undefined && files > 0;
    ) {
      const file = this.read(at, versionBytes);
      const count = file.readUInt16LE(2);
      let version = at + file.readUInt32LE(8);
      for (let index = 0; index < count && left > 0; index += 1) {
        left -= 1;
        const entry = this.read(version, versionBytes);
        const minor = glibcMinor(this.text(strings + entry.readUInt32LE(8)));
        const isNeeded = (entry.readUInt16LE(4) & weak) === 0;
        if (isNeeded && minor !== undefined) newest = Math.max(newest ?? 0, minor);
        const next = entry.readUInt32LE(12);
        if (next === 0) break;
        version += next;
      }
      const next = file.readUInt32LE(12);
      files = next === 0 ? 0 : files - 1;
      at += next;
    }
    return newest;
  }

  private text(offset: number): string {
    const bytes = this.read(offset, most.nameBytes);
    const end = bytes.indexOf(0);
    return end < 0 ? '' : bytes.toString('latin1', 0, end);
  }
}

function glibcMinor(version: string): number | undefined {
  // Files with compact relocations name this version instead of 2.36, which reads them first.
  if (version === 'GLIBC_ABI_DT_RELR') return 36;
  const minor = /^GLIBC_2\.(\d{1,3})(\.\d+)?$/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
}

function number(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
