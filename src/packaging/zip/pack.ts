// Turns files into their bytes in a zip: reads and compresses them, adds headers, and collects facts of their content.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { type FileFacts, factsOfContent } from '../file-facts.ts';
import type { SourceFile } from '../files.ts';
import type { ReadAt } from '../inspect/elf-needs.ts';
import { headBytes, isProgram } from '../inspect/native-format.ts';
import { unreadable } from '../unchanged/file-stamp.ts';
import { type Deflate, deflateStream } from './deflate.ts';
import { dataDescriptor, localHeader, type ZipRecord } from './format.ts';

export type Packed = ZipRecord & FileFacts;

/** Bytes of files that are packed at a time. */
export const partBytes = 1024 * 1024;

/** Files of this size or larger are compressed in pieces, not as a whole. */
export const streamedFrom = 8 * 1024 * 1024;

/**
 * Packs small files: answers their bytes in the zip, and a record for each. The bytes are written into `memory` if they
 * fit.
 */
export function pack(
  files: readonly SourceFile[],
  deflate: Deflate,
  memory?: ArrayBuffer,
): { data: Uint8Array<ArrayBuffer>; packed: Packed[] } {
  const out = new Output(memory ?? new ArrayBuffer(partBytes));
  const scratch = { buffer: Buffer.alloc(0) };
  const packed = files.map((file) => {
    const content = file.link === undefined ? read(file, scratch) : Buffer.from(file.link);
    const deflated = content.length > 0 && file.link === undefined ? deflate(content) : content;
    const smaller = deflated.length < content.length;
    const record: Packed = {
      path: file.path,
      size: content.length,
      compressed: smaller ? deflated.length : content.length,
      crc: crc32(content),
      method: smaller ? 8 : 0,
      ...modeAndFacts(file, content),
    };
    out.put(localHeader(record));
    out.put(smaller ? deflated : content);
    return record;
  });
  return { data: out.data, packed };
}

/** Collects bytes in the given memory; takes larger memory when it is full. */
class Output {
  private bytes: Uint8Array<ArrayBuffer>;
  private size = 0;

  constructor(memory: ArrayBuffer) {
    this.bytes = new Uint8Array(memory);
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

/** Packs one large file in pieces. It is always compressed: it is known too late whether that makes it smaller. */
export async function packLarge(
  file: SourceFile,
  write: (data: Uint8Array) => Promise<void>,
): Promise<Packed> {
  const read = { crc: 0, size: 0, head: Buffer.alloc(0) };
  const source = pieces(file.source, (piece) => {
    if (read.size === 0) read.head = Buffer.from(piece.subarray(0, headBytes));
    read.size += piece.length;
    read.crc = crc32(piece, read.crc);
  });
  const header = {
    path: file.path,
    crc: 0,
    size: 0,
    compressed: 0,
    method: 8,
    mode: 0,
    streamed: true,
  } as const;
  await write(localHeader(header));
  let compressed = 0;
  for await (const piece of deflateStream(source)) {
    compressed += piece.length;
    await write(piece);
  }
  const { crc, size, head } = read;
  const facts = await withReader(file.source, (readAt) => modeAndFacts(file, head, readAt));
  const record: Packed = { ...header, crc, size, compressed, ...facts };
  await write(dataDescriptor(record));
  return record;
}

const pieceBytes = 256 * 1024;

/** The content in pieces of one size. A read may give fewer bytes, so each piece is read until it is full. */
async function* pieces(source: string, onPiece: (piece: Buffer) => void): AsyncGenerator<Buffer> {
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
      onPiece(piece.subarray(0, length));
      yield piece.subarray(0, length);
    }
  } finally {
    await file.close();
  }
}

function modeAndFacts(file: SourceFile, content: Buffer, readAt?: ReadAt): Pick<Packed, 'mode'> & FileFacts {
  if (file.link !== undefined) return { mode: 0o120777 };
  return {
    mode: isProgram(file.path, content) ? 0o100755 : 0o100644,
    ...factsOfContent(file.path, content, readAt),
  };
}

/** Calls `use` with a function that reads parts of the file. */
async function withReader<T>(source: string, use: (read: ReadAt) => T): Promise<T> {
  const file = await open(source).catch((cause) => {
    throw unreadable(source, cause);
  });
  try {
    return use((offset, length) => {
      const part = Buffer.alloc(length);
      const isOffset = Number.isSafeInteger(offset);
      return part.subarray(0, isOffset ? readSync(file.fd, part, 0, length, offset) : 0);
    });
  } finally {
    await file.close();
  }
}

/** Reads a file into `scratch`, which is used again for the next one: that makes less garbage. */
function read({ source, size }: SourceFile, scratch: { buffer: Buffer }): Buffer {
  let file: number | undefined;
  try {
    file = openSync(source, 'r');
    if (scratch.buffer.length <= size) {
      scratch.buffer = Buffer.allocUnsafeSlow(Math.max(2 * size, 64 * 1024));
    }
    const { buffer } = scratch;
    let length = 0;
    while (length < buffer.length) {
      const bytes = readSync(file, buffer, length, buffer.length - length, null);
      if (bytes === 0) return buffer.subarray(0, length);
      length += bytes;
    }
    // The file has grown since it was listed.
    return Buffer.concat([buffer, readFileSync(file)]);
  } catch (cause) {
    throw unreadable(source, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
