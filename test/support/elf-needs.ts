// Makes small ELF files that need versions of glibc, musl, or a loader.

export interface ElfOptions {
  machine?: 'x86_64' | 'arm64';
  /** Versions of libc.so.6 that the file needs. */
  versions?: readonly string[];
  /** Versions that it would use, and does not need. */
  weak?: readonly string[];
  /** Names of libraries that it loads. */
  libraries?: readonly string[];
  loader?: string;
  /** Bytes in front of the tables, which then stand at the end of a large file. */
  padding?: number;
}

const base = 0x400000;

/** A shared object, or a program when it has a loader. */
export function elfWith(options: ElfOptions = {}): Buffer {
  const { machine = 'x86_64', versions = [], weak = [], loader, padding = 0 } = options;
  const libraries = options.libraries ?? (versions.length + weak.length > 0 ? ['libc.so.6'] : []);
  const strings = new Strings();
  const tablesAt = 64 + 3 * 56 + padding;
  const all = [...versions.map((name) => ({ name, flags: 0 })), ...weak.map((name) => ({ name, flags: 2 }))];
  const needs = Buffer.alloc(all.length > 0 ? 16 + 16 * all.length : 0);
  if (all.length > 0) {
    needs.writeUInt16LE(1, 0);
    needs.writeUInt16LE(all.length, 2);
    needs.writeUInt32LE(strings.add('libc.so.6'), 4);
    needs.writeUInt32LE(16, 8);
    for (const [index, { name, flags }] of all.entries()) {
      const at = 16 + 16 * index;
      needs.writeUInt16LE(flags, at + 4);
      needs.writeUInt32LE(strings.add(name), at + 8);
      needs.writeUInt32LE(index === all.length - 1 ? 0 : 16, at + 12);
    }
  }
  const named = libraries.map((name) => [1, strings.add(name)] as const);
  const loaderAt = loader === undefined ? 0 : strings.add(loader);
  const stringsAt = tablesAt + needs.length;
  const dynamicAt = stringsAt + strings.content.length;
  const dynamic = numbers([
    ...named.flat(),
    ...[5, base + stringsAt],
    ...(all.length > 0 ? [0x6ffffffe, base + tablesAt, 0x6fffffff, 1] : []),
    ...[0, 0],
  ]);
  const size = dynamicAt + dynamic.length;
  const head = Buffer.alloc(64);
  head.write('\u007fELF\u0002\u0001\u0001', 0, 'latin1');
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(machine === 'arm64' ? 183 : 62, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(loader === undefined ? 2 : 3, 56);
  return Buffer.concat([
    head,
    segment(1, 0, size),
    segment(2, dynamicAt, dynamic.length),
    segment(3, stringsAt + loaderAt, (loader ?? '').length + 1),
    Buffer.alloc(padding, 'x'),
    needs,
    strings.content,
    dynamic,
  ]);
}

class Strings {
  content: Buffer = Buffer.from([0]);

  add(text: string): number {
    const at = this.content.length;
    this.content = Buffer.concat([this.content, Buffer.from(`${text}\0`, 'latin1')]);
    return at;
  }
}

function segment(type: number, offset: number, size: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(type);
  return Buffer.concat([header, numbers([offset, base + offset, base + offset, size, size, 1])]);
}

function numbers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * index);
  return bytes;
}
