// Reads the records of a shard from a place on. A place is a text that sorts among the sequence numbers of the shard,
// so it stays valid over restarts.
import type { StreamStart } from '../../faces.ts';
import { lastOf } from './put.ts';
import { indexAt, seconds, sequenceNumber } from './sequence.ts';
import {
  type DataRecord,
  type KinesisState,
  type ShardRecord,
  type StreamRecord,
  shardPrefix,
} from './state.ts';

/** The limit of the records in one answer, in bytes. */
const mostBytes = 10 * 1024 * 1024;

export interface Found extends DataRecord {
  readonly sequenceNumber: string;
}

export interface Reading {
  readonly records: readonly Found[];
  readonly place: string;
  /** The shard is closed, and nothing follows. */
  readonly ended: boolean;
  /** Milliseconds between the newest record and the last one read. */
  readonly behind: number;
}

export const at = (sequence: string): string => sequence;
/** A longer text sorts directly after the sequence number itself. */
export const after = (sequence: string): string => `${sequence}+`;

export function startIn(
  state: KinesisState,
  stream: StreamRecord,
  shard: ShardRecord,
  start: StreamStart,
): string {
  if (start === 'TRIM_HORIZON') return '';
  const [created, number] = [seconds(shard.created), shard.number];
  if (start === 'LATEST') {
    const { index, arrived } = lastOf(state, stream, shard);
    return after(
      sequenceNumber({
        shardCreated: created,
        shard: number,
        index,
        time: seconds(arrived || shard.created),
      }),
    );
  }
  return sequenceNumber({
    shardCreated: created,
    shard: number,
    index: indexAt(Math.max(0, start.time)),
    time: 0,
  });
}

export function readFrom(
  state: KinesisState,
  stream: StreamRecord,
  shard: ShardRecord,
  place: string,
  most: number,
): Reading {
  const prefix = shardPrefix(stream, shard.number);
  const horizon = Date.now() - stream.retentionHours * 3600_000;
  const oldest = startIn(state, stream, shard, { time: horizon });
  const start = place > oldest ? place : oldest;
  const records: Found[] = [];
  let bytes = 0;
  let more = false;
  for (const [key, record] of state.records.entries(prefix, { start: prefix + start, limit: most + 1 })) {
    bytes += record.data.length;
    if (records.length === most || (records.length > 0 && bytes > mostBytes)) {
      more = true;
      break;
    }
    records.push({ ...record, sequenceNumber: key.slice(prefix.length) });
  }
  const last = records.at(-1);
  const newest = more ? lastOf(state, stream, shard).arrived : 0;
  return {
    records,
    place: last ? after(last.sequenceNumber) : place,
    ended: shard.end !== undefined && !more,
    behind: more && last ? Math.max(0, newest - last.arrived) : 0,
  };
}
