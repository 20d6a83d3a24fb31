// The spinner shows one line at every width of the terminal.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine } from '../../src/ui/spinner.ts';

const bake = {
  title: 'bake hello:live version 2: 10 % of the requests for 5 min',
  detail: ' (12 requests, 0 errors; version 1: 110, 0; 4 min left)',
};

test('a spinner cuts the title before the changing part', () => {
  expect(oneLine([bake], 200)).toBe(bake.title + bake.detail);
  expect(oneLine([bake], 78)).toBe(`bake hello:live versio…${bake.detail}`);
  expect(oneLine([bake], 38)).toBe('bake hello:live… (12 requests, 0 erro…');
});

test('a spinner cuts a list of several steps at the end of the line', () => {
  const steps = ['create role hello', 'create log group hello'].map((title) => ({ title, detail: '' }));
  expect(oneLine(steps, 78)).toBe('create role hello, create log group hello');
  expect(oneLine(steps, 30)).toBe('create role hello, create log…');
});

test('a spinner line is never wider than the terminal', () => {
  const step = fc.record({ title: fc.string({ unit: 'grapheme-ascii' }), detail: fc.string() });
  fc.assert(
    fc.property(fc.array(step), fc.integer({ min: 0, max: 120 }), (steps, room) => {
      expect(oneLine(steps, room).length).toBeLessThanOrEqual(Math.max(room, 1));
    }),
  );
});
