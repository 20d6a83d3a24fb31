// The owner of a layer, written into a description and read back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedDescription, readMark, roomBesideMark } from '../../../src/resources/layer/mark.ts';

const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
const sha256 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const owner = fc.record({ project: name, stage: fc.option(name, { nil: undefined }) });

describe('the owner mark in a layer description', () => {
  it('is read back as it was written, after any text of the user', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('[slsctl a/b sha256:x]'));
    fc.assert(
      fc.property(owner, sha256, text, (whose, hash, description) => {
        const mark = { ...whose, sha256: hash, description };
        expect(readMark(markedDescription(mark))).toEqual(mark);
      }),
    );
  });

  it('names the slsctl.yml where there is room, and is shorter where there is none', () => {
    const mark = { project: 'shop', stage: 'dev', sha256: `${'A'.repeat(43)}=` };
    const config = 'github.com/acme/my shop/slsctl.yml';
    const short = markedDescription({ ...mark, config, description: 'libraries' });
    expect(short).toBe(`libraries [slsctl shop/dev sha256:${mark.sha256} config:${config}]`);
    expect(readMark(short)).toEqual({ ...mark, config, description: 'libraries' });
    const long = { ...mark, description: 'x'.repeat(roomBesideMark(mark)) };
    expect(readMark(markedDescription({ ...long, config }))).toEqual(long);
  });

  it('leaves room for exactly as much text as slsctl allows', () => {
    fc.assert(
      fc.property(owner, sha256, (whose, hash) => {
        const room = roomBesideMark(whose);
        expect(room).toBeGreaterThan(50);
        const of = (length: number) =>
          markedDescription({ ...whose, sha256: hash, description: 'x'.repeat(length) }).length;
        expect(of(room)).toBe(256);
      }),
    );
  });

  it.each([undefined, '', 'a layer', '[slsctl]', '[slsctl hello]', 'x[slsctl hello sha256:AAAA]'])(
    'is not found in %j',
    (description) => {
      expect(readMark(description)).toBeUndefined();
    },
  );
});
