// Streams of tables and time: records that are no longer kept, iterators that have expired, streams that have ended.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { compose } from '../../../../src/local/compose.ts';
import { createDynamoService } from '../../../../src/local/services/dynamodb/service.ts';
import { createDynamoStreamsService } from '../../../../src/local/services/dynamodbstreams/service.ts';
import { callerOf } from '../../call.ts';
import { surroundings } from '../../composed.ts';
import { refusal } from './fixture.ts';

const TableName = 'users';
const minute = 60_000;
const hour = 60 * minute;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2025-06-01T00:00:00Z'), toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

async function withStream() {
  const local = compose({ createDynamoService, createDynamoStreamsService }, surroundings());
  const ask = callerOf(local.of(createDynamoService));
  const streams = callerOf(local.of(createDynamoStreamsService));
  const { TableDescription } = await ask('CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  });
  const StreamArn = TableDescription?.LatestStreamArn ?? '';
  const { StreamDescription } = await streams('DescribeStream', { StreamArn });
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const put = (id: string) => ask('PutItem', { TableName, Item: { id: { S: id } } });
  const iterator = async (
    more: { ShardIteratorType?: 'AFTER_SEQUENCE_NUMBER'; SequenceNumber?: string } = {},
  ) => {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' as const, ...more };
    return (await streams('GetShardIterator', input)).ShardIterator;
  };
  const records = async (ShardIterator: string | undefined) =>
    (await streams('GetRecords', { ShardIterator })).Records ?? [];
  const read = async (from: string | undefined) =>
    (await records(from)).map(({ dynamodb }) => dynamodb?.Keys?.id?.S);
  return { ask, streams, put, iterator, records, read, StreamArn };
}

it('a record is kept for 24 hours; then no reader sees it', async () => {
  const { put, iterator, records, read } = await withStream();
  await put('old');
  const [old] = await records(await iterator());
  pass(24 * hour - minute);
  await put('young');
  expect(await read(await iterator())).toEqual(['old', 'young']);
  pass(2 * minute);
  expect(await read(await iterator())).toEqual(['young']);
  const SequenceNumber = old?.dynamodb?.SequenceNumber ?? '';
  expect(await refusal(iterator({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber }))).toMatch(
    /^TrimmedDataAccessException/,
  );
  await put('new');
  expect(await read(await iterator())).toEqual(['young', 'new']);
});

it('an iterator is valid for 15 minutes', async () => {
  const { put, iterator, read } = await withStream();
  await put('x');
  const one = await iterator();
  pass(15 * minute);
  expect(await read(one)).toEqual(['x']);
  pass(1);
  expect(await refusal(read(one))).toMatch(/^ExpiredIteratorException: /);
});

it('a stream that was turned off can be read for 24 hours', async () => {
  const { ask, streams, put, iterator, read, StreamArn } = await withStream();
  pass(hour);
  await put('last');
  await ask('UpdateTable', { TableName, StreamSpecification: { StreamEnabled: false } });
  pass(23 * hour);
  expect(await read(await iterator())).toEqual(['last']);
  pass(hour + 1);
  expect(await refusal(streams('DescribeStream', { StreamArn }))).toBe(
    `ResourceNotFoundException: Requested resource not found: Stream: ${StreamArn} not found`,
  );
});
