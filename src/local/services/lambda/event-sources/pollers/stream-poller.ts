// Reads all shards of a stream for a mapping, each by a reader of its own. A shard is read after its parents.
import type { StreamShard } from '../../../../faces.ts';
import type { Mapping, Poller } from './poller.ts';
import { forgetPositions, positionKey, streamsOf } from './positions.ts';
import { ShardReader } from './shard-reader.ts';

export const pollStream = (mapping: Mapping): Poller => new StreamPoller(mapping);

class StreamPoller implements Poller {
  private readonly mapping: Mapping;
  private readonly streamArn: string;
  private readonly readers = new Map<string, ShardReader>();
  private readonly ending = new Set<Promise<void>>();
  private readonly endWatch: () => void;
  private told: NodeJS.Immediate | undefined;
  private stopped = false;

  constructor(mapping: Mapping) {
    this.mapping = mapping;
    this.streamArn = mapping.record.settings.EventSourceArn ?? '';
    this.endWatch = streamsOf(mapping.state, this.streamArn).watch(this.streamArn, () => this.wake());
    this.wake();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.endWatch();
    clearImmediate(this.told);
    this.endReaders();
    await Promise.all(this.ending);
  }

  /** Many changes in one turn are looked at once. */
  private wake(): void {
    if (this.stopped) return;
    this.told ??= setImmediate(() => {
      this.told = undefined;
      this.look();
    });
  }

  private look(): void {
    const { state, record } = this.mapping;
    try {
      const described = streamsOf(state, this.streamArn).describe(this.streamArn);
      if (!described) {
        // A stream of this name that is created later has other records.
        this.endReaders();
        forgetPositions(state, record.id);
        return;
      }
      for (const shard of described.shards) {
        if (this.isReady(shard, described.shards)) this.readerOf(shard.id).pump();
      }
    } catch {
      // The stream was deleted meanwhile.
      this.endReaders();
    }
  }

  private isReady({ id, parents }: StreamShard, all: readonly StreamShard[]): boolean {
    if (this.readers.has(id)) return true;
    return (
      !this.hasEnded(id) &&
      parents.every((parent) => !all.some((shard) => shard.id === parent) || this.hasEnded(parent))
    );
  }

  private hasEnded(shard: string): boolean {
    const { state, record } = this.mapping;
    return state.positions.get(positionKey(record.id, shard))?.ended ?? false;
  }

  private readerOf(shard: string): ShardReader {
    let reader = this.readers.get(shard);
    if (!reader) {
      reader = new ShardReader(this.mapping, shard, () => {
        this.readers.delete(shard);
        this.wake();
      });
      this.readers.set(shard, reader);
    }
    return reader;
  }

  private endReaders(): void {
    for (const reader of this.readers.values()) {
      const ended = reader.stop().finally(() => this.ending.delete(ended));
      this.ending.add(ended);
    }
    this.readers.clear();
  }
}
