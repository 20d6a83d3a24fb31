// Consumers of streams with a throughput of their own, and the events that they get pushed.
import type * as sdk from '@aws-sdk/client-kinesis';
import type { Consumer, SubscribeToShardEventStream } from '@aws-sdk/client-kinesis';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { page } from '../pages.ts';
import { inUse, invalid, notFound, overLimit } from './errors.ts';
import { childrenAtEnd, iteratorTypes, placeIn, shownRecords } from './iterators.ts';
import { readFrom } from './read.ts';
import { continuationOf } from './sequence.ts';
import { shardNamed } from './shards.ts';
import {
  type ConsumerRecord,
  findStream,
  type KinesisState,
  namePattern,
  placeInArn,
  type ShardRecord,
  type StreamRecord,
  streamArn,
  streamKey,
  streamOf,
} from './state.ts';
import { checkTags } from './tag-rules.ts';
import { watch } from './watch.ts';

const mostConsumers = 20;
/** Milliseconds. */
const longestSubscription = 300_000;
/** Milliseconds after which an event without records says that the subscription lives. */
const heartbeat = 5000;

export const consumers: Handlers<typeof sdk, KinesisState> = {
  RegisterStreamConsumer({ StreamARN, ConsumerName = '', Tags = {} }, { state, call }) {
    new Violations()
      .length(ConsumerName, 'consumerName', 128, 1)
      .pattern(ConsumerName, 'consumerName', namePattern)
      .refuse();
    checkTags(Tags);
    const stream = streamOf(state, call, { StreamARN });
    const known = consumersOf(state, stream);
    if (known.some(([, { name }]) => name === ConsumerName)) {
      throw inUse(
        `Consumer ${ConsumerName} under stream ${stream.name} already exists for account ${stream.account}.`,
      );
    }
    if (known.length >= mostConsumers) {
      throw overLimit(`A stream can have at most ${mostConsumers} consumers.`);
    }
    const created = Date.now();
    const arn = `${streamArn(stream)}/consumer/${ConsumerName}:${Math.floor(created / 1000)}`;
    const record = { name: ConsumerName, arn, streamArn: streamArn(stream), created, tags: Tags };
    state.consumers.put(`${streamKey(stream, stream.name)}/${ConsumerName}`, record);
    return { Consumer: { ...shownConsumer(record), ConsumerStatus: 'CREATING' } };
  },

  DescribeStreamConsumer(input, { state, call }) {
    const [, record] = consumerOf(state, call, input);
    return { ConsumerDescription: { ...shownConsumer(record), StreamARN: record.streamArn } };
  },

  ListStreamConsumers({ StreamARN, NextToken, MaxResults = 100 }, { state, call }) {
    new Violations().range(MaxResults, 'maxResults', 1, 10_000).refuse();
    const records = consumersOf(state, streamOf(state, call, { StreamARN })).map(([, record]) => record);
    const refused = () => invalid('NextToken is not valid.');
    const { items, next } = page(records, ({ name }) => name, NextToken, MaxResults, refused);
    return { Consumers: items.map(shownConsumer), ...(next && { NextToken: next }) };
  },

  DeregisterStreamConsumer(input, { state, call }) {
    const [key, { arn }] = consumerOf(state, call, input);
    state.consumers.remove(key);
    state.policies.remove(arn);
    return {};
  },

  SubscribeToShard({ ConsumerARN, ShardId, StartingPosition }, { state, call }) {
    new Violations().oneOf(StartingPosition?.Type, 'startingPosition.type', iteratorTypes).refuse();
    const [, { streamArn: StreamARN }] = consumerOf(state, call, { ConsumerARN });
    const stream = streamOf(state, call, { StreamARN });
    const shard = shardNamed(stream, ShardId);
    const place = placeIn(state, stream, shard, { ...StartingPosition, Type: StartingPosition?.Type });
    return { EventStream: pushed(state, stream, shard, place, call.signal) };
  },
};

/** Events with the records of a shard, until five minutes are over, the shard ends, or the client is gone. */
async function* pushed(
  state: KinesisState,
  first: StreamRecord,
  { number }: ShardRecord,
  start: string,
  signal: AbortSignal,
): AsyncGenerator<SubscribeToShardEventStream> {
  const end = Date.now() + longestSubscription;
  let place = start;
  let sequence = '';
  while (!signal.aborted && Date.now() < end) {
    const news = nextNews(state, first, signal);
    const stream = findStream(state, first);
    const shard = stream?.shards[number];
    if (!stream || !shard || stream.id !== first.id) {
      news.stop();
      throw notFound(`Stream ${first.name} under account ${first.account} not found.`);
    }
    const reading = readFrom(state, stream, shard, place, 10_000);
    place = reading.place;
    sequence = reading.records.at(-1)?.sequenceNumber ?? sequence;
    yield {
      SubscribeToShardEvent: {
        Records: shownRecords(stream, reading.records),
        ContinuationSequenceNumber: continuationOf(sequence || shard.start),
        MillisBehindLatest: reading.behind,
        ...childrenAtEnd(stream, shard, reading),
      },
    };
    if (reading.ended) return news.stop();
    if (reading.behind > 0) news.stop();
    else await news.come;
  }
}

/** Resolves with the next change of the stream, with the next heartbeat, or when the client is gone. */
function nextNews(
  state: KinesisState,
  stream: StreamRecord,
  signal: AbortSignal,
): { come: Promise<void>; stop(): void } {
  let stop = () => {};
  const come = new Promise<void>((resolve) => {
    const timer = setTimeout(() => stop(), heartbeat).unref();
    const end = watch(state, streamArn(stream), () => stop());
    stop = () => {
      clearTimeout(timer);
      end();
      signal.removeEventListener('abort', stop);
      resolve();
    };
    signal.addEventListener('abort', stop);
  });
  return { come, stop: () => stop() };
}

/** The consumers of a stream, with their keys. */
export function consumersOf(state: KinesisState, stream: StreamRecord): [string, ConsumerRecord][] {
  return [...state.consumers.entries(`${streamKey(stream, stream.name)}/`)];
}

/** @throws ResourceNotFoundException, InvalidArgumentException */
export function consumerOf(
  state: KinesisState,
  call: Call,
  naming: { StreamARN?: string; ConsumerName?: string; ConsumerARN?: string | undefined },
): [string, ConsumerRecord] {
  const { StreamARN, ConsumerName, ConsumerARN } = naming;
  if (ConsumerARN === undefined && (StreamARN === undefined || ConsumerName === undefined)) {
    throw invalid('Either ConsumerARN or both StreamARN and ConsumerName must be provided.');
  }
  const { account, region, name } = placeInArn(ConsumerARN ?? StreamARN ?? '');
  const stream = account === call.account ? findStream(state, { account, region, name }) : undefined;
  const found = (stream ? consumersOf(state, stream) : []).find(([, record]) =>
    ConsumerARN === undefined ? record.name === ConsumerName : record.arn === ConsumerARN,
  );
  if (found) return found;
  throw notFound(
    ConsumerARN === undefined
      ? `Consumer ${ConsumerName}, account ${call.account} not found.`
      : `Consumer ${ConsumerARN} not found.`,
  );
}

const shownConsumer = ({ name, arn, created }: ConsumerRecord): Consumer => ({
  ConsumerName: name,
  ConsumerARN: arn,
  ConsumerStatus: 'ACTIVE',
  ConsumerCreationTimestamp: new Date(created),
});
