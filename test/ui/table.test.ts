import { expect, test } from 'vitest';
import { bytes, columns } from '../../src/ui/table.ts';

test('table columns are aligned by their width on the terminal', () => {
  expect(
    columns([
      ['a', 'bb', 'c'],
      ['\u001b[31maaa\u001b[39m', 'b', 'c'],
    ]),
  ).toBe('a    bb  c\n\u001b[31maaa\u001b[39m  b   c');
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
