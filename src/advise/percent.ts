// Parses percentages as users write them: `10%`, `0.5%`, `10`.
import { badInput } from '../errors/user-error.ts';

/** A part from 0 to 1. 0 and 1 themselves are allowed only with `ends`. Throws a UserError that names `field`. */
export function parsePercent(text: string, field: string, { ends = false } = {}): number {
  const match = /^(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(text.trim());
  const percent = match ? Number(match[1]) : Number.NaN;
  if (ends ? percent >= 0 && percent <= 100 : percent > 0 && percent < 100) return percent / 100;
  const allowed = ends ? '0% to 100%' : 'more than 0% and less than 100%';
  throw badInput(`${field} is ${JSON.stringify(text)}; allowed: ${allowed}, written like 10%`);
}

/** `0.1` → `10 %` */
export function percent(part: number): string {
  return `${Number((part * 100).toFixed(1))} %`;
}
