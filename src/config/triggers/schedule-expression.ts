// Expressions of EventBridge Scheduler: rate(…), cron(…) and at(…).
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const firstYear = 1970;
const lastYear = 2199;
/** The days of a cron expression repeat after so many years at most. */
const cycle = 40;

/** Why Scheduler does not take the expression, or never calls; undefined: nothing is wrong. */
export function expressionProblem(text: string, now = new Date()): string | undefined {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? [];
  if (kind === 'rate') return rateProblem(inner);
  if (kind === 'at') return atProblem(inner);
  if (kind === 'cron') return cronProblem(inner, now);
  return `is ${JSON.stringify(text)}; allowed: rate(5 minutes), cron(0 9 * * ? *) or at(2030-01-31T09:00:00)`;
}

function rateProblem(inner: string): string | undefined {
  const [, number, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(inner) ?? [];
  if (number === undefined)
    return `is rate(${inner}); allowed: rate(N minutes), rate(N hours) or rate(N days)`;
  if ((number === '1') === (plural === '')) return undefined;
  return `is rate(${inner}); allowed: rate(${number} ${unit}${plural === '' ? 's' : ''})`;
}

function atProblem(inner: string): string | undefined {
  const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner) && !Number.isNaN(Date.parse(`${inner}Z`));
  return isDate ? undefined : `is at(${inner}); allowed: at(yyyy-mm-ddThh:mm:ss)`;
}

type Field = ReadonlySet<number>;

function cronProblem(inner: string, now: Date): string | undefined {
  const fields = inner.split(' ');
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields;
  const wrong = (reason: string) => `is cron(${inner}); ${reason}`;
  if (fields.length !== 6) return wrong('allowed: six fields, minutes hours day month weekday year');
  if ((day === '?') === (weekday === '?')) {
    return wrong('allowed: ? in exactly one of the fields for the day of the month and for the weekday');
  }
  const parsed = {
    minutes: values(minute, 0, 59),
    hours: values(hour, 0, 23),
    months: values(month, 1, 12, months),
    years: values(year, firstYear, lastYear),
  };
  const unknown = Object.entries(parsed).find(([, set]) => set === undefined)?.[0];
  if (unknown !== undefined) return wrong(`its field for ${unknown} is not one that AWS takes`);
  const isDay = day === '?' ? weekdayTest(weekday) : dayTest(day);
  if (!isDay) return wrong(`its field for ${day === '?' ? 'weekdays' : 'days'} is not one that AWS takes`);
  if (happens(parsed.years as Field, parsed.months as Field, isDay, now)) return undefined;
  return wrong('it never happens');
}

/** undefined: the field is wrong. */
function values(text: string, min: number, max: number, names: readonly string[] = []): Field | undefined {
  const numberOf = (part: string) => {
    const index = names.indexOf(part.toUpperCase());
    const number = index >= 0 ? index + min : /^\d{1,4}$/.test(part) ? Number(part) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  };
  const found = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    const [from = '', to, ...more] = range.split('-');
    if (rest.length > 0 || more.length > 0) return undefined;
    const first = range === '*' ? min : numberOf(from);
    const last = range === '*' || (to === undefined && step !== undefined) ? max : numberOf(to ?? from);
    const by = step === undefined ? 1 : /^[1-9]\d*$/.test(step) ? Number(step) : undefined;
    if (first === undefined || last === undefined || by === undefined || first > last) return undefined;
    for (let value = first; value <= last; value += by) found.add(value);
  }
  return found;
}

type DayTest = (date: Date) => boolean;

const lengthOf = (date: Date) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
const isWeekend = (date: Date) => date.getUTCDay() === 0 || date.getUTCDay() === 6;

function dayTest(text: string): DayTest | undefined {
  if (text === 'L') return (date) => date.getUTCDate() === lengthOf(date);
  const [, near] = /^(\d{1,2}|L)W$/.exec(text) ?? [];
  if (near !== undefined) {
    if (near !== 'L' && !(Number(near) >= 1 && Number(near) <= 31)) return undefined;
    // The weekday that is nearest: at most two days away.
    return (date) =>
      !isWeekend(date) &&
      (near === 'L'
        ? date.getUTCDate() > lengthOf(date) - 3
        : Math.abs(date.getUTCDate() - Number(near)) <= 2) &&
      (near === 'L' || Number(near) <= lengthOf(date));
  }
  const days = values(text, 1, 31);
  return days && ((date) => days.has(date.getUTCDate()));
}

function weekdayTest(text: string): DayTest | undefined {
  const [, name = '', sign, nth] = /^([A-Za-z]{3}|[1-7])(L|#([1-5]))$/.exec(text) ?? [];
  if (text === 'L') return (date) => date.getUTCDay() === 6;
  if (sign !== undefined) {
    const [weekday] = values(name, 1, 7, weekdays) ?? [];
    if (weekday === undefined) return undefined;
    const isIt = (date: Date) => date.getUTCDay() + 1 === weekday;
    if (sign === 'L') return (date) => isIt(date) && date.getUTCDate() > lengthOf(date) - 7;
    return (date) => isIt(date) && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  }
  const days = values(text, 1, 7, weekdays);
  return days && ((date) => days.has(date.getUTCDay() + 1));
}

/** Whether there is such a day from now on. */
function happens(years: Field, inMonths: Field, isDay: DayTest, now: Date): boolean {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const coming = [...years].filter((year) => year >= now.getUTCFullYear()).sort((a, b) => a - b);
  // A day of leap years may be on one weekday every 28 or 40 years only.
  return coming.slice(0, cycle).some((year) =>
    [...inMonths].some((month) => {
      for (let day = 1; day <= 31; day++) {
        const date = new Date(Date.UTC(year, month - 1, day));
        if (date.getUTCMonth() !== month - 1) break;
        // In a time zone west of UTC it is still the day before.
        if (date.getTime() >= today - 86_400_000 && isDay(date)) return true;
      }
      return false;
    }),
  );
}
