// Bounded waiting: what is looked at or tried again, and what stands in the end.
import { expect, it } from 'vitest';
import { lookUntil, type Patience, tryWhile, waiting } from '../../src/engine/patience.ts';

const long: Patience = { budget: 60_000, first: 1, longest: 2 };
const none: Patience = { ...long, budget: 0 };

it('looks again until it is done, and says before each pause that it waits', async () => {
  let looks = 0;
  let waits = 0;
  const look = async () => ++looks;
  const done = (answer: number) => answer === 5;
  expect(await lookUntil(look, done, { ...long, onWait: () => waits++ })).toBe(5);
  expect(waits).toBe(4);
});

it('lets the last answer stand when the budget is spent', async () => {
  let looks = 0;
  const answer = await lookUntil(
    async () => ++looks,
    () => false,
    none,
  );
  expect([answer, looks]).toEqual([1, 1]);
});

it('tries again while the error passes, and throws any other and the last one', async () => {
  const passing = new Error('not yet');
  let tries = 0;
  const attempt = async () => {
    if (++tries < 4) throw passing;
    return 'made';
  };
  expect(await tryWhile(attempt, (error) => error === passing, long)).toBe('made');
  expect(tries).toBe(4);
  tries = 0;
  await expect(tryWhile(attempt, () => false, long)).rejects.toBe(passing);
  expect(tries).toBe(1);
  tries = 0;
  await expect(tryWhile(attempt, () => true, none)).rejects.toBe(passing);
  expect(tries).toBe(1);
});

it('says what is waited for, once the wait can be noticed', () => {
  const said: string[] = [];
  const tell = waiting((text) => void said.push(text), 'AWS to show the change');
  for (const elapsed of [0, 900, 1400, 2600]) tell(elapsed);
  expect(said).toEqual([
    'waiting for AWS to show the change, 1 s',
    'waiting for AWS to show the change, 3 s',
  ]);
});
