// Messages of our own bootstraps: however the network cuts them, and what is no message at all.
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuntimeChannel } from '../../src/local/runtime/runtime-channel.ts';
import { largestResponse } from '../../src/local/runtime/runtime-events.ts';

function channel() {
  const told: string[] = [];
  let closed = false;
  const note =
    (name: string) =>
    (id: string, body: unknown = '') => {
      told.push(`${name} ${id} ${body instanceof Buffer ? body : JSON.stringify(body)}`);
      return true;
    };
  const socket = {
    setNoDelay() {},
    on() {},
    write() {},
    destroy() {
      closed = true;
    },
  };
  const made = new RuntimeChannel(socket as unknown as Socket, {
    next: () => told.push('next') > 0,
    response: note('response'),
    error: note('error'),
    part: note('part'),
    partsEnd: note('end'),
    initError: (body) => told.push(`init-error ${body}`),
  });
  return { read: (data: Buffer) => made.read(data), told, isClosed: () => closed };
}

const message = (head: object, body = '') =>
  `${JSON.stringify({ ...head, size: Buffer.byteLength(body) })}\n${body}`;

const kinds = fc.constantFrom('response', 'error', 'part', 'last', 'end', 'init-error', 'next');
const messages = fc.array(fc.tuple(kinds, fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 5 });

describe('RuntimeChannel', () => {
  it('reads the same messages however they are cut', () => {
    fc.assert(
      fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (all, sizes) => {
        const bytes = Buffer.from(all.map(([kind, body]) => message({ kind, id: 'i' }, body)).join(''));
        const [whole, cut] = [channel(), channel()];
        whole.read(bytes);
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value as number;
          cut.read(bytes.subarray(at, at + size));
          at += size;
        }
        expect(whole.told).not.toEqual([]);
        expect(cut.told).toEqual(whole.told);
        expect(whole.isClosed() || cut.isClosed()).toBe(false);
      }),
    );
  });

  it('keeps no answer that is larger than any may be, and reads on behind it', () => {
    const { read, told } = channel();
    const body = Buffer.alloc(largestResponse + 1, 'x');
    read(Buffer.from(`{"kind":"response","id":"big","size":${body.length}}\n`));
    for (let at = 0; at < body.length - 10; at += 65_536)
      read(body.subarray(at, Math.min(at + 65_536, body.length - 10)));
    read(Buffer.concat([body.subarray(-10), Buffer.from(message({ kind: 'response', id: 'next' }, '1'))]));
    expect(told).toEqual([
      expect.stringMatching(/^error big .*Function\.ResponseSizeTooLarge/),
      'next',
      'response next 1',
      'next',
    ]);
  });

  it.each([['no JSON\n'], ['x'.repeat(70_000)], ['null\n']])('closes at what is no message', (text) => {
    const { read, told, isClosed } = channel();
    read(Buffer.from(text));
    expect(isClosed()).toBe(true);
    expect(told).toEqual([]);
  });
});
