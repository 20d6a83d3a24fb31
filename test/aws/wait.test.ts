import { describe, expect, it } from 'vitest';
import { retryWhile, roleBudget, waitUntil } from '../../src/aws/wait.ts';
import { UserError } from '../../src/errors.ts';

/** A clock that only sleeping moves. */
function fakeClock() {
  let time = 0;
  const steps: number[] = [];
  return {
    steps,
    now: () => time,
    sleep: async (ms: number) => {
      steps.push(ms);
      time += ms;
    },
  };
}

describe('waitUntil', () => {
  it('reads until settled, in growing steps, and says how long it has waited', async () => {
    const { steps, ...clock } = fakeClock();
    const reported: string[] = [];
    let reads = 0;
    const value = await waitUntil({
      ...clock,
      waiting: 'greeter is pending',
      read: async () => ++reads,
      settled: (read) => read === 6,
      first: 100,
      max: 300,
      report: (text) => reported.push(text),
    });
    expect(value).toBe(6);
    expect(steps).toEqual([100, 150, 225, 300, 300]);
    expect(reported.at(-1)).toBe('greeter is pending, 0.8 s');
  });

  it('does not sleep when it is settled at once', async () => {
    const { steps, ...clock } = fakeClock();
    await waitUntil({ ...clock, waiting: 'x', read: async () => 1, settled: () => true });
    expect(steps).toEqual([]);
  });

  it('ends with the budget, after one last look at its end', async () => {
    const { steps, ...clock } = fakeClock();
    let reads = 0;
    const waiting = waitUntil({
      ...clock,
      waiting: 'greeter is still pending',
      read: async () => ++reads,
      settled: () => false,
      first: 400,
      max: 400,
      budget: 1000,
      next: 'look at it',
    });
    await expect(waiting).rejects.toMatchObject({
      message: 'greeter is still pending, after 1.0 s',
      next: 'look at it',
      exitCode: 1,
    });
    expect(steps).toEqual([400, 400, 200]);
    expect(reads).toBe(4);
  });

  it('ends at once when it is aborted, while it sleeps too', async () => {
    const abort = new AbortController();
    const options = { waiting: 'x', read: async () => 1, settled: () => false, signal: abort.signal };
    const sleeping = waitUntil({ ...options, first: 3_600_000, max: 3_600_000, report: () => abort.abort() });
    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
    await expect(waitUntil(options)).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('retryWhile', () => {
  const notYet = new Error('The role defined for the function cannot be assumed by Lambda.');

  it('starts after half a second, and then every two seconds at most', async () => {
    const { steps, ...clock } = fakeClock();
    let calls = 0;
    const answer = await retryWhile({
      ...clock,
      waiting: 'the role cannot be assumed yet',
      attempt: async () => {
        if (++calls < 7) throw notYet;
        return 'made';
      },
      retryable: (error) => error === notYet,
    });
    expect(answer).toBe('made');
    expect(steps).toEqual([500, 750, 1125, 1687.5, 2000, 2000]);
  });

  it('throws every other error at once', async () => {
    const { steps, ...clock } = fakeClock();
    const other = new Error('other');
    const attempt = async () => {
      throw other;
    };
    const retrying = retryWhile({ ...clock, waiting: 'x', attempt, retryable: () => false });
    await expect(retrying).rejects.toBe(other);
    expect(steps).toEqual([]);
  });

  it('gives up after three minutes, with the last answer as its cause', async () => {
    const { steps, ...clock } = fakeClock();
    const attempt = async () => {
      throw notYet;
    };
    const error = await retryWhile({
      ...clock,
      waiting: 'the role cannot be assumed',
      attempt,
      retryable: () => true,
    }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: 'the role cannot be assumed, after 180 s',
      reason: 'The role defined for the function cannot be assumed by Lambda',
      cause: notYet,
    });
    expect(steps.reduce((sum, step) => sum + step, 0)).toBe(180_000);
  });
});

describe('roleBudget', () => {
  it('is set in seconds', () => {
    expect(roleBudget({})).toBe(180_000);
    expect(roleBudget({ SLSCTL_ROLE_BUDGET: '2.5' })).toBe(2_500);
    expect(() => roleBudget({ SLSCTL_ROLE_BUDGET: 'long' })).toThrow("SLSCTL_ROLE_BUDGET is 'long'");
  });
});
