// Parses lengths of time as users write them: `100ms`, `8s`, `5m`, `2h`, `1d`, `1w`.
import { badInput } from '../errors/user-error.ts';

const units: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds; undefined: the text is not a duration. */
export function durationOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|[smhdw])$/.exec(text.trim());
  return match ? Number(match[1]) * (units[match[2] as string] as number) : undefined;
}

/** Milliseconds, at most `max`. Throws a UserError that names `field`. */
export function parseDuration(text: string, field: string, max: number): number {
  const duration = text.trim() === '0' ? 0 : durationOf(text);
  if (duration === undefined || duration > max) {
    throw badInput(
      `${field} is ${JSON.stringify(text)}; allowed: 0 to ${max / 60_000}m, written like 100ms, 8s or 1m`,
    );
  }
  return duration;
}
