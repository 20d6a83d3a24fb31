// Whose a layer is, written into a description and read from it again.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedDescription, readMark, roomBesideMark } from '../../../src/resources/layer/mark.ts';

const name = fc.stringMatching(/^[a-zA-Z0-9_-]{1,64}$/);
const sha256 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const owner = fc.record({ project: name, stage: fc.option(name, { nil: undefined }) });

describe('the mark of a layer', () => {
  it('reads back what was written, whatever the user says beside it', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('[slsctl a/b sha256:x]'));
    fc.assert(
      fc.property(owner, sha256, text, (whose, hash, description) => {
        const mark = { ...whose, sha256: hash, description };
        expect(readMark(markedDescription(mark))).toEqual(mark);
      }),
    );
  });

  it('fits with as much text as there is said to be room for, and not with more', () => {
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
    'finds none in %j',
    (description) => {
      expect(readMark(description)).toBeUndefined();
    },
  );
});
