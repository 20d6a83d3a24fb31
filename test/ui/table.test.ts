import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { bytes, columns, table } from '../../src/ui/table.ts';

test('table columns are aligned by their width on the terminal', () => {
  expect(
    columns([
      ['a', 'bb', 'c'],
      ['\u001b[31maaa\u001b[39m', 'b', 'c'],
    ]),
  ).toBe('a    bb  c\n\u001b[31maaa\u001b[39m  b   c');
});

test('a table that is too wide leaves out columns, then cuts long cells in the middle', () => {
  const rows = [
    ['NAME', 'SIZE', 'AGE', 'STATE'],
    ['\u001b[1mmy-first-function-with-a-long-name\u001b[22m', '12 MB', '3 days', 'in sync'],
    ['other', 'not deployed'],
  ];
  const spare = ['AGE', 'SIZE'];
  expect(table(rows, { width: undefined, spare })).toBe(columns(rows));
  expect(table(rows, { width: 80, spare })).toBe(columns(rows));
  const narrow = table(rows, { width: 60, spare });
  expect(narrow.split('\n')[0]?.split(/ +/)).toEqual(['NAME', 'SIZE', 'STATE']);
  expect(table(rows, { width: 24, spare })).toBe(
    'NAME         STATE\n\u001b[1mmy-fi…-name\u001b[22m  in sync\nother        not d…loyed',
  );
  for (let width = 20; width < 80; width++) {
    const lines = table(rows, { width, spare }).split('\n');
    expect(Math.max(...lines.map((line) => stripVTControlCharacters(line).length))).toBeLessThanOrEqual(
      width,
    );
  }
});

test('sizes have the units of the AWS limits', () => {
  expect([0, 1023, 1024, 1536, 52_428_800, 262_144_000, 3 * 1024 ** 3].map(bytes)).toEqual([
    '0 B',
    '1023 B',
    '1.0 KB',
    '1.5 KB',
    '50 MB',
    '250 MB',
    '3.0 GB',
  ]);
});
