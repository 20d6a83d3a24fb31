// The timer for what is due next.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alarm } from '../../../src/local/schedule-expressions/alarm.ts';

const hour = 3_600_000;
let now = 0;
let rung = 0;
let alarm: Alarm;

/** Lets time pass on the clock and in the timers. */
function pass(milliseconds: number): void {
  now += milliseconds;
  vi.advanceTimersByTime(milliseconds);
}

beforeEach(() => {
  vi.useFakeTimers();
  now = Date.parse('2024-01-01T00:00:00Z');
  rung = 0;
  alarm = new Alarm(
    () => now,
    () => {
      rung++;
    },
  );
});
afterEach(() => {
  alarm.close();
  vi.useRealTimers();
});

describe('an alarm', () => {
  it('rings at the earliest time, once', () => {
    alarm.set(now + 2000);
    alarm.set(now + 1000);
    alarm.set(now + 3000);
    pass(999);
    expect(rung).toBe(0);
    pass(1);
    expect(rung).toBe(1);
    pass(hour);
    expect(rung).toBe(1);
  });

  it('rings for a time that is past', () => {
    alarm.set(now - 1);
    pass(0);
    expect(rung).toBe(1);
  });

  it('waits for longer than a timer can', () => {
    alarm.set(now + 60 * 24 * hour);
    for (let day = 0; day < 60; day++) {
      expect(rung).toBe(0);
      for (let index = 0; index < 24 * 60; index++) pass(60_000);
    }
    expect(rung).toBe(1);
  });

  it('is at most a minute late when the machine has slept', () => {
    alarm.set(now + 8 * hour);
    now += 8 * hour;
    vi.advanceTimersByTime(60_000);
    expect(rung).toBe(1);
  });

  it('does not ring when it is closed', () => {
    alarm.set(now + 1000);
    alarm.close();
    alarm.set(now + 1000);
    pass(hour);
    expect(rung).toBe(0);
  });
});
