// Reads one shard for a mapping: hands its records to lanes, and keeps the position up to which all are done.
import type { RecordStreams } from '../../../../faces.ts';
import type { ShardPosition } from '../../records.ts';
import { type Filter, filterOf } from '../filter-criteria.ts';
import type { Item } from './batch.ts';
import { Lane, type LaneHost } from './lane.ts';
import { functionOf, type Mapping } from './poller.ts';
import { positionKey, streamsOf } from './positions.ts';
import { filteredMembers, recordText, streamRecord } from './stream-event.ts';
import type { OpenWindow } from './windows.ts';

/** The limit of one read. */
const mostRead = 10_000;

/** The records of one read. The position moves on when all of them are done. */
interface Chunk {
  readonly after: string;
  left: number;
  /** The sequence numbers of those that are done. */
  done: string[];
}

interface ReadItem extends Item {
  readonly chunk: Chunk;
}

export class ShardReader implements LaneHost<ReadItem> {
  readonly mapping: Mapping;
  readonly shard: string;
  window: OpenWindow | undefined;
  private readonly streamArn: string;
  private readonly streams: RecordStreams;
  private readonly filter: Filter | undefined;
  private readonly lanes: Lane<ReadItem>[];
  private readonly chunks: Chunk[] = [];
  /** Records after the position that an earlier poller has finished. */
  private readonly before: ReadonlySet<string>;
  private readonly onEnd: () => void;
  private readonly pauses = new Set<() => void>();
  private place: string;
  private next: string;
  private exhausted = false;
  private over = false;

  /** `onEnd` is called when the shard is closed and all its records are done. */
  constructor(mapping: Mapping, shard: string, onEnd: () => void) {
    const { EventSourceArn = '', ParallelizationFactor = 1, ...settings } = mapping.record.settings;
    this.mapping = mapping;
    this.shard = shard;
    this.streamArn = EventSourceArn;
    this.streams = streamsOf(mapping.state, EventSourceArn);
    this.filter = filterOf(settings.FilterCriteria);
    this.onEnd = onEnd;
    const kept = mapping.state.positions.get(positionKey(mapping.record.id, shard));
    this.place = kept?.place ?? this.streams.place(EventSourceArn, shard, 'TRIM_HORIZON');
    this.next = this.place;
    this.before = new Set(kept?.done);
    this.window = kept?.window;
    // The windows of a shard have one state, so their batches run one after the other.
    const parallel = settings.TumblingWindowInSeconds ? 1 : ParallelizationFactor;
    this.lanes = Array.from({ length: parallel }, () => new Lane(this));
  }

  /** Reads and starts batches, as far as there are records and free lanes. @throws when the stream is gone */
  pump(): void {
    this.fill();
    for (const lane of this.lanes) lane.turn();
  }

  async stop(): Promise<void> {
    this.over = true;
    for (const end of this.pauses) end();
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  stopped(): boolean {
    return this.over;
  }

  pause(milliseconds: number): Promise<void> {
    if (this.over) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds).unref();
      this.pauses.add(end);
    });
  }

  finished(items: readonly ReadItem[]): void {
    for (const { chunk, record } of items) {
      chunk.left -= 1;
      chunk.done.push(record.sequenceNumber);
    }
    this.advance();
    this.keep();
  }

  free(): void {
    if (this.over) return;
    try {
      this.pump();
    } catch {
      // The stream is gone; the poller of the mapping sees it too.
    }
  }

  keep(): void {
    const { place, window, chunks } = this;
    const position: ShardPosition = {
      place,
      done: chunks.flatMap(({ done }) => done),
      ...(window && { window }),
    };
    this.mapping.state.positions.put(this.key, position);
  }

  private get key(): string {
    return positionKey(this.mapping.record.id, this.shard);
  }

  /** Keeps as many records waiting as the lanes take next. */
  private fill(): void {
    const { BatchSize = 100 } = this.mapping.record.settings;
    const most = Math.min(mostRead, BatchSize * this.lanes.length);
    let waiting = this.lanes.reduce((sum, lane) => sum + lane.waiting, 0);
    while (!this.over && !this.exhausted && waiting < most) {
      const { records, place, ended } = this.streams.read(this.streamArn, this.shard, this.next, most);
      const chunk: Chunk = { after: place, left: 0, done: [] };
      for (const record of records) {
        const item = this.itemOf(record, chunk);
        if (!item) continue;
        this.laneOf(record.key).add(item);
        chunk.left += 1;
        waiting += 1;
      }
      this.exhausted = ended;
      if (records.length > 0) this.chunks.push(chunk);
      this.next = place;
      if (records.length === 0) break;
    }
    if (this.advance()) this.keep();
    this.endIfDone();
  }

  /** undefined: it was done before, or the filters do not let it pass. */
  private itemOf(record: Item['record'], chunk: Chunk): ReadItem | undefined {
    if (this.before.has(record.sequenceNumber)) {
      chunk.done.push(record.sequenceNumber);
      return undefined;
    }
    const { streamArn, shard } = this;
    const role = functionOf(this.mapping)?.settings.Role ?? '';
    const shown = streamRecord(record, { streamArn, shard, role });
    if (this.filter && !this.filter(filteredMembers(shown))) return undefined;
    return { record, text: recordText(shown), chunk };
  }

  private laneOf(key: string): Lane<ReadItem> {
    let hash = 0;
    for (const character of key) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 4_294_967_291;
    return this.lanes[hash % this.lanes.length] as Lane<ReadItem>;
  }

  /** Moves the position behind the chunks that are done. Answers whether it moved. */
  private advance(): boolean {
    let moved = false;
    while (this.chunks[0]?.left === 0) {
      this.place = (this.chunks.shift() as Chunk).after;
      moved = true;
    }
    return moved;
  }

  private endIfDone(): void {
    if (!this.exhausted || this.chunks.length > 0 || this.over) return;
    this.over = true;
    this.mapping.state.positions.put(this.key, { place: this.place, done: [], ended: true });
    this.onEnd();
  }
}
