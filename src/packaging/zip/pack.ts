// Files made into what stands in a zip: read, compressed, with their headers; and what was learnt from their content.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type FileFacts, factsOfContent } from '../file-facts.ts';
import type { SourceFile } from '../files.ts';
import { headBytes, isProgram } from '../inspect/native-format.ts';
import { unreadable } from '../unchanged/file-stamp.ts';
import { type Deflate, deflateStream } from './deflate.ts';
import { dataDescriptor, localHeader, type ZipRecord } from './format.ts';

export type Packed = ZipRecord & FileFacts;

/** What is packed at a time. */
export const partBytes = 1024 * 1024;

/** From this size on a file goes through in pieces. */
export const streamedFrom = 8 * 1024 * 1024;

/** Of files that are taken whole: all that stands in the zip for them, put into `space` where it fits, and a record for each. */
export function pack(
  files: readonly SourceFile[],
  deflate: Deflate,
  space?: ArrayBuffer,
): { data: Uint8Array<ArrayBuffer>; packed: Packed[] } {
  const out = new Output(space ?? new ArrayBuffer(partBytes));
  const room = { buffer: Buffer.alloc(0) };
  const packed = files.map((file) => {
    const content = file.link === undefined ? read(file, room) : Buffer.from(file.link);
    const deflated = content.length > 0 && file.link === undefined ? deflate(content) : content;
    const smaller = deflated.length < content.length;
    const record: Packed = {
      path: file.path,
      size: content.length,
      compressed: smaller ? deflated.length : content.length,
      crc: crc32(content),
      method: smaller ? 8 : 0,
      ...learnt(file, content),
    };
    out.put(localHeader(record));
    out.put(smaller ? deflated : content);
    return record;
  });
  return { data: out.data, packed };
}

/** Bytes that grow in the memory that is there, or in more where that is too little. */
class Output {
  private bytes: Uint8Array<ArrayBuffer>;
  private size = 0;

  constructor(space: ArrayBuffer) {
    this.bytes = new Uint8Array(space);
  }

  get data(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.size);
  }

  put(more: Uint8Array): void {
    const size = this.size + more.length;
    if (size > this.bytes.length) {
      const larger = new Uint8Array(Math.ceil(1.5 * size));
      larger.set(this.data);
      this.bytes = larger;
    }
    this.bytes.set(more, this.size);
    this.size = size;
  }
}

/** The same for one large file, in pieces. It is always compressed: whether that helps is known too late. */
export async function packLarge(
  file: SourceFile,
  write: (data: Uint8Array) => Promise<void>,
): Promise<Packed> {
  const seen = { crc: 0, size: 0, head: Buffer.alloc(0) };
  const source = pieces(file.source, (piece) => {
    if (seen.size === 0) seen.head = Buffer.from(piece.subarray(0, headBytes));
    seen.size += piece.length;
    seen.crc = crc32(piece, seen.crc);
  });
  const begun = {
    path: file.path,
    crc: 0,
    size: 0,
    compressed: 0,
    method: 8,
    mode: 0,
    streamed: true,
  } as const;
  await write(localHeader(begun));
  let compressed = 0;
  for await (const piece of deflateStream(source)) {
    compressed += piece.length;
    await write(piece);
  }
  const { crc, size, head } = seen;
  const record: Packed = { ...begun, crc, size, compressed, ...learnt(file, head) };
  await write(dataDescriptor(record));
  return record;
}

const pieceBytes = 256 * 1024;

/** Pieces of one size: reads that bring less are gone on with. */
async function* pieces(source: string, look: (piece: Buffer) => void): AsyncGenerator<Buffer> {
  const file = await open(source).catch((cause) => {
    throw unreadable(source, cause);
  });
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      let length = 0;
      while (length < pieceBytes) {
        const { bytesRead } = await file.read(piece, length, pieceBytes - length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      if (length === 0) return;
      look(piece.subarray(0, length));
      yield piece.subarray(0, length);
    }
  } finally {
    await file.close();
  }
}

function learnt(file: SourceFile, content: Buffer): Pick<Packed, 'mode'> & FileFacts {
  if (file.link !== undefined) return { mode: 0o120777 };
  return { mode: isProgram(file.path, content) ? 0o100755 : 0o100644, ...factsOfContent(file.path, content) };
}

/** Memory that is used again need not be collected. */
function read({ source, size }: SourceFile, room: { buffer: Buffer }): Buffer {
  let file: number | undefined;
  try {
    file = openSync(source, 'r');
    if (room.buffer.length <= size) room.buffer = Buffer.allocUnsafeSlow(Math.max(2 * size, 64 * 1024));
    const { buffer } = room;
    let length = 0;
    while (length < buffer.length) {
      const bytes = readSync(file, buffer, length, buffer.length - length, null);
      if (bytes === 0) return buffer.subarray(0, length);
      length += bytes;
    }
    // It has grown since it was looked at.
    return Buffer.concat([buffer, readFileSync(file)]);
  } catch (cause) {
    throw unreadable(source, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
