// Mappings of streams of tables: the event, filters, and the document about a failed batch. The stream is a double.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordStreams } from '../../../../../src/local/faces.ts';
import { account } from '../../../call.ts';
import { type Event, type Lab, lab, queueArn, region, until } from './lab.ts';
import { streamTools } from './stream-tools.ts';

let aws: Lab;
beforeEach(async () => {
  aws = await lab();
});
afterEach(() => aws.close());

const { keeper } = streamTools(() => aws);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const failing = (): never => {
  throw new Error('no');
};
const toQueue = { DestinationConfig: { OnFailure: { Destination: queueArn('failed') } } };
const failedQueue = () => aws.sqs('CreateQueue', { QueueName: 'failed' });

async function failed(): Promise<Event[]> {
  return (await aws.drain('failed')).map((body) => JSON.parse(body));
}

describe('a stream of a table', () => {
  const table = `arn:aws:dynamodb:${region}:${account}:table/t/stream/2025-01-01T00:00:00.000`;
  const shard = 'shardId-00000001767225600000-0a1b2c3d';
  const arrived = Date.parse('2025-01-31T13:48:01.000Z');
  const dynamodb = (SequenceNumber: string) => ({
    ApproximateCreationDateTime: arrived / 1000,
    Keys: { id: { S: 'Fred' } },
    NewImage: { id: { S: 'Fred' } },
    SequenceNumber,
    SizeBytes: 12,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  });
  const eventOf = (number: string, more: object = {}) => ({
    eventID: 'a'.repeat(32),
    eventName: 'INSERT',
    eventVersion: '1.1',
    dynamodb: dynamodb(number),
    ...more,
  });
  /** A stream with these events. */
  const tableStream = (events: readonly Record<string, unknown>[]): RecordStreams => ({
    describe: () => ({ shards: [{ id: shard, parents: [], closed: false }] }),
    place: () => '0',
    read: (_arn, _shard, place, most) => {
      const records = events.slice(Number(place), Number(place) + most).map((event, index) => ({
        sequenceNumber: String(Number(place) + index + 1),
        key: 'Fred',
        arrived,
        event,
      }));
      return { records, place: String(Number(place) + records.length), ended: false, behind: 0 };
    },
    watch: () => () => {},
  });
  const ttl = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

  const started = async (events: readonly Record<string, unknown>[], answer: () => unknown, more: object) => {
    await aws.close();
    aws = await lab({ tableStreams: tableStream(events) });
    await failedQueue();
    const got = await keeper(answer);
    await aws.map('f', table, { StartingPosition: 'TRIM_HORIZON', ...more });
    return got;
  };

  it('has records with these members in this order', async () => {
    const events = await started([eventOf('1'), eventOf('2', { userIdentity: ttl })], () => null, {});
    await until(() => events.length === 1);
    const [record, deleted] = events[0].Records;
    expect(Object.keys(record)).toEqual([
      'eventID',
      'eventName',
      'eventVersion',
      'eventSource',
      'awsRegion',
      'dynamodb',
      'eventSourceARN',
    ]);
    expect(record).toMatchObject({
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: dynamodb('1'),
      eventSourceARN: table,
    });
    expect(deleted).toMatchObject({ userIdentity: ttl });
  });

  it('has the time of a change as a floating-point number; a text of an item stays as it is', async () => {
    const text = '"ApproximateCreationDateTime":1738331281';
    const record = eventOf('1');
    record.dynamodb.NewImage.id.S = text;
    const payloads: string[] = [];
    await started([record], () => null, {
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["END"]}' }] },
    });
    await aws.make('g', (event, { payload }) => {
      payloads.push(Buffer.from(payload).toString());
      return event;
    });
    await aws.map('g', table, { StartingPosition: 'TRIM_HORIZON' });
    await until(() => payloads.length === 1);
    expect(payloads[0]).toContain('"dynamodb":{"ApproximateCreationDateTime":1.738331281E9,"Keys"');
    expect(JSON.parse(payloads[0] ?? '').Records).toMatchObject([
      { dynamodb: { NewImage: { id: { S: text } } } },
    ]);
  });

  it('is filtered by all members of its records', async () => {
    const Filters = [{ Pattern: '{"eventName":["REMOVE"],"dynamodb":{"Keys":{"id":{"S":["Fred"]}}}}' }];
    const all = [eventOf('1'), eventOf('2', { eventName: 'REMOVE' })];
    const events = await started(all, () => null, { FilterCriteria: { Filters } });
    await until(() => events.length === 1);
    expect(events[0].Records).toMatchObject([{ eventName: 'REMOVE' }]);
  });

  it.each<[string, object, boolean]>([
    ['a typed text', { NewImage: { id: { S: ['Fred'] } } }, true],
    ['another text', { NewImage: { id: { S: ['Bob'] } } }, false],
    ['a comparison of N, which is a text', { NewImage: { n: { N: [{ numeric: ['>', 1] }] } } }, false],
    ['a comparison of a time', { ApproximateCreationDateTime: [{ numeric: ['>', 1] }] }, true],
    ['a missing key', { NewImage: { other: [{ exists: false }] } }, true],
    ['a key that is there, which is no leaf', { NewImage: { id: [{ exists: false }] } }, true],
    ['a leaf that is there', { NewImage: { id: { S: [{ exists: true }] } } }, true],
    ['a leaf that is not there', { NewImage: { id: { N: [{ exists: true }] } } }, false],
    ['a prefix', { NewImage: { id: { S: [{ prefix: 'Fr' }] } } }, true],
    ['anything but a value', { NewImage: { id: { S: [{ 'anything-but': ['Fred'] }] } } }, false],
  ])('passes a filter with %s, or not', async (_name, pattern, passes) => {
    const Filters = [
      { Pattern: JSON.stringify({ dynamodb: pattern }) },
      { Pattern: '{"eventName":["END"]}' },
    ];
    const NewImage = { id: { S: 'Fred' }, n: { N: '5' } };
    const record = { ...eventOf('1'), dynamodb: { ...dynamodb('1'), NewImage } };
    const events = await started([record, eventOf('2', { eventName: 'END' })], () => null, {
      FilterCriteria: { Filters },
    });
    await until(() => events.length > 0);
    const names = events.flatMap((event) => event.Records.map(({ eventName }: Event) => eventName));
    expect(names).toEqual(passes ? ['INSERT', 'END'] : ['END']);
  });

  it('is described with times without a fraction when a batch fails', async () => {
    await started([eventOf('1')], failing, { MaximumRetryAttempts: 0, ...toQueue });
    const documents: Event[] = [];
    await until(async () => documents.push(...(await failed())) > 0);
    expect(documents[0]).toMatchObject({
      timestamp: time,
      DDBStreamBatchInfo: {
        shardId: shard,
        startSequenceNumber: '1',
        endSequenceNumber: '1',
        approximateArrivalOfFirstRecord: '2025-01-31T13:48:01Z',
        approximateArrivalOfLastRecord: '2025-01-31T13:48:01Z',
        batchSize: 1,
        streamArn: table,
      },
    });
  });
});
