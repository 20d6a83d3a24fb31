// Starts a poller for each enabled mapping, and stops it when the mapping changes.
import type { MappingRecord } from '../../records.ts';
import type { LambdaState } from '../../state.ts';
import type { Mapping, Poller } from './poller.ts';
import { forgetPositions } from './positions.ts';
import { pollQueue } from './queue-poller.ts';
import { pollStream } from './stream-poller.ts';

/** By the service in the ARN of the source. Mappings of other sources are kept, and nothing polls for them. */
const kinds: Readonly<Record<string, (mapping: Mapping) => Poller>> = {
  sqs: pollQueue,
  kinesis: pollStream,
  dynamodb: pollStream,
};

export class Pollers {
  private readonly state: () => LambdaState;
  private readonly running = new Map<string, Poller>();
  /** For each mapping, the end of its earlier pollers. */
  private readonly stopping = new Map<string, Promise<void>>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private closed = false;

  constructor(state: () => LambdaState) {
    this.state = state;
  }

  /** A mapping was created, changed or removed. `key`: that of its record. */
  changed(key: string): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
    if (this.closed) return;
    const record = this.state().mappings.get(key);
    const { transition } = record ?? {};
    const pause = transition ? transition.until - Date.now() : 0;
    const ends = !record?.enabled || transition?.state === 'Deleting';
    if (ends) this.stop(key);
    if (!record || (transition?.state === 'Deleting' && pause <= 0)) return void this.forget(key);
    if (pause > 0) this.later(key, pause);
    else if (!ends) this.restart(key, record);
  }

  /** Polls again for the mappings that an earlier server left. */
  resume(): void {
    for (const [key] of this.state().mappings.entries()) this.changed(key);
  }

  /** Does not wait for functions that still run: their batches are delivered again. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const poller of this.running.values()) void poller.stop();
  }

  private later(key: string, pause: number): void {
    const timer = setTimeout(() => this.changed(key), pause);
    timer.unref();
    this.timers.set(key, timer);
  }

  private stop(key: string): void {
    const poller = this.running.get(key);
    if (!poller) return;
    this.running.delete(key);
    const earlier = this.stopping.get(key);
    const stopped = Promise.all([earlier, poller.stop()]).then(() => {
      if (this.stopping.get(key) === stopped) this.stopping.delete(key);
    });
    this.stopping.set(key, stopped);
  }

  /** The mapping was removed. */
  private async forget(key: string): Promise<void> {
    const id = key.slice(key.lastIndexOf('/') + 1);
    await this.stopping.get(key);
    this.state().mappings.remove(key);
    forgetPositions(this.state(), id);
  }

  /** Two pollers of a mapping never run at the same time: they would deliver records out of order. */
  private restart(key: string, record: MappingRecord): void {
    this.stop(key);
    const stopping = this.stopping.get(key);
    if (stopping) void stopping.then(() => this.changed(key));
    else this.start(key, record);
  }

  private start(key: string, record: MappingRecord): void {
    const service = record.settings.EventSourceArn?.split(':')[2] ?? '';
    const poller = kinds[service]?.({
      state: this.state(),
      record,
      closing: () => this.closed,
      tell: (result) => this.tell(key, result),
    });
    if (poller) this.running.set(key, poller);
  }

  private tell(key: string, LastProcessingResult: string): void {
    const { mappings } = this.state();
    const record = mappings.get(key);
    if (!record || record.settings.LastProcessingResult === LastProcessingResult) return;
    mappings.put(key, { ...record, settings: { ...record.settings, LastProcessingResult } });
  }
}
