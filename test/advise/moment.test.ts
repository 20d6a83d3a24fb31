import { expect, test } from 'vitest';
import { parseMoment } from '../../src/advise/moment.ts';

const now = Date.parse('2026-01-31T12:00:00Z');

test.each([
  ['30s', '2026-01-31T11:59:30Z'],
  ['5m', '2026-01-31T11:55:00Z'],
  ['1.5h', '2026-01-31T10:30:00Z'],
  ['1d', '2026-01-30T12:00:00Z'],
  ['2026-01-01', '2026-01-01T00:00:00Z'],
  ['2026-01-01T10:00:00+02:00', '2026-01-01T08:00:00Z'],
  [String(now), '2026-01-31T12:00:00Z'],
])('%s', (text, iso) => {
  expect(parseMoment(text, '--since', now)).toBe(Date.parse(iso));
});

test.each(['', '5', 'five minutes', '5 parsecs', '-5m', 'yesterday'])(
  '%j is refused with what is allowed',
  (text) => {
    expect(() => parseMoment(text, '--since', now)).toThrow(/^--since is ".*"; allowed: 30s, 5m/);
  },
);
