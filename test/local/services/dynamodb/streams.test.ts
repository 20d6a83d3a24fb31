// DynamoDB Streams: which records a change writes, and how they are read.
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  PutItemCommand,
  type StreamViewType,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { describe, expect, it } from 'vitest';
import type { RecordStreams } from '../../../../src/local/faces.ts';
import { content, localDynamo, refusal } from './fixture.ts';

const { dynamo, streams, server, table } = await localDynamo();
const S = (text: string) => ({ S: text });

/** Creates a table with a stream, and answers the stream's ARN. */
async function streamed(
  name: string,
  view: StreamViewType = 'NEW_AND_OLD_IMAGES',
  key = 'id',
): Promise<string> {
  await table(name, key, { StreamSpecification: { StreamEnabled: true, StreamViewType: view } });
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName: name }));
  return Streams?.[0]?.StreamArn as string;
}

const described = async (StreamArn: string) =>
  (await streams.send(new DescribeStreamCommand({ StreamArn }))).StreamDescription;

async function iterator(StreamArn: string, rest: Partial<GetShardIteratorCommandInput> = {}) {
  const ShardId = (await described(StreamArn))?.Shards?.[0]?.ShardId;
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON', ...rest }),
  );
  return ShardIterator;
}

const records = (ShardIterator: string | undefined, Limit?: number) =>
  streams.send(new GetRecordsCommand({ ShardIterator, Limit }));

const all = async (arn: string): Promise<_Record[]> => (await records(await iterator(arn))).Records ?? [];

const put = (TableName: string, id: string, more = {}) =>
  dynamo.send(new PutItemCommand({ TableName, Item: { id: S(id), ...more } }));

const date = expect.any(Date);
const label = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);
const eventID = expect.stringMatching(/^[0-9a-f]{32}$/);
const SequenceNumber = expect.stringMatching(/^\d{21}$/);

describe('a stream', () => {
  it('is described with its one shard', async () => {
    const StreamArn = await streamed('described');
    expect(await described(StreamArn)).toEqual({
      CreationRequestDateTime: date,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      Shards: [
        {
          SequenceNumberRange: { StartingSequenceNumber: SequenceNumber },
          ShardId: expect.stringMatching(/^shardId-\d{20}-[0-9a-f]{8}$/),
        },
      ],
      StreamArn,
      StreamLabel: label,
      StreamStatus: 'ENABLED',
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      TableName: 'described',
    });
  });

  it('is listed with its label and its table', async () => {
    const StreamArn = await streamed('listed');
    const StreamLabel = StreamArn.slice(StreamArn.lastIndexOf('/') + 1);
    const listed = await streams.send(new ListStreamsCommand({ TableName: 'listed' }));
    expect(content(listed)).toEqual({ Streams: [{ StreamArn, StreamLabel, TableName: 'listed' }] });
  });

  it('is listed in pages', async () => {
    await streamed('page-1');
    await streamed('page-2');
    const first = await streams.send(new ListStreamsCommand({ Limit: 1 }));
    expect(first.LastEvaluatedStreamArn).toBe(first.Streams?.[0]?.StreamArn);
    const rest = await streams.send(
      new ListStreamsCommand({ ExclusiveStartStreamArn: first.LastEvaluatedStreamArn }),
    );
    const names = rest.Streams?.map(({ TableName }) => TableName);
    expect(names).toEqual(expect.arrayContaining(['page-2']));
    expect(names).not.toContain(first.Streams?.[0]?.TableName);
  });

  it('that does not exist is named', async () => {
    const StreamArn =
      'arn:aws:dynamodb:eu-central-1:123456789012:table/nowhere/stream/2024-11-18T14:36:44.149';
    const message = `ResourceNotFoundException: Requested resource not found: Stream: ${StreamArn} not found`;
    expect(await refusal(described(StreamArn))).toBe(message);
    const ask = new GetShardIteratorCommand({
      StreamArn,
      ShardId: 'x'.repeat(28),
      ShardIteratorType: 'LATEST',
    });
    expect(await refusal(streams.send(ask))).toBe(message);
  });
});

describe('a record', () => {
  const common = { awsRegion: 'eu-central-1', eventID, eventSource: 'aws:dynamodb', eventVersion: '1.1' };
  const change = { ApproximateCreationDateTime: date, SequenceNumber, StreamViewType: 'NEW_AND_OLD_IMAGES' };

  it('is written for each change: of single items, of batches and of transactions', async () => {
    const arn = await streamed('changes');
    await put('changes', 'Fred');
    const RequestItems = {
      changes: [{ PutRequest: { Item: { id: S('NewKey') } } }, { PutRequest: { Item: { id: S('Fred') } } }],
    };
    await dynamo.send(new BatchWriteItemCommand({ RequestItems }));
    await dynamo.send(new DeleteItemCommand({ TableName: 'changes', Key: { id: S('NewKey') } }));
    await dynamo.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: 'changes', Item: { id: S('Fred'), name: S('Fred') } } }],
      }),
    );
    const Fred = { id: S('Fred') };
    const NewKey = { id: S('NewKey') };
    expect(await all(arn)).toEqual([
      { ...common, eventName: 'INSERT', dynamodb: { ...change, Keys: Fred, NewImage: Fred, SizeBytes: 12 } },
      {
        ...common,
        eventName: 'INSERT',
        dynamodb: { ...change, Keys: NewKey, NewImage: NewKey, SizeBytes: 16 },
      },
      {
        ...common,
        eventName: 'REMOVE',
        dynamodb: { ...change, Keys: NewKey, OldImage: NewKey, SizeBytes: 16 },
      },
      {
        ...common,
        eventName: 'MODIFY',
        dynamodb: {
          ...change,
          Keys: Fred,
          NewImage: { ...Fred, name: S('Fred') },
          OldImage: Fred,
          SizeBytes: 26,
        },
      },
    ]);
  });

  it('is not written when nothing changes', async () => {
    const arn = await streamed('unchanged');
    const numbers = { numbers: { NS: ['1', '2'] }, n: { N: '1.50' } };
    await put('unchanged', 'a', numbers);
    await put('unchanged', 'a', { numbers: { NS: ['2', '1'] }, n: { N: '1.5' } });
    await dynamo.send(
      new UpdateItemCommand({
        TableName: 'unchanged',
        Key: { id: S('a') },
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '15e-1' } },
      }),
    );
    await dynamo.send(new DeleteItemCommand({ TableName: 'unchanged', Key: { id: S('nobody') } }));
    expect((await all(arn)).map(({ eventName }) => eventName)).toEqual(['INSERT']);
  });

  it('has the whole key and the images of its view only', async () => {
    const seen: Record<string, unknown> = {};
    for (const view of ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const) {
      const name = view.toLowerCase();
      const arn = await streamed(name, view, 'id place');
      await put(name, 'Fred', { place: S('x'), v: S('1') });
      await put(name, 'Fred', { place: S('x'), v: S('2') });
      const last = (await all(arn))[1]?.dynamodb;
      expect(last?.Keys).toEqual({ id: S('Fred'), place: S('x') });
      seen[view] = [last?.OldImage?.v, last?.NewImage?.v, last?.SizeBytes];
    }
    // The keys have 12 bytes, each image 2 more.
    expect(seen).toEqual({
      KEYS_ONLY: [undefined, undefined, 12],
      NEW_IMAGE: [undefined, S('2'), 26],
      OLD_IMAGE: [S('1'), undefined, 26],
      NEW_AND_OLD_IMAGES: [S('1'), S('2'), 40],
    });
  });

  it('counts the bytes of values, and not of their base64', async () => {
    const arn = await streamed('binary');
    await put('binary', 'a', { data: { B: Uint8Array.of(144, 1, 2) } });
    const [first] = await all(arn);
    expect(first?.dynamodb).toMatchObject({
      SizeBytes: 3 + 3 + 7,
      NewImage: { data: { B: Uint8Array.of(144, 1, 2) } },
    });
  });

  it('has a time of whole seconds', async () => {
    const arn = await streamed('seconds');
    await put('seconds', 'a');
    const time = (await all(arn))[0]?.dynamodb?.ApproximateCreationDateTime?.getTime() ?? Number.NaN;
    expect(time % 1000).toBe(0);
    expect(Math.abs(Date.now() - time)).toBeLessThan(60_000);
  });
});

describe('an iterator', () => {
  it('starts at the oldest record, after the newest, at or after a sequence number', async () => {
    const arn = await streamed('iterators');
    for (const id of ['a', 'b', 'c']) await put('iterators', id);
    const latest = await iterator(arn, { ShardIteratorType: 'LATEST' });
    const sequence = (await all(arn))[1]?.dynamodb?.SequenceNumber;
    await put('iterators', 'd');
    const ids = async (start: string | undefined) =>
      (await records(start)).Records?.map(({ dynamodb }) => dynamodb?.Keys?.id?.S);
    expect(await ids(await iterator(arn))).toEqual(['a', 'b', 'c', 'd']);
    expect(await ids(latest)).toEqual(['d']);
    const at = { ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: sequence } as const;
    expect(await ids(await iterator(arn, at))).toEqual(['b', 'c', 'd']);
    const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequence } as const;
    expect(await ids(await iterator(arn, after))).toEqual(['c', 'd']);
  });

  it('is followed by the next one, also when there is no record yet', async () => {
    const arn = await streamed('followed');
    const first = await records(await iterator(arn, { ShardIteratorType: 'LATEST' }));
    expect(first.Records).toEqual([]);
    for (const id of ['a', 'b', 'c']) await put('followed', id);
    const second = await records(first.NextShardIterator, 2);
    const third = await records(second.NextShardIterator, 2);
    expect([second.Records?.length, third.Records?.length]).toEqual([2, 1]);
  });

  it('is refused when it is not one', async () => {
    expect(await refusal(records('nonsense'))).toBe('ValidationException: Invalid ShardIterator');
  });

  it('is refused for an unknown type and an unknown shard', async () => {
    const arn = await streamed('wrong');
    expect(await refusal(iterator(arn, { ShardIteratorType: 'FIRST' as 'LATEST' }))).toBe(
      "ValidationException: 1 validation error detected: Value 'FIRST' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]",
    );
    expect(await refusal(iterator(arn, { ShardId: 'shardId-00000000000000000000-00000000' }))).toMatch(
      /^ResourceNotFoundException/,
    );
  });
});

describe('the end of a stream', () => {
  it('comes with the deletion of its table; its records can still be read', async () => {
    const arn = await streamed('deleted');
    await put('deleted', 'a');
    const open = await iterator(arn);
    await dynamo.send(new DeleteTableCommand({ TableName: 'deleted' }));
    expect(await described(arn)).toMatchObject({
      StreamStatus: 'DISABLED',
      Shards: [{ SequenceNumberRange: { EndingSequenceNumber: SequenceNumber } }],
    });
    const rest = await records(open);
    expect(rest.Records?.length).toBe(1);
    expect(rest.NextShardIterator).toBeUndefined();
  });

  it('comes when the table turns it off; a new stream gets another label', async () => {
    const arn = await streamed('switched');
    const set = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: StreamViewType }) =>
      dynamo.send(new UpdateTableCommand({ TableName: 'switched', StreamSpecification }));
    const { TableDescription: off } = await set({ StreamEnabled: false });
    expect(off?.StreamSpecification).toBeUndefined();
    expect(off?.LatestStreamArn).toBe(arn);
    expect(await refusal(set({ StreamEnabled: false }))).toMatch(/^ValidationException/);
    await put('switched', 'unseen');
    const { TableDescription: on } = await set({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
    expect(on?.LatestStreamArn).not.toBe(arn);
    await put('switched', 'seen');
    const [first] = await all(on?.LatestStreamArn as string);
    expect(first?.dynamodb?.Keys).toEqual({ id: S('seen') });
    expect(await all(arn)).toEqual([]);
  });
});

describe('the face for services that read', () => {
  const face = server.services.find(({ name }) => name === 'dynamodb')?.faces?.tableStreams as RecordStreams;

  it('has the records as functions receive them', async () => {
    const arn = await streamed('read-by-lambda');
    const shard = face.describe(arn)?.shards[0]?.id ?? '';
    expect(face.describe(arn)).toEqual({ shards: [{ id: shard, parents: [], closed: false }] });
    let called = 0;
    const stop = face.watch(arn, () => {
      called++;
    });
    const latest = face.place(arn, shard, 'LATEST');
    await put('read-by-lambda', 'a', { data: { B: Uint8Array.of(1) } });
    expect(called).toBe(1);
    stop();
    await put('read-by-lambda', 'b');
    expect(called).toBe(1);
    const start = face.place(arn, shard, 'TRIM_HORIZON');
    const first = face.read(arn, shard, start, 1);
    const sequenceNumber = first.records[0]?.sequenceNumber;
    expect(first).toEqual({
      records: [
        {
          sequenceNumber: expect.stringMatching(/^\d{21}$/),
          key: JSON.stringify({ id: S('a') }),
          arrived: expect.any(Number),
          event: {
            eventID,
            eventName: 'INSERT',
            eventVersion: '1.1',
            dynamodb: {
              ApproximateCreationDateTime: Math.floor((first.records[0]?.arrived ?? 0) / 1000),
              Keys: { id: S('a') },
              NewImage: { id: S('a'), data: { B: 'AQ==' } },
              SequenceNumber: sequenceNumber,
              SizeBytes: 11,
              StreamViewType: 'NEW_AND_OLD_IMAGES',
            },
          },
        },
      ],
      place: sequenceNumber,
      ended: false,
      behind: expect.any(Number),
    });
    expect(Object.keys(first.records[0]?.event.dynamodb as object)).toEqual([
      'ApproximateCreationDateTime',
      'Keys',
      'NewImage',
      'SequenceNumber',
      'SizeBytes',
      'StreamViewType',
    ]);
    const rest = face.read(arn, shard, first.place, 100);
    expect(rest.records.map(({ key }) => key)).toEqual([JSON.stringify({ id: S('b') })]);
    expect(rest.behind).toBe(0);
    expect(face.read(arn, shard, latest, 100).records.length).toBe(2);
    expect(face.describe('arn:aws:dynamodb:eu-central-1:123456789012:table/x/stream/y')).toBeUndefined();
  });

  it('says when the shard has ended', async () => {
    const arn = await streamed('ended');
    const shard = face.describe(arn)?.shards[0]?.id ?? '';
    await put('ended', 'a');
    await dynamo.send(new DeleteTableCommand({ TableName: 'ended' }));
    expect(face.describe(arn)?.shards[0]?.closed).toBe(true);
    const read = face.read(arn, shard, face.place(arn, shard, 'TRIM_HORIZON'), 10);
    expect([read.records.length, read.ended]).toEqual([1, true]);
  });
});
