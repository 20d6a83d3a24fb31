// What ran before, as the description of an alias keeps it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moved, parseDescription, wentBack, writeDescription } from '../../../src/resources/alias/record.ts';

const version = fc.integer({ min: 1, max: 9_999_999 }).map(String);
const current = fc.oneof(version, fc.constant('$LATEST'));
const record = fc.record({ current, before: fc.array(version, { maxLength: 10 }) });

describe('the record in a description', () => {
  it('is read as it was written, beside any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), record, (text, kept) => {
        expect(parseDescription(writeDescription({ text, record: kept }))).toEqual({ text, record: kept });
      }),
    );
  });

  it('never takes more room than AWS gives, and loses the oldest versions first', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 100, maxLength: 256 }), record, (text, kept) => {
        const written = writeDescription({ text, record: kept });
        expect(written.length).toBeLessThanOrEqual(256);
        const read = parseDescription(written);
        if (!read.record || !written.startsWith(text)) return;
        expect(kept.before.slice(0, read.record.before.length)).toEqual(read.record.before);
      }),
    );
  });

  it('is not found in a text of the user’s', () => {
    for (const text of ['', 'live', '[slsctl:]', 'x[slsctl:1]', '[slsctl:1] and more', '[slsctl:1,a]']) {
      expect(parseDescription(text)).toEqual({ text });
    }
  });
});

describe('going forth and back', () => {
  it('is a stack that each rollback takes one off', () => {
    let kept = moved(undefined, undefined, '1');
    kept = moved(kept, '1', '2');
    kept = moved(kept, '2', '3');
    expect(kept).toEqual({ current: '3', before: ['2', '1'] });
    kept = wentBack(kept, '3', '2');
    expect(kept).toEqual({ current: '2', before: ['1'], from: '3' });
    kept = wentBack(kept, '2', '1');
    expect(kept).toEqual({ current: '1', before: [], from: '2' });
    kept = moved(kept, '1', '4');
    expect(kept).toEqual({ current: '4', before: ['1'] });
  });

  it('takes all off that ran after the version that is named', () => {
    const kept = { current: '5', before: ['4', '3', '2'] };
    expect(wentBack(kept, '5', '3')).toEqual({ current: '3', before: ['2'], from: '5' });
    expect(wentBack(kept, '5', '9')).toEqual({ current: '9', before: ['5', '4', '3', '2'], from: '5' });
  });

  it('counts what somebody else moved the alias to', () => {
    expect(moved({ current: '3', before: ['2'] }, '7', '8')).toEqual({
      current: '8',
      before: ['7', '3', '2'],
    });
  });

  it('does not go back to $LATEST, which may be anything by now', () => {
    expect(moved(undefined, '$LATEST', '1')).toEqual({ current: '1', before: [] });
  });
});
