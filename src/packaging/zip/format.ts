// The records of a zip file (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5). Nothing in them depends on the machine.

export interface ZipRecord {
  path: string;
  /** Bytes, unpacked. */
  size: number;
  compressed: number;
  crc: number;
  method: 0 | 8;
  /** File type and permissions: 0o100644. */
  mode: number;
  /** Sizes and checksum follow the data, since they were not known when the header was written. */
  streamed?: boolean;
}

/** The comment at the end of each zip that slsctl makes. It recognises its own zips by this. */
export const comment = 'slsctl';

/** Midnight of 1 January 1980, the earliest date that a zip can have. */
const date = 0x21;
const utf8Names = 0x800;
const sizesFollow = 0x8;
const madeByUnix = (3 << 8) | 20;
const zip64 = 45;

function flags({ streamed }: ZipRecord): number {
  return utf8Names | (streamed ? sizesFollow : 0);
}

/** The header before the data of a file. */
export function localHeader(record: ZipRecord): Buffer {
  const name = Buffer.from(record.path);
  const header = Buffer.alloc(30 + name.length);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags(record), 6);
  header.writeUInt16LE(record.method, 8);
  header.writeUInt16LE(date, 12);
  if (!record.streamed) writeSizes(header, record, 14);
  header.writeUInt16LE(name.length, 26);
  name.copy(header, 30);
  return header;
}

/** The record after the data of a streamed file. */
export function dataDescriptor(record: ZipRecord): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  writeSizes(descriptor, record, 4);
  return descriptor;
}

function writeSizes(buffer: Buffer, { crc, compressed, size }: ZipRecord, at: number): void {
  buffer.writeUInt32LE(crc, at);
  buffer.writeUInt32LE(compressed, at + 4);
  buffer.writeUInt32LE(size, at + 8);
}

/** Bytes from the local header to the end of the data or its descriptor. */
export function recordLength(record: ZipRecord): number {
  return 30 + Buffer.byteLength(record.path) + record.compressed + (record.streamed ? 16 : 0);
}

/** The directory at the end. The files occupy the bytes from 0 to `length` without gaps, in the order of the records. */
export function centralDirectory(records: readonly ZipRecord[], length: number): Buffer {
  let offset = 0;
  const parts: Buffer[] = [];
  for (const record of records) {
    const name = Buffer.from(record.path);
    const header = Buffer.alloc(46 + name.length);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(madeByUnix, 4);
    header.writeUInt16LE(20, 6);
    header.writeUInt16LE(flags(record), 8);
    header.writeUInt16LE(record.method, 10);
    header.writeUInt16LE(date, 14);
    writeSizes(header, record, 16);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt32LE((record.mode << 16) >>> 0, 38);
    header.writeUInt32LE(offset, 42);
    name.copy(header, 46);
    parts.push(header);
    offset += recordLength(record);
  }
  const directory = Buffer.concat(parts);
  return Buffer.concat([directory, ...endOf(records.length, directory.length, length)]);
}

/** More than 65,534 files need the zip64 form of the end. Lambda's limits exclude zips of 4 GB. */
function endOf(count: number, length: number, at: number): Buffer[] {
  const end = Buffer.alloc(22 + comment.length);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, 0xffff), 8);
  end.writeUInt16LE(Math.min(count, 0xffff), 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  end.write(comment, 22, 'latin1');
  if (count < 0xffff) return [end];
  const long = Buffer.alloc(56);
  long.writeUInt32LE(0x06064b50, 0);
  long.writeBigUInt64LE(44n, 4);
  long.writeUInt16LE((3 << 8) | zip64, 12);
  long.writeUInt16LE(zip64, 14);
  long.writeBigUInt64LE(BigInt(count), 24);
  long.writeBigUInt64LE(BigInt(count), 32);
  long.writeBigUInt64LE(BigInt(length), 40);
  long.writeBigUInt64LE(BigInt(at), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(at + length), 8);
  locator.writeUInt32LE(1, 16);
  return [long, locator, end];
}
