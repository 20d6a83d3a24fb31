// The same compressed bytes on every machine: those of the zlib that Node brings, level 6.
// Builds of Node that use the system's zlib instead (distributions', Homebrew's) give others. There pako does the work:
// a port to JavaScript that gives Node's bytes, at half the speed.
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createDeflateRaw, deflateRawSync } from 'node:zlib';

/** Memory level, window and strategy are zlib's defaults for both. */
const level = 6;

/** sha256 of what Node's zlib makes of the sample. */
const expected = 'dce8ce972f089429d5b0e52a8306c16f8c164264ae47cdc0e5d974939b36b6c0';

let native: boolean | undefined;

/** Whether this Node has the zlib that Node brings. A few milliseconds, once. */
export function isNodeZlib(): boolean {
  native ??= createHash('sha256').update(deflateRawSync(sample(), { level })).digest('hex') === expected;
  return native;
}

/** Text with repetitions near and far, in which another way to search for matches finds others. */
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

/** Whole contents at once. */
export async function deflater(useNode = isNodeZlib()): Promise<Deflate> {
  if (useNode) {
    // In one piece: the small ones that zlib would make by itself are left to the collector, which has no hurry.
    return (content) => deflateRawSync(content, { level, chunkSize: Math.max(64, content.length) });
  }
  const { deflateRaw } = await import('pako');
  return (content) => deflateRaw(content, { level });
}

/**
 * Contents that are too large to be held in memory. The source's chunks must be of one size, the last excepted: what
 * zlib makes of the last bytes can depend on how it was fed.
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
  let made: Uint8Array[] = [];
  stream.onData = (chunk) => void made.push(chunk as Uint8Array);
  for await (const chunk of source) {
    stream.push(chunk, false);
    yield* made;
    made = [];
  }
  stream.push(new Uint8Array(), true);
  yield* made;
}
