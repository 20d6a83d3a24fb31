// Keys that LMDB cannot hold: they are not there, and they break nothing else.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../../src/local/store/lmdb-store.ts';
import type { Store } from '../../../src/local/store/store.ts';

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slsctl-store-'));
  store = openStore(join(folder, 'store'));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const lengths = [1974, 1975, 1978, 1979, 3000, 20_000];

it.each([
  ['ASCII', 'k'],
  ['three bytes each', '字'],
  ['four bytes each', '\u{1f600}'],
])('keys of any length can be looked up: %s', (_what, character) => {
  const records = store.collection<number>('lookups');
  records.put('a', 1);
  for (const length of lengths) {
    const key = character.repeat(length);
    expect(records.get(key)).toBeUndefined();
    expect([...records.entries(key)]).toEqual([]);
    expect([...records.entries('', { start: key })]).toEqual([]);
    expect([...records.entries('', { start: key, reverse: true })]).toEqual([['a', 1]]);
    expect([...records.entries('', { start: `A${key}` })]).toEqual([['a', 1]]);
    expect(() => records.remove(key)).not.toThrow();
  }
});

it('a key that is too long is refused by itself, and others are written', async () => {
  const records = store.collection<number>('writes');
  expect(() => records.put('k'.repeat(1979), 1)).toThrow('a key of writes has 1979 bytes');
  records.put('b', 2);
  records.put('c'.repeat(1974), 3);
  await store.committed();
  expect([...records.entries()].map(([, value]) => value)).toEqual([2, 3]);
});
