// The queue of asynchronous invocations. Events are kept until they succeed or finally fail, also across restarts.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
import { newTraceId } from '../../../runtime/trace-id.ts';
import type { Collection } from '../../../store/store.ts';

export interface AsyncEvent {
  readonly requestId: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly qualifier?: string;
  readonly payload: Uint8Array;
  readonly clientContext?: string;
  readonly tenantId?: string;
  /** The same in all attempts, and in messages about the event. */
  readonly traceId?: string;
  /** Epoch milliseconds. */
  readonly accepted: number;
  /** How many runs of the function failed. */
  readonly failures: number;
  /** How often concurrency prevented a run since the last run. */
  readonly throttles: number;
  /** Epoch milliseconds of the next attempt. */
  readonly due: number;
}

/** The result of an attempt. */
export type Attempt = Ran | 'throttled' | 'forbidden' | 'gone';

export interface Ran {
  readonly failed: boolean;
  readonly version: string;
  readonly payload: Uint8Array;
}

/** Why an event is finished, in the words of invocation records. */
export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency';

export interface Limits {
  /** The number after the first attempt. */
  readonly retries: number;
  /** Milliseconds. */
  readonly maximumAge: number;
}

export interface AsyncWork {
  limits(event: AsyncEvent): Limits;
  /** Runs the function once. Never rejects. */
  attempt(event: AsyncEvent): Promise<Attempt>;
  /**
   * Informs the targets that the function sets for this condition. `last` is the result of the last run. Never rejects.
   */
  finished(event: AsyncEvent, condition: Condition, last: Ran | undefined): Promise<void>;
}

/** Milliseconds between attempts while the function is throttled: doubled each time, from the first to the second. */
const throttlePauses = [1000, 5 * 60_000] as const;
/** The number of events of one function that run at the same time; more would overload a laptop. */
const parallel = 32;

export class AsyncQueue {
  private readonly events: Collection<AsyncEvent>;
  private readonly work: AsyncWork;
  private readonly retryDelay: number;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly lanes = new Map<string, { running: number; waiting: AsyncEvent[] }>();
  private closed = false;

  /** `retryDelay`: milliseconds before the second attempt; the third attempt waits twice as long. */
  constructor(events: Collection<AsyncEvent>, work: AsyncWork, retryDelay: number) {
    this.events = events;
    this.work = work;
    this.retryDelay = retryDelay;
  }

  add(event: Omit<AsyncEvent, 'accepted' | 'failures' | 'throttles' | 'due'>): void {
    const now = Date.now();
    const traceId = event.traceId ?? newTraceId();
    this.wait({ ...event, traceId, accepted: now, failures: 0, throttles: 0, due: now });
  }

  /** Continues with the events that an earlier server left. */
  resume(): void {
    for (const [, event] of this.events.entries()) this.schedule(event);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private wait(event: AsyncEvent): void {
    this.events.put(keyOf(event), event);
    this.schedule(event);
  }

  private schedule(event: AsyncEvent): void {
    const pause = event.due - Date.now();
    if (pause <= 0) {
      this.enter(event);
      return;
    }
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.enter(event);
    }, pause);
    timer.unref();
    this.timers.add(timer);
  }

  private enter(event: AsyncEvent): void {
    const key = `${event.account}/${event.region}/${event.name}`;
    const lane = this.lanes.get(key) ?? { running: 0, waiting: [] };
    this.lanes.set(key, lane);
    lane.waiting.push(event);
    this.drive(key, lane);
  }

  private drive(key: string, lane: { running: number; waiting: AsyncEvent[] }): void {
    while (lane.running < parallel && !this.closed) {
      const event = lane.waiting.shift();
      if (!event) break;
      lane.running += 1;
      void this.run(event).finally(() => {
        lane.running -= 1;
        this.drive(key, lane);
      });
    }
    if (lane.running === 0 && lane.waiting.length === 0) this.lanes.delete(key);
  }

  private async run(event: AsyncEvent): Promise<void> {
    const { maximumAge, retries } = this.work.limits(event);
    const last = event.accepted + maximumAge;
    if (Date.now() > last) return this.finish(event, 'EventAgeExceeded');
    const attempt = await this.work.attempt(event);
    if (this.closed) return;
    if (attempt === 'gone') return this.events.remove(keyOf(event));
    if (attempt === 'forbidden') return this.finish(event, 'ZeroReservedConcurrency');
    if (attempt === 'throttled') {
      const [first, longest] = throttlePauses;
      const due = Date.now() + Math.min(first * 2 ** event.throttles, longest);
      return this.wait({ ...event, throttles: event.throttles + 1, due });
    }
    const ran = { ...event, throttles: 0, failures: event.failures + (attempt.failed ? 1 : 0) };
    if (!attempt.failed) return this.finish(ran, 'Success', attempt);
    if (ran.failures > retries) return this.finish(ran, 'RetriesExhausted', attempt);
    const due = Date.now() + this.retryDelay * ran.failures;
    if (due > last) return this.finish(ran, 'EventAgeExceeded', attempt);
    this.wait({ ...ran, due });
  }

  /** The event is kept until its targets are informed, so that the end of the server does not lose their messages. */
  private async finish(event: AsyncEvent, condition: Condition, last?: Ran): Promise<void> {
    await this.work.finished(event, condition, last);
    if (!this.closed) this.events.remove(keyOf(event));
  }
}

function keyOf({ account, region, name, requestId }: AsyncEvent): string {
  return `${account}/${region}/${name}/${requestId}`;
}
