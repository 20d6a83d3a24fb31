// Deliveries to targets: tried at once, kept and repeated while the target fails, and given up as AWS does.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
import { Alarm } from '../schedule-expressions/alarm.ts';
import { isRefusal } from '../service-error.ts';
import type { Collection } from '../store/store.ts';

/** A delivery that has failed before. */
export interface Waiting<Job> {
  readonly job: Job;
  /** Epoch milliseconds. */
  readonly accepted: number;
  readonly failures: number;
  /** Epoch milliseconds of the next attempt. */
  readonly due: number;
}

export interface RetryPolicy {
  readonly retries: number;
  /** Milliseconds. */
  readonly maximumAge: number;
}

/** Why a delivery was given up. */
export interface Failure {
  readonly error: Error;
  /** Attempts after the first one. */
  readonly retries: number;
  /** Absent when the target refused: to repeat that would not help. */
  readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

export interface Work<Job> {
  policy(job: Job): RetryPolicy;
  /** `failures`: earlier attempts. Throws when it fails. */
  send(job: Job, failures: number): void;
  failed(job: Job, failure: Failure): void;
}

/** Milliseconds before the second attempt, doubled each time, and the longest pause. */
const pauses = [1000, 10 * 60_000] as const;

export class Deliveries<Job extends { readonly id: string }> {
  private readonly waiting: Collection<Waiting<Job>>;
  private readonly work: Work<Job>;
  private readonly now: () => number;
  private readonly alarm: Alarm;

  constructor(waiting: Collection<Waiting<Job>>, work: Work<Job>, now: () => number) {
    this.waiting = waiting;
    this.work = work;
    this.now = now;
    this.alarm = new Alarm(now, () => this.resume());
  }

  /** Sends it in this turn, so that the change that caused it and the message at its target are stored together. */
  add(job: Job): void {
    this.attempt({ job, accepted: this.now(), failures: 0, due: 0 });
  }

  /** Sends what is due, and waits for the rest. */
  resume(): void {
    const now = this.now();
    const all = [...this.waiting.entries()];
    for (const [key, delivery] of all) {
      if (delivery.due > now) {
        this.alarm.set(delivery.due);
        continue;
      }
      this.waiting.remove(key);
      this.attempt(delivery);
    }
  }

  close(): void {
    this.alarm.close();
  }

  private attempt(delivery: Waiting<Job>): void {
    const { job, failures } = delivery;
    try {
      this.work.send(job, failures);
    } catch (error) {
      this.failed(delivery, error as Error);
    }
  }

  private failed({ job, accepted, failures }: Waiting<Job>, error: Error): void {
    const { retries, maximumAge } = this.work.policy(job);
    const [first, longest] = pauses;
    const due = this.now() + Math.min(first * 2 ** failures, longest);
    const exhausted =
      failures >= retries
        ? 'MaximumRetryAttempts'
        : due > accepted + maximumAge
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    if (isRefusal(error)) this.work.failed(job, { error, retries: failures });
    else if (exhausted) this.work.failed(job, { error, retries: failures, exhausted });
    else {
      this.waiting.put(job.id, { job, accepted, failures: failures + 1, due });
      this.alarm.set(due);
    }
  }
}
