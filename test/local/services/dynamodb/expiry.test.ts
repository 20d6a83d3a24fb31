// Items with a time to live: they are removed soon after it, also over restarts, and their stream says why.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RecordStreams } from '../../../../src/local/faces.ts';
import { createDynamoService } from '../../../../src/local/services/dynamodb/service.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';

const TableName = 'sessions';
const second = 1000;
const hour = 60 * 60 * second;

beforeEach(() => {
  vi.useFakeTimers({
    now: Date.parse('2025-06-01T00:00:00Z'),
    toFake: ['setTimeout', 'clearTimeout', 'Date'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

function start(store = memoryStore()) {
  const service = alone(createDynamoService, { store });
  return { service, store, ask: callerOf(service) };
}

async function withTable() {
  const local = start();
  const { TableDescription } = await local.ask('CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
  });
  return { ...local, stream: TableDescription?.LatestStreamArn ?? '' };
}

type Ask = ReturnType<typeof start>['ask'];
const enable = (ask: Ask) =>
  ask('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } });
const put = (ask: Ask, id: string, due?: number | string) =>
  ask('PutItem', {
    TableName,
    Item: { id: { S: id }, ...(due !== undefined && { ttl: { N: String(due) } }) },
  });
const ids = async (ask: Ask) => (await ask('Scan', { TableName })).Items?.map(({ id }) => id?.S).toSorted();
const inSeconds = (more: number) => Math.floor((Date.now() + more) / second);

it('removes an item when its time has come, and nothing else', async () => {
  const { ask } = await withTable();
  await enable(ask);
  await put(ask, 'soon', inSeconds(hour));
  await put(ask, 'later', inSeconds(2 * hour));
  await put(ask, 'never');
  await put(ask, 'long ago', inSeconds(-6 * 365 * 24 * hour));
  await put(ask, 'milliseconds', Date.now());
  await vi.advanceTimersByTimeAsync(hour - second);
  expect(await ids(ask)).toEqual(['later', 'long ago', 'milliseconds', 'never', 'soon']);
  await vi.advanceTimersByTimeAsync(2 * second);
  expect(await ids(ask)).toEqual(['later', 'long ago', 'milliseconds', 'never']);
  await vi.advanceTimersByTimeAsync(hour);
  expect(await ids(ask)).toEqual(['long ago', 'milliseconds', 'never']);
});

it('marks the record of the removal', async () => {
  const { ask, service, stream } = await withTable();
  await enable(ask);
  await put(ask, 'a', inSeconds(second));
  await vi.advanceTimersByTimeAsync(5 * second);
  const face = service.faces?.tableStreams as RecordStreams;
  const shard = face.describe(stream)?.shards[0]?.id ?? '';
  const { records } = face.read(stream, shard, face.place(stream, shard, 'TRIM_HORIZON'), 10);
  expect(records.map(({ event }) => [event.eventName, event.userIdentity])).toEqual([
    ['INSERT', undefined],
    ['REMOVE', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }],
  ]);
});

it('follows changes of the time', async () => {
  const { ask } = await withTable();
  await enable(ask);
  await put(ask, 'prolonged', inSeconds(hour));
  await put(ask, 'prolonged', inSeconds(3 * hour));
  await put(ask, 'shortened', inSeconds(3 * hour));
  await put(ask, 'shortened', inSeconds(hour));
  await put(ask, 'kept', inSeconds(hour));
  await put(ask, 'kept');
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect(await ids(ask)).toEqual(['kept', 'prolonged']);
});

it('counts for items that were there before it was turned on', async () => {
  const { ask } = await withTable();
  await put(ask, 'a', inSeconds(hour));
  expect(vi.getTimerCount()).toBe(0);
  await enable(ask);
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect(await ids(ask)).toEqual([]);
});

it('ends when it is turned off', async () => {
  const { ask } = await withTable();
  await enable(ask);
  await put(ask, 'a', inSeconds(hour));
  await ask('UpdateTimeToLive', {
    TableName,
    TimeToLiveSpecification: { Enabled: false, AttributeName: 'ttl' },
  });
  await vi.advanceTimersByTimeAsync(2 * hour);
  expect(await ids(ask)).toEqual(['a']);
});

it('goes on after a restart', async () => {
  const { ask, service, store } = await withTable();
  await enable(ask);
  await put(ask, 'a', inSeconds(hour));
  await service.close?.();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(2 * hour);
  const again = start(store);
  again.service.resume?.();
  await vi.advanceTimersByTimeAsync(second);
  expect(await ids(again.ask)).toEqual([]);
});

it('keeps a timer only while an item expires', async () => {
  const { ask, service } = await withTable();
  await enable(ask);
  await put(ask, 'never');
  service.resume?.();
  expect(vi.getTimerCount()).toBe(0);
  await put(ask, 'a', inSeconds(second));
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(5 * second);
  expect(vi.getTimerCount()).toBe(0);
});

it('removes many items in several turns', async () => {
  const { ask } = await withTable();
  await enable(ask);
  for (let n = 0; n < 350; n++) await put(ask, `item ${n}`, inSeconds(second));
  await vi.advanceTimersByTimeAsync(10 * second);
  expect(await ids(ask)).toEqual([]);
});
