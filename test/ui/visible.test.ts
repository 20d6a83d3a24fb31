// Control characters from outside are shown, not obeyed; all other text stays as it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmless, visible } from '../../src/ui/visible.ts';
import { anyText } from '../support/properties/any-text.ts';

describe('text from outside slsctl', () => {
  it.each([
    ['plain, ü, 漢字, 🎉', 'plain, ü, 漢字, 🎉'],
    ['two\nlines\t\r', 'two\\nlines\\t\\r'],
    ['\u001b[2Jgone', '\\x1b[2Jgone'],
    ['\u009b2J\u007f\0', '\\x9b2J\\x7f\\x00'],
    ['a\u202egnp.exe', 'a\\u202egnp.exe'],
  ])('%j is shown on one line without control characters', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each([
    ['one\n\ttwo\r\nthree', 'one\n\ttwo\r\nthree'],
    ['\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m'],
    ['\u001b[2J\u001b]0;title\u0007', '\\x1b[2J\\x1b]0;title\\x07'],
    ['10 %\r20 %', '10 %\\r20 %'],
    ['\n[31m', '\n[31m'],
  ])('%j is shown with its lines and colours, without other control characters', (text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('never shows a control character in a name', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(visible(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
