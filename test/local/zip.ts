// Zips built byte by byte, including ones that no program would create.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  name: string;
  content?: string | Buffer;
  /** With the file type: 0o120777 is a link, and the content is its target. */
  mode?: number;
  /** The size that the zip claims, when it differs from the real one. */
  size?: number;
  crc?: number;
  deflated?: boolean;
}

/** Not compressed by default. */
export function zipOf(entries: readonly ZipEntry[]): Uint8Array {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', mode = 0o100644, size, crc, deflated } of entries) {
    const plain = Buffer.from(content);
    const data = deflated ? deflateRawSync(plain) : plain;
    const bytes = Buffer.from(name);
    const sum = crc ?? crc32(plain);
    const length = size ?? plain.length;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(0x800, 6);
    local.writeUInt16LE(deflated ? 8 : 0, 8);
    local.writeUInt32LE(sum, 14);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(length, 22);
    local.writeUInt16LE(bytes.length, 26);
    locals.push(local, bytes, data);
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE((3 << 8) | 20, 4);
    header.writeUInt16LE(20, 6);
    header.writeUInt16LE(0x800, 8);
    header.writeUInt16LE(deflated ? 8 : 0, 10);
    header.writeUInt32LE(sum, 16);
    header.writeUInt32LE(data.length, 20);
    header.writeUInt32LE(length, 24);
    header.writeUInt16LE(bytes.length, 28);
    header.writeUInt32LE((mode << 16) >>> 0, 38);
    header.writeUInt32LE(offset, 42);
    central.push(header, bytes);
    offset += 30 + bytes.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A zip with these files, by name. */
export const filesZip = (files: Record<string, string>): Uint8Array =>
  zipOf(Object.entries(files).map(([name, content]) => ({ name, content })));
