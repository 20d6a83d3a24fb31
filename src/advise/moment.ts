// Parses points in time as users write them: `5m`, `2h`, `1d`, an ISO 8601 date, or epoch milliseconds.
import { badInput } from '../errors/user-error.ts';
import { durationOf } from './duration.ts';

/** Epoch milliseconds; a duration means that long before `now`. Throws a UserError that names `field`. */
export function parseMoment(text: string, field: string, now = Date.now()): number {
  const duration = durationOf(text);
  if (duration !== undefined) return now - duration;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) {
    throw badInput(
      `${field} is ${JSON.stringify(text)}; allowed: 30s, 5m, 2h, 1d, 1w, or a time like 2026-01-31T12:00:00Z`,
    );
  }
  return date;
}
