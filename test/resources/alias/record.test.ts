// The record of earlier versions in the description of an alias.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moved, parseDescription, wentBack, writeDescription } from '../../../src/resources/alias/record.ts';

const version = fc.integer({ min: 1, max: 9_999_999 }).map(String);
const current = fc.oneof(version, fc.constant('$LATEST'));
const record = fc.record({ current, before: fc.array(version, { maxLength: 10 }) });

describe('the record of versions in an alias description', () => {
  it('is read back as it was written, after any text of the user', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), record, (text, kept) => {
        expect(parseDescription(writeDescription({ text, record: kept }))).toEqual({ text, record: kept });
      }),
    );
  });

  it('stays within AWS’s limit, and drops the oldest versions first', () => {
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

  it('is not found in a text of the user', () => {
    for (const text of ['', 'live', '[slsctl:]', 'x[slsctl:1]', '[slsctl:1] and more', '[slsctl:1,a]']) {
      expect(parseDescription(text)).toEqual({ text });
    }
  });
});

describe('the record after deployments and rollbacks', () => {
  it('is a stack: each rollback removes its newest version', () => {
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

  it('loses all versions that ran after the version of a rollback --to', () => {
    const kept = { current: '5', before: ['4', '3', '2'] };
    expect(wentBack(kept, '5', '3')).toEqual({ current: '3', before: ['2'], from: '5' });
    expect(wentBack(kept, '5', '9')).toEqual({ current: '9', before: ['5', '4', '3', '2'], from: '5' });
  });

  it('includes a version to which another deployment or user moved the alias', () => {
    expect(moved({ current: '3', before: ['2'] }, '7', '8')).toEqual({
      current: '8',
      before: ['7', '3', '2'],
    });
  });

  it('never includes $LATEST, which may have changed since', () => {
    expect(moved(undefined, '$LATEST', '1')).toEqual({ current: '1', before: [] });
  });
});
