// AWS's cron expressions: minutes, hours, days of the month, months, days of the week, years.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions

export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Whether a day fits. `month` counts from 1. */
  fitsDay(year: number, month: number, day: number): boolean;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Range {
  readonly first: number;
  readonly last: number;
  readonly names?: readonly string[];
  /** A range may run over its end: `FRI-MON`, `20-2`. */
  readonly wraps?: true;
}

/** The last year that AWS takes. */
export const lastYear = 2199;
const ranges = {
  minute: { first: 0, last: 59 },
  hour: { first: 0, last: 23, wraps: true },
  day: { first: 1, last: 31 },
  month: { first: 1, last: 12, names: monthNames },
  weekday: { first: 1, last: 7, names: dayNames, wraps: true },
  year: { first: 1970, last: lastYear },
} as const satisfies Record<string, Range>;

/** Parses the text between the brackets; undefined when it is not valid. */
export function parseCron(text: string): Cron | undefined {
  if (text !== text.trim()) return undefined;
  const fields = text.split(/ +/);
  if (fields.length !== 6) return undefined;
  const [minute, hour, day, month, weekday, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  // Exactly one of the two says nothing.
  if ((day === '?') === (weekday === '?')) return undefined;
  const minutes = values(minute, ranges.minute);
  const hours = values(hour, ranges.hour);
  const months = values(month, ranges.month);
  const years = values(year, ranges.year);
  const fitsDay = day === '?' ? weekdays(weekday) : monthDays(day);
  if (!minutes || !hours || !months || !years || !fitsDay) return undefined;
  return { minutes: sorted(minutes), hours: sorted(hours), months, years, fitsDay };
}

const sorted = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);

/** `*`, `5,35`, `8-17`, `0/5`, `0-59/10`, names */
function values(field: string, range: Range): Set<number> | undefined {
  const found = new Set<number>();
  for (const part of field.split(',')) {
    const [span = '', step, ...more] = part.split('/');
    const bounds = boundsOf(span, step !== undefined, range);
    if (!bounds || more.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return undefined;
    const [first, last] = bounds;
    const size = range.last - range.first + 1;
    const length = last >= first ? last - first : last - first + size;
    for (let offset = 0; offset <= length; offset += Number(step ?? 1)) {
      found.add(range.first + ((first - range.first + offset) % size));
    }
  }
  return found;
}

function boundsOf(span: string, stepped: boolean, range: Range): readonly [number, number] | undefined {
  if (span === '*') return [range.first, range.last];
  const [start = '', end, ...more] = span.split('-');
  const first = numberOf(start, range);
  const last = end === undefined ? (stepped ? range.last : first) : numberOf(end, range);
  if (first === undefined || last === undefined || more.length > 0) return undefined;
  return first <= last || range.wraps ? [first, last] : undefined;
}

function numberOf(text: string, { first, last, names }: Range): number | undefined {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  if (named >= 0) return first + named;
  if (!/^\d{1,4}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= first && value <= last ? value : undefined;
}

/** Also `L` (the last day), `15W` (the weekday nearest to it) and `LW` (the last weekday). */
function monthDays(field: string): Cron['fitsDay'] | undefined {
  if (field === 'L') return (year, month, day) => day === lengthOf(year, month);
  if (field === 'LW') return (year, month, day) => day === nearestWeekday(year, month, lengthOf(year, month));
  const [, nearest] = /^(\d{1,2})W$/.exec(field) ?? [];
  if (nearest !== undefined) {
    const wanted = numberOf(nearest, ranges.day);
    if (wanted === undefined) return undefined;
    return (year, month, day) =>
      wanted <= lengthOf(year, month) && day === nearestWeekday(year, month, wanted);
  }
  const days = values(field, ranges.day);
  return days && ((_year, _month, day) => days.has(day));
}

/** Also `6L` (the last Friday), `L` (Saturday) and `SAT#3` (the third Saturday). */
function weekdays(field: string): Cron['fitsDay'] | undefined {
  const [, last] = /^(\w{1,3})L$/.exec(field) ?? [];
  if (last !== undefined) {
    const wanted = numberOf(last, ranges.weekday);
    if (wanted === undefined) return undefined;
    return (year, month, day) => weekdayOf(year, month, day) === wanted && day > lengthOf(year, month) - 7;
  }
  const [, name, number] = /^(\w{1,3})#([1-5])$/.exec(field) ?? [];
  if (name !== undefined) {
    const wanted = numberOf(name, ranges.weekday);
    if (wanted === undefined) return undefined;
    return (year, month, day) =>
      weekdayOf(year, month, day) === wanted && Math.ceil(day / 7) === Number(number);
  }
  const days = field === 'L' ? new Set([7]) : values(field, ranges.weekday);
  return days && ((year, month, day) => days.has(weekdayOf(year, month, day)));
}

/** The days of a month. */
export const lengthOf = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();

/** 1 is Sunday. */
const weekdayOf = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** Monday to Friday, in the same month. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf(year, month, day);
  if (weekday === 7) return day > 1 ? day - 1 : day + 2;
  if (weekday === 1) return day < lengthOf(year, month) ? day + 1 : day - 2;
  return day;
}
