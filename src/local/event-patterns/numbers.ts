// Numbers in patterns: JSON numbers that a double holds exactly.
import { PatternError } from './pattern-error.ts';

/**
 * The value of a JSON number.
 * @throws PatternError when a double cannot hold it; without a place in the text
 */
export function comparable(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || canonical(String(value)) !== canonical(text)) {
    throw new PatternError(`Cannot compare number : ${text}`);
  }
  return value;
}

/** The same text for all spellings of a decimal number. */
function canonical(text: string): string {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
