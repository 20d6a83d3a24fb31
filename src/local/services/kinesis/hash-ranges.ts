// The ranges of hash keys that shards cover, and how shards are split and merged.
import { createHash } from 'node:crypto';
import { endOf, seconds, sequenceNumber } from './sequence.ts';
import type { ShardRecord } from './state.ts';

const allKeys = 1n << 128n;

/** Shards that share all hash keys equally. */
export function uniformShards(count: number, created: number): ShardRecord[] {
  return uniformRanges(count).map((range, number) => newShard(number, range, created, []));
}

interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

export function uniformRanges(count: number): Range[] {
  const size = allKeys / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    from: size * BigInt(index),
    to: index === count - 1 ? allKeys - 1n : size * BigInt(index + 1) - 1n,
  }));
}

function newShard(
  number: number,
  { from, to }: Range,
  created: number,
  parents: readonly number[],
): ShardRecord {
  const start = sequenceNumber({
    shardCreated: seconds(created),
    shard: number,
    index: 0n,
    time: seconds(created),
  });
  return { number, created, startHash: String(from), endHash: String(to), start, parents };
}

export const rangeOf = ({ startHash, endHash }: ShardRecord): Range => ({
  from: BigInt(startHash),
  to: BigInt(endHash),
});

export const isOpen = ({ end }: ShardRecord): boolean => end === undefined;

/** The hash key of a partition key: its MD5. */
export const hashOf = (partitionKey: string): bigint =>
  BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);

/** The open shard for a hash key. */
export function shardFor(shards: readonly ShardRecord[], hash: bigint): ShardRecord {
  const found = shards.find((shard) => {
    if (!isOpen(shard)) return false;
    const { from, to } = rangeOf(shard);
    return hash >= from && hash <= to;
  });
  if (!found) throw new Error(`no shard covers the hash key ${hash}`);
  return found;
}

/** A time in a later second than that of any shard's creation, as sequence numbers of children must be greater. */
const after = (shards: readonly ShardRecord[], now: number): number =>
  Math.max(now, ...shards.map(({ created }) => created + 1000));

/** Closes a shard and adds two that share its range; the second begins at `at`. */
export function split(
  shards: readonly ShardRecord[],
  shard: ShardRecord,
  at: bigint,
  now: number,
): ShardRecord[] {
  const { from, to } = rangeOf(shard);
  return replaced(
    shards,
    [shard],
    [
      { from, to: at - 1n },
      { from: at, to },
    ],
    now,
  );
}

/** Closes two neighbours and adds one with the range of both. */
export function merge(
  shards: readonly ShardRecord[],
  [one, other]: readonly [ShardRecord, ShardRecord],
  now: number,
): ShardRecord[] {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  const range = { from: a.from < b.from ? a.from : b.from, to: a.to > b.to ? a.to : b.to };
  return replaced(shards, [one, other], [range], now);
}

function replaced(
  shards: readonly ShardRecord[],
  parents: readonly ShardRecord[],
  ranges: readonly Range[],
  now: number,
): ShardRecord[] {
  const closed = shards.map((shard) =>
    parents.some(({ number }) => number === shard.number) ? { ...shard, end: endOf(shard, now) } : shard,
  );
  const created = after(parents, now);
  const numbers = parents.map(({ number }) => number);
  const children = ranges.map((range, index) => newShard(shards.length + index, range, created, numbers));
  return [...closed, ...children];
}

/** Splits and merges until this many open shards share all hash keys equally, as AWS does. */
export function resized(shards: readonly ShardRecord[], count: number, now: number): ShardRecord[] {
  let all = [...shards];
  const targets = uniformRanges(count);
  for (const { from } of targets.slice(1)) {
    const shard = shardFor(all, from);
    if (BigInt(shard.startHash) < from) all = split(all, shard, from, now);
  }
  for (const { from, to } of targets) {
    for (;;) {
      const first = shardFor(all, from);
      const end = BigInt(first.endHash);
      if (end >= to) break;
      all = merge(all, [first, shardFor(all, end + 1n)], now);
    }
  }
  return all;
}
