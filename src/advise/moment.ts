// Points in time as users write them: `5m`, `2h`, `1d`, an ISO 8601 date, or epoch milliseconds.
import { badInput } from '../errors.ts';

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Epoch milliseconds; a duration means that long before `now`. Throws a UserError that names `field`. */
export function parseMoment(text: string, field: string, now = Date.now()): number {
  const duration = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim());
  if (duration) return now - Number(duration[1]) * units[duration[2]!]!;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) {
    throw badInput(
      `${field} is ${JSON.stringify(text)}; allowed: 30s, 5m, 2h, 1d, 1w, or a time like 2026-01-31T12:00:00Z`,
    );
  }
  return date;
}
