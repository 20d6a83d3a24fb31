// Schedule expressions: which are valid, and when they are due.
import { describe, expect, it } from 'vitest';
import {
  dueAfter,
  parseRuleSchedule,
  parseSchedulerSchedule,
  type Schedule,
} from '../../../src/local/schedule-expressions/expressions.ts';
import { isZone } from '../../../src/local/schedule-expressions/zones.ts';

const valid = [
  'rate(1 minute)',
  'rate(5 minutes)',
  'rate(1 hour)',
  'rate(7 days)',
  'cron(0 1 * * ? *)',
  'cron(0/5 8-17 ? * MON-FRI *)',
  'cron(5,35 14 * * ? *)',
  'cron(15 10 ? * 6L 2002-2005)',
  'cron(0-59/10 * ? JAN 1 *)',
  'cron(*/15 * L * ? *)',
  'cron(0 8 1 * ? *)',
  'cron(0 9 15W * ? *)',
  'cron(0 2 ? * SAT#3 *)',
  'cron(0-15/1 8-8 ? * 2,3,4 *)',
  'cron(30-30 13-13 ? * 2,4,6 *)',
  'cron(0/30 20-2 ? * MON-FRI *)',
];
const invalid = [
  'rate(10 seconds)',
  'rate(10 years)',
  'rate(0 minutes)',
  'rate(-10 minutes)',
  'rate(10 MINUTES)',
  'rate( 10 minutes )',
  ' rate(10 minutes)',
  'rate()',
  'rate(10)',
  'rate(10 minutess)',
  'rate(foo minutes)',
  'cron(0 1 * * * *)',
  'cron(0 1 ? * ? *)',
  'cron(71 8 1 * ? *)',
  'cron(7 20 * * NOT *)',
  'cron(0 dummy ? * MON-FRI *)',
  'cron(INVALID)',
  'cron()',
  'cron(0 1 * * ?)',
  'cron(0 1 32 * ? *)',
  'cron(0 24 1 * ? *)',
  'cron(0 1 ? * 8 *)',
  'cron(0 1 ? 13 2 *)',
  'cron(5-1 1 * * ? *)',
  'cron(0/0 1 * * ? *)',
  'every day',
  '',
];

describe('a schedule expression', () => {
  it.each(valid)('%s is valid in rules and in schedules', (text) => {
    expect(parseRuleSchedule(text)).toBeDefined();
    expect(parseSchedulerSchedule(text)).toBeDefined();
  });

  it.each(invalid)('%s is not valid', (text) => {
    expect(parseRuleSchedule(text)).toBeUndefined();
    expect(parseSchedulerSchedule(text)).toBeUndefined();
  });

  it('of a rule has a singular unit exactly for 1', () => {
    for (const text of ['rate(1 minutes)', 'rate(10 minute)', 'rate(1 days)', 'rate(2 hour)']) {
      expect(parseRuleSchedule(text)).toBeUndefined();
      expect(parseSchedulerSchedule(text)).toBeDefined();
    }
  });

  it('of a schedule can be a time, but not of a rule', () => {
    expect(parseSchedulerSchedule('at(2022-11-20T13:00:00)')).toBeDefined();
    expect(parseRuleSchedule('at(2022-11-20T13:00:00)')).toBeUndefined();
    for (const text of [
      'at(2021-12-31T23:59:59Z)',
      'at(2021-12-31)',
      'at(2021-02-30T00:00:00)',
      'at(2021-13-01T00:00:00)',
      'at(2021-12-31T24:00:00)',
    ]) {
      expect(parseSchedulerSchedule(text)).toBeUndefined();
    }
  });

  it('takes zones of the IANA database', () => {
    expect(['UTC', 'Europe/Berlin', 'America/New_York'].every(isZone)).toBe(true);
    expect(['Mars/Phobos', '', '+01:00'].some(isZone)).toBe(false);
  });
});

/** The next times, as ISO texts. */
function times(text: string, from: string, count: number, zone = 'UTC'): string[] {
  const schedule = parseSchedulerSchedule(text) as Schedule;
  const found: string[] = [];
  let after = Date.parse(from);
  for (let index = 0; index < count; index++) {
    const due = dueAfter(schedule, after, { zone, start: Date.parse(from) });
    if (due === undefined) break;
    found.push(new Date(due).toISOString().replace(/:00\.000Z$/, ''));
    after = due;
  }
  return found;
}

describe('a schedule is due', () => {
  it.each<[string, string, string[]]>([
    ['rate(90 minutes)', '2024-01-01T00:00:00Z', ['2024-01-01T01:30', '2024-01-01T03:00']],
    ['cron(0 1 * * ? *)', '2024-02-28T01:00:00Z', ['2024-02-29T01:00', '2024-03-01T01:00']],
    [
      'cron(0/25 8 * * ? *)',
      '2024-01-01T08:10:00Z',
      ['2024-01-01T08:25', '2024-01-01T08:50', '2024-01-02T08:00'],
    ],
    ['cron(0 9 ? * 1 *)', '2024-01-01T00:00:00Z', ['2024-01-07T09:00', '2024-01-14T09:00']],
    [
      'cron(0 9 ? * FRI-MON *)',
      '2024-01-05T10:00:00Z',
      ['2024-01-06T09:00', '2024-01-07T09:00', '2024-01-08T09:00', '2024-01-12T09:00'],
    ],
    ['cron(0 22-1/2 ? * MON *)', '2024-01-01T21:00:00Z', ['2024-01-01T22:00', '2024-01-08T00:00']],
    ['cron(0 0 L * ? *)', '2024-02-01T00:00:00Z', ['2024-02-29T00:00', '2024-03-31T00:00']],
    ['cron(0 0 ? * L *)', '2024-01-01T00:00:00Z', ['2024-01-06T00:00', '2024-01-13T00:00']],
    ['cron(0 0 ? * 6L *)', '2024-01-01T00:00:00Z', ['2024-01-26T00:00', '2024-02-23T00:00']],
    ['cron(0 0 ? * SAT#3 *)', '2024-01-01T00:00:00Z', ['2024-01-20T00:00', '2024-02-17T00:00']],
    ['cron(0 0 15W * ? *)', '2024-06-01T00:00:00Z', ['2024-06-14T00:00', '2024-07-15T00:00']],
    ['cron(0 0 1W * ? *)', '2024-05-31T00:00:00Z', ['2024-06-03T00:00', '2024-07-01T00:00']],
    ['cron(0 0 LW * ? *)', '2024-06-01T00:00:00Z', ['2024-06-28T00:00', '2024-07-31T00:00']],
    ['cron(0 0 29 FEB ? *)', '2024-03-01T00:00:00Z', ['2028-02-29T00:00']],
    ['cron(0 0 1 JAN ? 2030)', '2024-01-01T00:00:00Z', ['2030-01-01T00:00']],
    ['cron(0 0 1 JAN ? 2002-2005)', '2024-01-01T00:00:00Z', []],
    ['cron(0 0 30 FEB ? *)', '2024-01-01T00:00:00Z', []],
    ['at(2024-01-01T10:00:00)', '2024-01-01T09:59:59Z', ['2024-01-01T10:00']],
    ['at(2024-01-01T10:00:00)', '2024-01-01T10:00:00Z', []],
  ])('%s after %s', (text, from, wanted) => {
    expect(times(text, from, wanted.length || 1)).toEqual(wanted);
  });

  it('at the local time of its zone, in summer and in winter', () => {
    expect(times('cron(0 9 * * ? *)', '2024-03-30T00:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2024-03-30T08:00',
      '2024-03-31T07:00',
    ]);
    expect(times('at(2024-07-01T09:00:00)', '2024-01-01T00:00:00Z', 1, 'America/New_York')).toEqual([
      '2024-07-01T13:00',
    ]);
    expect(times('cron(30 23 * * ? *)', '2024-01-01T10:00:00Z', 1, 'Pacific/Kiritimati')).toEqual([
      '2024-01-02T09:30',
    ]);
  });

  it('never at a time over which clocks are set forward', () => {
    expect(times('cron(30 2 * * ? *)', '2024-03-30T00:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2024-03-30T01:30',
      '2024-04-01T00:30',
    ]);
  });

  it('once at a time that occurs twice', () => {
    expect(times('cron(30 2 * * ? *)', '2024-10-26T12:00:00Z', 2, 'Europe/Berlin')).toEqual([
      '2024-10-27T00:30',
      '2024-10-28T01:30',
    ]);
  });
});
