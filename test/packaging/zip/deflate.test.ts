// Compressed bytes are the same with every zlib that Node is built with, and for any split of the content.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflater, deflateStream, isNodeZlib, sample } from '../../../src/packaging/zip/deflate.ts';

/** Contents in which matches are found: words that come again, bytes that do not, long runs. */
const content = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom('const ', 'return ', 'self.', '  ', '\n', 'import numpy', '0000'),
      },
      { weight: 2, arbitrary: fc.string({ maxLength: 12 }) },
      { weight: 1, arbitrary: fc.nat(70_000).map((length) => 'ab'.repeat(length >> 1)) },
      {
        weight: 1,
        arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      },
    ),
    { maxLength: 400 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

async function streamed(whole: Buffer, size: number, useNode: boolean): Promise<Buffer> {
  async function* pieces() {
    for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
  }
  const parts: Uint8Array[] = [];
  for await (const part of deflateStream(pieces(), useNode)) parts.push(part);
  return Buffer.concat(parts);
}

describe('deflate compression', () => {
  it('of this Node’s zlib is known, and pako gives the same bytes', async () => {
    const [node, pako] = await Promise.all([deflater(true), deflater(false)]);
    expect(Buffer.compare(pako(sample()), node(sample())) === 0).toBe(isNodeZlib());
  });

  it.runIf(isNodeZlib())('of pako equals that of Node, whole and in pieces', async () => {
    const [node, pako] = await Promise.all([deflater(true), deflater(false)]);
    await fc.assert(
      fc.asyncProperty(content, async (whole) => {
        expect(Buffer.from(pako(whole)).equals(Buffer.from(node(whole)))).toBe(true);
        const [one, other] = [await streamed(whole, 16_384, true), await streamed(whole, 16_384, false)];
        expect(one.equals(other)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
