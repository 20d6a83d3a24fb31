// Mappings of streams: the event, starts, order, filters, shards and their parents, windows, states, restarts.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { role } from '../control.ts';
import { type Event, functionArn, type Lab, lab, quiet, region, streamArn, until } from './lab.ts';
import { datas, streamTools } from './stream-tools.ts';

let aws: Lab;
beforeEach(async () => {
  aws = await lab();
});
afterEach(() => aws.close());

const { stream, put, keeper, map } = streamTools(() => aws);
const first = 'shardId-000000000000';

describe('the event of a Kinesis stream', () => {
  it('has these members in this order', async () => {
    await stream();
    const events = await keeper();
    await map();
    const { SequenceNumber } = await put('{"a":1}', 'key');
    await until(() => events.length === 1);
    const [record] = events[0].Records;
    expect(events[0]).toEqual({ Records: [record] });
    expect(Object.keys(record)).toEqual([
      'kinesis',
      'eventSource',
      'eventVersion',
      'eventID',
      'eventName',
      'invokeIdentityArn',
      'awsRegion',
      'eventSourceARN',
    ]);
    expect(Object.keys(record.kinesis)).toEqual([
      'kinesisSchemaVersion',
      'partitionKey',
      'sequenceNumber',
      'data',
      'approximateArrivalTimestamp',
    ]);
    expect(record).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'key',
        sequenceNumber: SequenceNumber,
        data: Buffer.from('{"a":1}').toString('base64'),
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${first}:${SequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: role,
      awsRegion: region,
      eventSourceARN: streamArn('s'),
    });
    expect(Math.abs(record.kinesis.approximateArrivalTimestamp - Date.now() / 1000)).toBeLessThan(60);
  });
});

describe('a mapping of a stream', () => {
  it('reads from the oldest record, from its creation, or from a time on', async () => {
    await stream();
    const got: Record<string, Event[]> = {};
    for (const name of ['oldest', 'latest', 'time']) got[name] = await keeper(() => null, name);
    await put('1');
    await map({ StartingPosition: 'LATEST' }, 'latest');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const StartingPositionTimestamp = new Date();
    await put('2');
    await map({}, 'oldest');
    await map({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp }, 'time');
    await put('3');
    const all = () =>
      Object.fromEntries(Object.entries(got).map(([name, events]) => [name, events.flatMap(datas)]));
    await until(() => JSON.stringify(all()).split('3').length === 4);
    expect(all()).toEqual({ oldest: ['1', '2', '3'], latest: ['2', '3'], time: ['2', '3'] });
  });

  it('that starts with its creation does not lose what comes while it is disabled', async () => {
    await stream();
    const events = await keeper();
    const UUID = await map({ StartingPosition: 'LATEST', Enabled: false });
    await put('x');
    await quiet();
    expect(events).toEqual([]);
    await aws.lambda('UpdateEventSourceMapping', { UUID, Enabled: true });
    await until(() => events.length === 1);
  });

  it('has batches of at most BatchSize records, one at a time and in order', async () => {
    await stream();
    let open = 0;
    const sizes: number[] = [];
    const got: string[] = [];
    await aws.make('f', async (event) => {
      open += 1;
      expect(open).toBe(1);
      sizes.push(event.Records.length);
      await new Promise((resolve) => setTimeout(resolve, 2));
      got.push(...datas(event));
      open -= 1;
    });
    const sent = Array.from({ length: 25 }, (_, index) => String(index));
    for (const data of sent) await put(data, data);
    await map({ BatchSize: 10 });
    await until(() => got.length === 25);
    expect(got).toEqual(sent);
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('collects a batch in its window', async () => {
    await stream();
    const events = await keeper();
    await map({ BatchSize: 5, MaximumBatchingWindowInSeconds: 1 });
    for (let index = 0; index < 7; index++) await put(String(index));
    await until(() => events.length === 2);
    expect(events.map((event) => event.Records.length)).toEqual([5, 2]);
  });

  it('skips records that do not match its filters', async () => {
    await stream();
    const events = await keeper();
    const Pattern = JSON.stringify({ data: { kind: ['a'], n: [{ numeric: ['>=', 2] }] } });
    await map({ FilterCriteria: { Filters: [{ Pattern }, { Pattern: '{"partitionKey":["all"]}' }] } });
    for (const [data, key] of [
      ['{"kind":"a","n":1}', 'k'],
      ['{"kind":"a","n":2}', 'k'],
      ['plain', 'k'],
      ['anything', 'all'],
    ] as const) {
      await put(data, key);
    }
    await until(() => events.flatMap(datas).length === 2);
    expect(events.flatMap(datas)).toEqual(['{"kind":"a","n":2}', 'anything']);
  });

  it('filters by all members of its records; plain data has no members, not even absent ones', async () => {
    await stream();
    const events = await keeper();
    const Pattern = JSON.stringify({ eventSource: ['aws:kinesis'], data: { a: [{ exists: false }] } });
    await map({ FilterCriteria: { Filters: [{ Pattern }] } });
    for (const data of ['plain', '{"a":1}', '{"b":1}']) await put(data, 'k');
    await until(() => events.flatMap(datas).length === 1);
    expect(events.flatMap(datas)).toEqual(['{"b":1}']);
  });

  it('reads all shards, and children after their parents', async () => {
    await stream('s', 2);
    const got: string[] = [];
    await aws.make('f', async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      got.push(...datas(event));
    });
    const keys = Array.from({ length: 12 }, (_, index) => `key${index}`);
    const order: Record<string, string[]> = Object.fromEntries(keys.map((key) => [key, []]));
    const round = async (name: string) => {
      for (const key of keys) {
        await put(`${key}-${name}`, key);
        order[key]?.push(`${key}-${name}`);
      }
    };
    await map({ BatchSize: 2 });
    await round('1');
    const NewStartingHashKey = String(1n << 126n);
    await aws.kinesis('SplitShard', { StreamName: 's', ShardToSplit: first, NewStartingHashKey });
    await round('2');
    await aws.kinesis('MergeShards', {
      StreamName: 's',
      ShardToMerge: 'shardId-000000000002',
      AdjacentShardToMerge: 'shardId-000000000003',
    });
    await round('3');
    await until(() => got.length === 36);
    for (const key of keys) expect(got.filter((data) => data.startsWith(`${key}-`))).toEqual(order[key]);
  });

  it('runs ParallelizationFactor batches of a shard at once, in order for each key', async () => {
    await stream();
    let open = 0;
    let most = 0;
    const got: string[] = [];
    await aws.make('f', async (event) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 10));
      got.push(...datas(event));
      open -= 1;
    });
    for (let index = 0; index < 40; index++) await put(`${index % 8}:${index}`, `k${index % 8}`);
    await map({ BatchSize: 2, ParallelizationFactor: 3 });
    await until(() => got.length === 40);
    expect(most).toBe(3);
    for (let key = 0; key < 8; key++) {
      const numbers = got
        .filter((data) => data.startsWith(`${key}:`))
        .map((data) => Number(data.split(':')[1]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  });

  it('says the result of the last batch', async () => {
    await stream();
    let fails = false;
    const events = await keeper(() => {
      if (fails) throw new Error('no');
    });
    const UUID = await map({ MaximumRetryAttempts: 0 });
    const result = async () => (await aws.lambda('GetEventSourceMapping', { UUID })).LastProcessingResult;
    expect(await result()).toBe('No records processed');
    await put('x');
    await until(async () => (await result()) === 'OK');
    fails = true;
    await put('x');
    await until(async () => (await result()) === 'PROBLEM: Function call failed');
    expect(events).toHaveLength(2);
  });

  it('invokes the version that it names', async () => {
    await stream();
    const arns: string[] = [];
    await aws.make('f', (_event, { invokedArn }) => void arns.push(invokedArn));
    await aws.lambda('PublishVersion', { FunctionName: 'f' });
    await map({}, 'f:1');
    await put('x');
    await until(() => arns.length === 1);
    expect(arns).toEqual([`${functionArn('f')}:1`]);
  });

  it('stops when it is disabled, goes on where it stopped, and is gone when it is deleted', async () => {
    await stream();
    const events = await keeper();
    const UUID = await map();
    await put('1');
    await until(() => events.length === 1);
    await aws.lambda('UpdateEventSourceMapping', { UUID, Enabled: false });
    await put('2');
    await quiet();
    expect(events).toHaveLength(1);
    await aws.lambda('UpdateEventSourceMapping', { UUID, Enabled: true });
    await until(() => events.length === 2);
    expect(events.flatMap(datas)).toEqual(['1', '2']);
    await aws.lambda('DeleteEventSourceMapping', { UUID });
    await put('3');
    await quiet();
    expect(events).toHaveLength(2);
  });

  it('goes on after a restart, with the batch that was in flight', async () => {
    await stream();
    let stuck = true;
    const got: string[] = [];
    await aws.make('f', async (event) => {
      if (stuck && datas(event).includes('2')) await new Promise(() => {});
      got.push(...datas(event));
    });
    await map({ BatchSize: 1 });
    for (const data of ['1', '2', '3']) await put(data);
    await until(() => got.length === 1);
    await quiet();
    stuck = false;
    aws = await aws.restart();
    await put('4');
    await until(() => got.length === 4);
    expect(got).toEqual(['1', '2', '3', '4']);
  });

  it('is refused without a stream or a starting position', async () => {
    await keeper();
    const refused = (pending: Promise<unknown>) => pending.then(String, (error: Error) => error.message);
    expect(await refused(map())).toBe(`Stream not found: ${streamArn('s')}`);
    await stream();
    expect(await refused(map({ StartingPosition: undefined }))).toBe(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  });

  it('reads a stream that is created again under its name from the start', async () => {
    await stream();
    const events = await keeper();
    await map();
    await put('1');
    await until(() => events.length === 1);
    await aws.kinesis('DeleteStream', { StreamName: 's' });
    await quiet();
    await stream();
    await put('2');
    await until(() => events.length === 2);
    expect(events.flatMap(datas)).toEqual(['1', '2']);
  });
});

describe('a function that cannot run', () => {
  it('is tried until its concurrency allows it; no record is lost', async () => {
    await stream();
    const events = await keeper();
    await aws.lambda('PutFunctionConcurrency', { FunctionName: 'f', ReservedConcurrentExecutions: 0 });
    await map({ MaximumRetryAttempts: 0 });
    await put('1');
    await quiet();
    expect(events).toEqual([]);
    await aws.lambda('DeleteFunctionConcurrency', { FunctionName: 'f' });
    await until(() => events.length === 1);
    expect(datas(events[0])).toEqual(['1']);
  });

  it('because it was deleted, gets the records when it exists again', async () => {
    await stream();
    await keeper();
    const UUID = await map();
    await aws.lambda('DeleteFunction', { FunctionName: 'f' });
    await put('1');
    await quiet();
    expect((await aws.lambda('GetEventSourceMapping', { UUID })).State).toBe('Enabled');
    const events = await keeper();
    await until(() => events.length === 1);
  });
});

it('a mapping of a consumer of a stream reads the stream, under the ARN of the consumer', async () => {
  await stream();
  const events = await keeper();
  const { Consumer } = await aws.kinesis('RegisterStreamConsumer', {
    StreamARN: streamArn('s'),
    ConsumerName: 'c',
  });
  await aws.map('f', Consumer?.ConsumerARN ?? '', { StartingPosition: 'TRIM_HORIZON' });
  await put('1');
  await until(() => events.length === 1);
  expect(events[0].Records[0].eventSourceARN).toBe(Consumer?.ConsumerARN);
});

describe('a tumbling window', () => {
  it('passes its state on, and ends with an invocation without records', async () => {
    await stream();
    const events: Event[] = [];
    await aws.make('f', (event) => {
      events.push(event);
      return { state: { sum: (event.state.sum ?? 0) + event.Records.length } };
    });
    await map({ TumblingWindowInSeconds: 1, BatchSize: 2 });
    for (let index = 0; index < 3; index++) await put(String(index));
    await until(() => events.some((event) => event.isFinalInvokeForWindow));
    const [event] = events;
    expect(Object.keys(event)).toEqual([
      'Records',
      'window',
      'state',
      'shardId',
      'eventSourceARN',
      'isFinalInvokeForWindow',
      'isWindowTerminatedEarly',
    ]);
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
    expect(event).toMatchObject({
      window: { start: expect.stringMatching(time), end: expect.stringMatching(time) },
      state: {},
      shardId: first,
      eventSourceARN: streamArn('s'),
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    });
    expect(Date.parse(event.window.end) - Date.parse(event.window.start)).toBe(1000);
    const finals = events.filter(({ isFinalInvokeForWindow }) => isFinalInvokeForWindow);
    for (const { Records } of finals) expect(Records).toEqual([]);
    const starts = new Set<string>(events.map(({ window }) => window.start));
    for (const start of starts) {
      const all = events.filter(({ window }) => window.start === start);
      const before = all.map(({ state }) => state.sum ?? 0);
      const counted = all.map(({ Records }) => Records.length);
      for (const [index, sum] of before.entries()) {
        expect(sum).toBe(counted.slice(0, index).reduce((total, count) => total + count, 0));
      }
    }
  });

  it('ends early when its state is larger than 1 MB; the next batch starts with an empty state', async () => {
    await stream();
    const large = 'x'.repeat(1024 * 1024 + 1);
    const events = await keeper((event) => ({ state: event.Records.length > 0 ? { large } : {} }));
    await map({ TumblingWindowInSeconds: 900, BatchSize: 1 });
    await put('1');
    await until(() => events.length === 2);
    await put('2');
    await until(() => events.length === 4);
    const shown = events.map((event) => [
      event.Records.length,
      Object.keys(event.state).length,
      event.isFinalInvokeForWindow,
      event.isWindowTerminatedEarly,
    ]);
    const batch = [1, 0, false, false];
    const end = [0, 1, true, true];
    expect(shown).toEqual([batch, end, batch, end]);
  });
});
