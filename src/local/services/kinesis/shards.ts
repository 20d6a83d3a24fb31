// Shards: list, split, merge, change their number.
import type * as sdk from '@aws-sdk/client-kinesis';
import type { Shard, ShardFilter } from '@aws-sdk/client-kinesis';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { keyIn, page, tokenOf } from '../pages.ts';
import { invalid, notFound, overLimit } from './errors.ts';
import { isOpen, merge, rangeOf, resized, split } from './hash-ranges.ts';
import { partsOf } from './sequence.ts';
import {
  idleStream,
  type KinesisState,
  type ShardRecord,
  type StreamRecord,
  saveStream,
  shardId,
  streamArn,
  streamOf,
  updating,
  wake,
} from './state.ts';

export const shards: Handlers<typeof sdk, KinesisState> = {
  ListShards(input, { state, call }) {
    const { NextToken, ExclusiveStartShardId, MaxResults = 1000, ShardFilter, ...naming } = input;
    new Violations().range(MaxResults, 'maxResults', 1, 10_000).refuse();
    const refused = () => invalid('NextToken is not valid.');
    if (NextToken !== undefined && (naming.StreamName ?? naming.StreamARN) !== undefined) {
      throw invalid('NextToken and StreamName cannot be provided together.');
    }
    const [token, stream] =
      NextToken === undefined
        ? [undefined, streamOf(state, call, naming)]
        : named(state, call, keyIn(NextToken, refused));
    const after = token ?? (ExclusiveStartShardId === undefined ? undefined : tokenOf(ExclusiveStartShardId));
    const asked = stream.shards.filter((shard) => passes(shard, ShardFilter));
    const { items, next } = page(asked, ({ number }) => shardId(number), after, MaxResults, refused);
    return {
      Shards: items.map(shownShard),
      ...(next && { NextToken: tokenOf(`${stream.name}/${keyIn(next, refused)}`) }),
    };
  },

  SplitShard({ ShardToSplit, NewStartingHashKey = '', ...naming }, { state, call }) {
    new Violations()
      .pattern(NewStartingHashKey, 'newStartingHashKey', '0|([1-9]\\d{0,38})')
      .pattern(ShardToSplit, 'shardToSplit', shardPattern)
      .refuse();
    const stream = idleStream(state, call, naming);
    const shard = openShard(stream, ShardToSplit);
    const at = BigInt(NewStartingHashKey);
    const { from, to } = rangeOf(shard);
    if (at <= from + 1n || at >= to) {
      throw invalid(
        `NewStartingHashKey ${at} used in SplitShard() on shard ${shardId(shard.number)} in stream ${stream.name} under account ${stream.account} is not both greater than one plus the shard's StartingHashKey ${from} and less than the shard's EndingHashKey ${to}.`,
      );
    }
    saveShards(state, stream, split(stream.shards, shard, at, Date.now()));
    return {};
  },

  MergeShards({ ShardToMerge, AdjacentShardToMerge, ...naming }, { state, call }) {
    new Violations()
      .pattern(ShardToMerge, 'shardToMerge', shardPattern)
      .pattern(AdjacentShardToMerge, 'adjacentShardToMerge', shardPattern)
      .refuse();
    const stream = idleStream(state, call, naming);
    const pair = [openShard(stream, ShardToMerge), openShard(stream, AdjacentShardToMerge)] as const;
    const [one, other] = pair.map(rangeOf) as [{ from: bigint; to: bigint }, { from: bigint; to: bigint }];
    if (one.to + 1n !== other.from && other.to + 1n !== one.from) {
      throw invalid(
        `Shards ${shardId(pair[0].number)} and ${shardId(pair[1].number)} in stream ${stream.name} under account ${stream.account} are not an adjacent pair of shards eligible for merging`,
      );
    }
    saveShards(state, stream, merge(stream.shards, pair, Date.now()));
    return {};
  },

  UpdateShardCount({ TargetShardCount = 1, ScalingType, ...naming }, { state, call }) {
    new Violations()
      .range(TargetShardCount, 'targetShardCount', 1)
      .oneOf(ScalingType, 'scalingType', ['UNIFORM_SCALING'])
      .refuse();
    const stream = idleStream(state, call, naming);
    const count = stream.shards.filter(isOpen).length;
    const shown = `Current open shard count: ${count} Target shard count: ${TargetShardCount}`;
    if (TargetShardCount > 2 * count) {
      throw overLimit(`UpdateShardCount cannot scale up over double your current open shard count. ${shown}`);
    }
    if (TargetShardCount * 2 < count) {
      throw overLimit(
        `UpdateShardCount cannot scale down below half your current open shard count. ${shown}`,
      );
    }
    saveShards(state, stream, resized(stream.shards, TargetShardCount, Date.now()));
    return {
      StreamName: stream.name,
      StreamARN: streamArn(stream),
      CurrentShardCount: count,
      TargetShardCount,
    };
  },
};

const shardPattern = '[a-zA-Z0-9_.-]+';

export const shownShard = (shard: ShardRecord): Shard => ({
  ShardId: shardId(shard.number),
  ...(shard.parents[0] !== undefined && { ParentShardId: shardId(shard.parents[0]) }),
  ...(shard.parents[1] !== undefined && { AdjacentParentShardId: shardId(shard.parents[1]) }),
  HashKeyRange: { StartingHashKey: shard.startHash, EndingHashKey: shard.endHash },
  SequenceNumberRange: {
    StartingSequenceNumber: shard.start,
    ...(shard.end && { EndingSequenceNumber: shard.end }),
  },
});

/** @throws ResourceNotFoundException */
export function shardNamed(stream: StreamRecord, id: string | undefined): ShardRecord {
  const number = /^(?:shardId-)?(\d{1,12})$/.exec(id ?? '')?.[1];
  const found = number === undefined ? undefined : stream.shards[Number(number)];
  if (found) return found;
  throw notFound(`Shard ${id} in stream ${stream.name} under account ${stream.account} does not exist`);
}

function openShard(stream: StreamRecord, id: string | undefined): ShardRecord {
  const shard = shardNamed(stream, id);
  if (isOpen(shard)) return shard;
  throw invalid(
    `Shard ${shardId(shard.number)} in stream ${stream.name} under account ${stream.account} has already been merged or split, and thus is not eligible for merging or splitting.`,
  );
}

function saveShards(state: KinesisState, stream: StreamRecord, shards: readonly ShardRecord[]): void {
  const changed = updating(state, { ...stream, shards });
  saveStream(state, changed);
  wake(state, changed);
}

/** The place in a token of ListShards: the token of the shard, and its stream. */
function named(
  state: KinesisState,
  call: { account: string; region: string },
  place: string,
): [string, StreamRecord] {
  const at = place.lastIndexOf('/');
  return [tokenOf(place.slice(at + 1)), streamOf(state, call, { StreamName: place.slice(0, at) })];
}

function passes(shard: ShardRecord, { Type, ShardId, Timestamp }: Partial<ShardFilter> = {}): boolean {
  const time = Timestamp?.getTime() ?? 0;
  const closed = shard.end === undefined ? Number.POSITIVE_INFINITY : closedAt(shard.end);
  switch (Type) {
    case 'AFTER_SHARD_ID':
      return shardId(shard.number) > (ShardId ?? '');
    case 'AT_LATEST':
      return isOpen(shard);
    case 'AT_TIMESTAMP':
      return shard.created <= time && closed >= time;
    case 'FROM_TIMESTAMP':
      return closed >= time;
    case 'AT_TRIM_HORIZON':
      return shard.parents.length === 0;
    default:
      return true;
  }
}

function closedAt(end: string): number {
  return (partsOf(end)?.time ?? 0) * 1000;
}
