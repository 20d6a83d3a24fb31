// Reads a queue in batches and invokes the function with them. What the function has processed is deleted; everything
// else becomes visible again in the queue.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
import type { Queues, ReceivedMessage } from '../../../../faces.ts';
import { noticeOnce } from '../../../../notices.ts';
import { type Filter, filterOf, parsedText } from '../filter-criteria.ts';
import { reportedFailures } from '../report.ts';
import {
  eventFrame,
  functionOf,
  inParts,
  invoke,
  largestEvent,
  type Mapping,
  type Poller,
} from './poller.ts';
import { queueRecord } from './queue-event.ts';

/** The most messages of one receive. */
const mostReceived = 10;
/** The number of batches that run at the same time: at first, and at most. AWS goes up to 1250; a laptop cannot. */
const firstBatches = 5;
const mostBatches = 32;
/** Batches that AWS adds in each second while messages wait. */
const growth = 5;
/** Milliseconds without new batches, and without more of them than before, after the function was throttled. */
const throttlePause = 1000;
const throttledFor = 10_000;
/** Milliseconds until the queue or the function is looked for again, when it is not there: doubled each time. */
const absencePause = 1000;
const longestAbsence = 10_000;

interface Item {
  readonly message: ReceivedMessage;
  /** The record as JSON. */
  readonly text: string;
}

export const pollQueue = (mapping: Mapping): Poller => new QueuePoller(mapping);

class QueuePoller implements Poller {
  private readonly mapping: Mapping;
  private readonly queueArn: string;
  private readonly size: number;
  /** Milliseconds. */
  private readonly window: number;
  private readonly reports: boolean;
  private readonly filter: Filter | undefined;
  private readonly running = new Set<Promise<void>>();
  /** The batch that is being collected in a window, by message id. */
  private collected = new Map<string, Item>();
  private collectedBytes = 0;
  private windowTimer: NodeJS.Timeout | undefined;
  private windowOver = false;
  private pauseTimer: NodeJS.Timeout | undefined;
  private endWatch: (() => void) | undefined;
  /** How many batches may run at the same time, and since when (epoch milliseconds) there was always one to start. */
  private limit: number;
  private busySince: number | undefined;
  /** How often the queue or the function was not there. */
  private absences = 0;
  private pumping = false;
  private stopped = false;

  constructor(mapping: Mapping) {
    const { settings } = mapping.record;
    this.mapping = mapping;
    this.queueArn = settings.EventSourceArn ?? '';
    this.size = settings.BatchSize ?? mostReceived;
    this.window = (settings.MaximumBatchingWindowInSeconds ?? 0) * 1000;
    this.reports = settings.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
    this.filter = filterOf(settings.FilterCriteria);
    this.limit = Math.min(firstBatches, this.mostBatches);
    this.watch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endWatch?.();
    clearTimeout(this.windowTimer);
    clearTimeout(this.pauseTimer);
    await Promise.all(this.running);
  }

  private get mostBatches(): number {
    return this.mapping.record.settings.ScalingConfig?.MaximumConcurrency ?? mostBatches;
  }

  private get queues(): Queues {
    return this.mapping.state.host.face('queues');
  }

  private watch(): void {
    if (this.stopped) return;
    try {
      this.endWatch = this.queues.watch(this.queueArn, () => this.pump());
    } catch {
      this.lost();
    }
  }

  /** The queue does not exist. It may come back. */
  private lost(): void {
    noticeOnce(
      `An event source mapping of ${this.mapping.record.functionArn} waits: ${this.queueArn} does not exist`,
    );
    this.endWatch?.();
    this.endWatch = undefined;
    this.absent();
  }

  private absent(): void {
    this.pause(Math.min(absencePause * 2 ** Math.min(this.absences++, 10), longestAbsence));
  }

  private pause(milliseconds: number): void {
    clearTimeout(this.pauseTimer);
    this.pauseTimer = setTimeout(() => {
      this.pauseTimer = undefined;
      if (this.endWatch) this.pump();
      else this.watch();
    }, milliseconds).unref();
  }

  /** Starts batches while there are messages, and room for batches. */
  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    try {
      this.flush();
      while (!this.stopped && this.pauseTimer === undefined && this.hasRoom()) {
        if (!functionOf(this.mapping)) {
          this.absent();
          return;
        }
        const messages = this.queues.receive(this.queueArn, this.wanted());
        this.absences = 0;
        if (messages.length === 0) {
          this.busySince = undefined;
          return;
        }
        this.take(messages);
      }
    } catch {
      this.lost();
    } finally {
      this.pumping = false;
    }
  }

  private wanted(): number {
    return Math.min(mostReceived, this.size - this.collected.size);
  }

  private hasRoom(): boolean {
    if (this.running.size < this.limit) return true;
    // More pollers are added while messages wait.
    const now = Date.now();
    this.busySince ??= now;
    const more = Math.floor(((now - this.busySince) / 1000) * growth);
    if (more > 0) {
      this.limit = Math.min(this.mostBatches, this.limit + more);
      this.busySince = now;
    }
    return this.running.size < this.limit;
  }

  private take(messages: readonly ReceivedMessage[]): void {
    const { filter, queueArn } = this;
    const records = messages.map((message) => {
      const record = queueRecord(message, queueArn, this.window > 0);
      return { message, record, passes: filter?.({ ...record, body: parsedText(message.body) }) ?? true };
    });
    const filtered = records.filter(({ passes }) => !passes);
    if (filtered.length > 0) this.remove(filtered.map(({ message }) => message));
    const items = records
      .filter(({ passes }) => passes)
      .map(({ message, record }): Item => ({ message, text: JSON.stringify(record) }));
    if (this.window > 0) this.collect(items);
    else this.dispatch(items);
  }

  private collect(items: readonly Item[]): void {
    for (const item of items) {
      // A message whose visibility timeout ended meanwhile is received again: its newest handle counts.
      this.collectedBytes += sizeOf(item) - sizeOf(this.collected.get(item.message.messageId));
      this.collected.set(item.message.messageId, item);
    }
    if (this.collected.size === 0) return;
    this.windowTimer ??= setTimeout(() => {
      this.windowOver = true;
      this.pump();
    }, this.window).unref();
    this.flush();
  }

  /** Runs the collected batch, when it is complete or its window is over. */
  private flush(): void {
    const full = this.collected.size >= this.size || this.collectedBytes + eventFrame >= largestEvent;
    if (!(full || this.windowOver) || this.stopped || !this.hasRoom()) return;
    const items = [...this.collected.values()];
    this.collected = new Map();
    this.collectedBytes = 0;
    clearTimeout(this.windowTimer);
    this.windowTimer = undefined;
    this.windowOver = false;
    this.dispatch(items);
  }

  private dispatch(items: readonly Item[]): void {
    for (const part of inParts(items, sizeOf)) {
      const run = this.run(part).finally(() => {
        this.running.delete(run);
        this.pump();
      });
      this.running.add(run);
    }
  }

  private async run(items: readonly Item[]): Promise<void> {
    const { mapping } = this;
    const result = await invoke(mapping, `{"Records":[${items.map(({ text }) => text).join(',')}]}`);
    if (mapping.closing()) return;
    if (result === 'throttled') {
      this.limit = Math.max(1, this.running.size - 1);
      this.busySince = Date.now() + throttledFor;
      this.pause(throttlePause);
    }
    if (typeof result === 'string' || result.failed) return;
    const messages = items.map(({ message }) => message);
    if (!this.reports) return this.remove(messages);
    const failed = reportedFailures(result.payload, new Set(messages.map(({ messageId }) => messageId)));
    if (failed !== 'all') this.remove(messages.filter(({ messageId }) => !failed.has(messageId)));
  }

  private remove(messages: readonly ReceivedMessage[]): void {
    this.queues.remove(
      this.queueArn,
      messages.map(({ receiptHandle }) => receiptHandle),
    );
  }
}

const sizeOf = (item: Item | undefined): number => (item ? Buffer.byteLength(item.text) + 1 : 0);
