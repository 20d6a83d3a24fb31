// Compresses to the same bytes on every machine: those of the zlib that is part of Node, at level 6.
// Some builds of Node (of Linux distributions, of Homebrew) use the system's zlib, which gives other bytes. There pako is
// used: a port of zlib to JavaScript that gives the same bytes as Node's zlib, at half the speed.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createDeflateRaw, deflateRawSync } from 'node:zlib';

/** Both use zlib's defaults for memory level, window and strategy. */
const level = 6;

/** SHA-256 of the sample, compressed by Node's own zlib. */
const expectedDigest = 'dce8ce972f089429d5b0e52a8306c16f8c164264ae47cdc0e5d974939b36b6c0';

let native: boolean | undefined;

/** Whether this Node uses its own zlib. The first call takes a few milliseconds. */
export function isNodeZlib(): boolean {
  native ??=
    createHash('sha256').update(deflateRawSync(sample(), { level })).digest('hex') === expectedDigest;
  return native;
}

/** Text with repetitions near and far: another implementation of zlib finds other matches in it. */
export function sample(): Buffer {
  let state = 42;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const words = Array.from({ length: 600 }, () =>
    Array.from({ length: 2 + next(9) }, () => String.fromCharCode(97 + next(26))).join(''),
  );
  const text = Array.from({ length: 16_000 }, () => words[next(1 + next(words.length))]);
  return Buffer.from(text.join(' '));
}

export type Deflate = (content: Uint8Array) => Uint8Array;

/** Compresses whole contents. */
export async function deflater(useNode = isNodeZlib()): Promise<Deflate> {
  if (useNode) {
    // One chunk for the output. With zlib's own small chunks, garbage would pile up in memory.
    return (content) => deflateRawSync(content, { level, chunkSize: Math.max(64, content.length) });
  }
  const { deflateRaw } = await import('pako');
  return (content) => deflateRaw(content, { level });
}

/**
 * Compresses contents that are too large for memory. All chunks of the source but the last must have the same size: the
 * sizes of the chunks can change the last compressed bytes.
 */
export async function* deflateStream(
  source: AsyncIterable<Uint8Array>,
  useNode = isNodeZlib(),
): AsyncGenerator<Uint8Array> {
  if (useNode) {
    yield* Readable.from(source).compose(createDeflateRaw({ level }));
    return;
  }
  const { Deflate } = await import('pako');
  const stream = new Deflate({ level, raw: true });
  let output: Uint8Array[] = [];
  stream.onData = (chunk) => void output.push(chunk as Uint8Array);
  for await (const chunk of source) {
    stream.push(chunk, false);
    yield* output;
    output = [];
  }
  stream.push(new Uint8Array(), true);
  yield* output;
}
