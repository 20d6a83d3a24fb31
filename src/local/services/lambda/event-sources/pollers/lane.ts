// Runs the batches of a shard one after the other: all of them, or those of a part of its keys.
import { type Item, pauseAfter, processBatch } from './batch.ts';
import { eventFrame, invoke, largestEvent, type Mapping } from './poller.ts';
import {
  finalAnswer,
  firstOf,
  inWindow,
  type OpenWindow,
  opened,
  stateIn,
  windowMembers,
  windowOf,
} from './windows.ts';

/** The shard that a lane belongs to. */
export interface LaneHost<T extends Item> {
  readonly mapping: Mapping;
  readonly shard: string;
  stopped(): boolean;
  pause(milliseconds: number): Promise<void>;
  finished(items: readonly T[]): void;
  /** The lane is free again. */
  free(): void;
  /** The tumbling window that is open. Setting it keeps it together with the next position. */
  window: OpenWindow | undefined;
  /** Keeps the position and the window. */
  keep(): void;
}

export class Lane<T extends Item> {
  private readonly host: LaneHost<T>;
  private queue: T[] = [];
  private bytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private due = false;
  private tumblingTimer: NodeJS.Timeout | undefined;
  private run: Promise<void> | undefined;

  constructor(host: LaneHost<T>) {
    this.host = host;
    this.awaitWindowEnd();
  }

  get waiting(): number {
    return this.queue.length;
  }

  add(item: T): void {
    this.queue.push(item);
    this.bytes += sizeOf(item);
  }

  /** Starts a batch, if none runs and one is complete. */
  turn(): void {
    if (this.run || this.host.stopped()) return;
    const work = this.closesWindow() ? () => this.closeWindow() : this.nextBatch();
    if (!work) return;
    this.run = work().finally(() => {
      this.run = undefined;
      this.host.free();
    });
  }

  /** Resolves when the batch that runs has ended. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    clearTimeout(this.tumblingTimer);
    await this.run;
  }

  private get settings() {
    return this.host.mapping.record.settings;
  }

  /** Milliseconds; 0: the mapping has no tumbling windows. */
  private get tumbling(): number {
    return (this.settings.TumblingWindowInSeconds ?? 0) * 1000;
  }

  private nextBatch(): (() => Promise<void>) | undefined {
    if (this.queue.length === 0 || !this.isComplete()) return undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.due = false;
    const items = this.take();
    return () => this.process(items);
  }

  /** Whether a batch need not wait for more records. */
  private isComplete(): boolean {
    const { BatchSize = 100, MaximumBatchingWindowInSeconds: window = 0 } = this.settings;
    if (window === 0 || this.due || this.queue.length >= BatchSize) return true;
    if (this.bytes + eventFrame >= largestEvent) return true;
    this.timer ??= setTimeout(() => {
      this.due = true;
      this.turn();
    }, window * 1000).unref();
    return false;
  }

  private take(): T[] {
    const { BatchSize = 100 } = this.settings;
    const { queue, tumbling } = this;
    let bytes = eventFrame;
    let count = 0;
    for (const item of queue.slice(0, BatchSize)) {
      bytes += sizeOf(item);
      if (count > 0 && bytes > largestEvent) break;
      if (tumbling > 0 && !inWindow(item, firstOf(queue), tumbling)) break;
      count += 1;
    }
    const items = queue.splice(0, count);
    for (const item of items) this.bytes -= sizeOf(item);
    return items;
  }

  private async process(items: readonly T[]): Promise<void> {
    const { host, tumbling } = this;
    const start = windowOf(firstOf(items), tumbling);
    if (tumbling > 0 && !host.window) host.window = { start, state: {} };
    await processBatch(
      {
        mapping: host.mapping,
        shard: host.shard,
        stopped: () => host.stopped(),
        pause: (milliseconds) => host.pause(milliseconds),
        event: (part) => this.event(part),
        finished: (part, answer) => {
          if (tumbling > 0 && answer) host.window = opened(start, stateIn(answer));
          host.finished(part as readonly T[]);
        },
      },
      items,
    );
    this.awaitWindowEnd();
  }

  private event(items: readonly Item[], final = false): string {
    const records = `"Records":[${items.map(({ text }) => text).join(',')}]`;
    const { window, shard } = this.host;
    if (this.tumbling === 0 || !window) return `{${records}}`;
    const { EventSourceArn = '' } = this.settings;
    const members = windowMembers(window, this.tumbling, { shard, streamArn: EventSourceArn, final });
    return `{${records},${JSON.stringify(members).slice(1)}`;
  }

  /** Whether the open window is over: its time has come, or the next record is of a later one. */
  private closesWindow(): boolean {
    const { window } = this.host;
    if (!window || this.tumbling === 0) return false;
    if (window.full) return true;
    if (this.queue.length > 0) return windowOf(firstOf(this.queue), this.tumbling) > window.start;
    return Date.now() >= window.start + this.tumbling;
  }

  /** The last invocation of a window has no records. */
  private async closeWindow(): Promise<void> {
    const { host } = this;
    const { MaximumRetryAttempts: most = -1 } = this.settings;
    for (let failures = 0; !host.stopped(); ) {
      const run = await invoke(host.mapping, this.event([], true));
      if (host.mapping.closing()) return;
      if (finalAnswer(run) || (typeof run !== 'string' && most >= 0 && failures >= most)) {
        host.window = undefined;
        host.keep();
        return;
      }
      await host.pause(pauseAfter(failures++));
    }
  }

  private awaitWindowEnd(): void {
    const { window } = this.host;
    clearTimeout(this.tumblingTimer);
    if (!window || this.tumbling === 0 || this.host.stopped()) return;
    const end = window.start + this.tumbling;
    const ended = () => {
      // A timer may fire a moment early.
      if (Date.now() < end) this.awaitWindowEnd();
      else this.turn();
    };
    this.tumblingTimer = setTimeout(ended, Math.max(0, end - Date.now())).unref();
  }
}

const sizeOf = ({ text }: Item): number => Buffer.byteLength(text) + 1;
