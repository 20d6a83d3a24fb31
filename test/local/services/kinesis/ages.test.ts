// Kinesis and time: records that are no longer kept, and iterators that have expired.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createKinesisService } from '../../../../src/local/services/kinesis/service.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';
import { said } from './fixture.ts';

const StreamName = 's';
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
  const service = alone(createKinesisService);
  const ask = callerOf(service);
  await ask('CreateStream', { StreamName, ShardCount: 1 });
  const put = (data: string) => ask('PutRecord', { StreamName, Data: Buffer.from(data), PartitionKey: 'k' });
  const iterator = async () =>
    (
      await ask('GetShardIterator', {
        StreamName,
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'TRIM_HORIZON',
      })
    ).ShardIterator;
  const read = async (ShardIterator: string | undefined) =>
    ((await ask('GetRecords', { ShardIterator })).Records ?? []).map(({ Data }) =>
      Buffer.from(Data ?? []).toString(),
    );
  return { ask, put, iterator, read, records: service.state.records };
}

it('a record is kept for 24 hours; then readers do not see it, and the next record removes it', async () => {
  const { put, iterator, read, records } = await withStream();
  await put('old');
  pass(24 * hour - minute);
  await put('young');
  expect(await read(await iterator())).toEqual(['old', 'young']);
  pass(2 * minute);
  expect(await read(await iterator())).toEqual(['young']);
  expect([...records.entries('')]).toHaveLength(2);
  await put('new');
  expect([...records.entries('')]).toHaveLength(2);
  expect(await read(await iterator())).toEqual(['young', 'new']);
});

it('a longer retention keeps the records that are there already', async () => {
  const { ask, put, iterator, read } = await withStream();
  await put('old');
  pass(23 * hour);
  await ask('IncreaseStreamRetentionPeriod', { StreamName, RetentionPeriodHours: 48 });
  pass(24 * hour);
  expect(await read(await iterator())).toEqual(['old']);
  pass(2 * hour);
  expect(await read(await iterator())).toEqual([]);
});

it('an iterator is valid for five minutes', async () => {
  const { put, iterator, read } = await withStream();
  await put('x');
  const one = await iterator();
  pass(5 * minute);
  expect(await read(one)).toEqual(['x']);
  pass(1);
  expect(await said(read(one))).toBe(
    'ExpiredIteratorException: Iterator expired. The iterator was created at time Sun, 01 Jun 2025 00:00:00 GMT while right now it is Sun, 01 Jun 2025 00:05:00 GMT which is further in the future than the tolerated delay of 300000 milliseconds.',
  );
});
