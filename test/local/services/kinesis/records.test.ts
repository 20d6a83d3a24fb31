// Kinesis through the SDK: records, iterators, pushed events; and CBOR, as the SDKs for Java send it.
import { createHash } from 'node:crypto';
import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  PutRecordCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { cbor } from '@smithy/core/cbor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SignedServer, signedServer } from '../../signed-server.ts';
import { type KinesisAws, said, startKinesis } from './fixture.ts';

let aws: KinesisAws;
let send: KinesisAws['kinesis']['send'];
beforeAll(async () => {
  aws = await startKinesis();
  send = aws.kinesis.send.bind(aws.kinesis);
});
afterAll(() => aws?.stop());

const first = 'shardId-000000000000';
const text = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString();
const put = (StreamName: string, data: string, PartitionKey = 'k', more: object = {}) =>
  send(new PutRecordCommand({ StreamName, Data: Buffer.from(data), PartitionKey, ...more }));

async function iterator(
  StreamName: string,
  more: Partial<GetShardIteratorCommandInput> = {},
): Promise<string | undefined> {
  const input = { StreamName, ShardId: first, ShardIteratorType: 'TRIM_HORIZON' as const, ...more };
  return (await send(new GetShardIteratorCommand(input))).ShardIterator;
}

const records = async (ShardIterator: string | undefined, Limit?: number): Promise<GetRecordsCommandOutput> =>
  send(new GetRecordsCommand({ ShardIterator, Limit }));
const read = async (StreamName: string, more: Partial<GetShardIteratorCommandInput> = {}) =>
  ((await records(await iterator(StreamName, more))).Records ?? []).map(({ Data }) => text(Data));

describe('a record', () => {
  it('is put and read with exactly these members', async () => {
    await aws.stream('one');
    const { $metadata: _, ...answer } = await put('one', 'hello', 'key');
    expect(answer).toEqual({ SequenceNumber: expect.stringMatching(/^\d{56}$/), ShardId: first });
    const { $metadata: __, ...got } = await records(await iterator('one'));
    expect(got).toEqual({
      Records: [
        {
          SequenceNumber: answer.SequenceNumber,
          ApproximateArrivalTimestamp: expect.any(Date),
          Data: expect.any(Uint8Array),
          PartitionKey: 'key',
        },
      ],
      NextShardIterator: expect.any(String),
      MillisBehindLatest: 0,
    });
    expect(text(got.Records?.[0]?.Data)).toBe('hello');
  });

  it('keeps its bytes, whatever they are', async () => {
    await aws.stream('bytes');
    const contents = ['', 'a'.repeat(700), 'ünicödé 统一码 💣💻🔥'];
    for (const content of contents) await put('bytes', content);
    expect(await read('bytes')).toEqual(contents);
  });

  it('goes to the shard that the MD5 of its key says, or its explicit hash key', async () => {
    await aws.stream('spread', 4);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const hash = BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
      expect((await put('spread', 'x', key)).ShardId).toBe(`shardId-00000000000${hash >> 126n}`);
    }
    expect((await put('spread', 'x', 'a', { ExplicitHashKey: '0' })).ShardId).toBe(first);
    expect((await put('spread', 'x', 'a', { ExplicitHashKey: String((1n << 128n) - 1n) })).ShardId).toBe(
      'shardId-000000000003',
    );
    expect(await said(put('spread', 'x', 'a', { ExplicitHashKey: String(1n << 128n) }))).toMatch(
      /^InvalidArgumentException: Invalid ExplicitHashKey/,
    );
  });

  it('is one of many in PutRecords, in order', async () => {
    await aws.stream('many');
    const { $metadata: _, ...answer } = await send(
      new PutRecordsCommand({
        StreamName: 'many',
        Records: ['1', '2', '3'].map((data) => ({ Data: Buffer.from(data), PartitionKey: 'k' })),
      }),
    );
    const each = { SequenceNumber: expect.any(String), ShardId: first };
    expect(answer).toEqual({ FailedRecordCount: 0, Records: [each, each, each] });
    const numbers = (answer.Records ?? []).map(({ SequenceNumber = '' }) => BigInt(SequenceNumber));
    expect(numbers[0]).toBeLessThan(numbers[1] as bigint);
    expect(numbers[1]).toBeLessThan(numbers[2] as bigint);
    expect(await read('many')).toEqual(['1', '2', '3']);
  });

  it('of more than 1 MiB, without a key, or of more than 500 at once is refused', async () => {
    await aws.stream('large');
    expect(await said(put('large', 'x'.repeat(1_048_577)))).toMatch(
      /^ValidationException: .* at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576/,
    );
    expect(await said(put('large', 'x', ''))).toMatch(/at 'partitionKey'/);
    const Records = Array.from({ length: 501 }, () => ({ Data: Buffer.from('x'), PartitionKey: 'k' }));
    expect(await said(send(new PutRecordsCommand({ StreamName: 'large', Records })))).toMatch(/at 'records'/);
  });

  it('survives a restart, and later ones have greater numbers', async () => {
    await aws.stream('kept');
    const before = await put('kept', 'before');
    await aws.restart();
    const after = await put('kept', 'after');
    expect(BigInt(after.SequenceNumber ?? 0)).toBeGreaterThan(BigInt(before.SequenceNumber ?? 0));
    expect(await read('kept')).toEqual(['before', 'after']);
  });
});

describe('an iterator', () => {
  it('starts where its type says', async () => {
    await aws.stream('types');
    const numbers: (string | undefined)[] = [];
    for (const data of ['a', 'b', 'c']) numbers.push((await put('types', data)).SequenceNumber);
    const StartingSequenceNumber = numbers[1];
    expect(await read('types')).toEqual(['a', 'b', 'c']);
    expect(await read('types', { ShardIteratorType: 'AT_SEQUENCE_NUMBER', StartingSequenceNumber })).toEqual([
      'b',
      'c',
    ]);
    expect(
      await read('types', { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber }),
    ).toEqual(['c']);
    expect(await read('types', { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(0) })).toHaveLength(
      3,
    );
    const latest = await iterator('types', { ShardIteratorType: 'LATEST' });
    expect((await records(latest)).Records).toEqual([]);
    await put('types', 'd');
    expect((await records(latest)).Records?.map(({ Data }) => text(Data))).toEqual(['d']);
    const Timestamp = (await records(await iterator('types'))).Records?.[3]?.ApproximateArrivalTimestamp;
    expect((await read('types', { ShardIteratorType: 'AT_TIMESTAMP', Timestamp })).at(-1)).toBe('d');
  });

  it('leads from page to page, and says how far behind it is', async () => {
    await aws.stream('pages');
    for (const data of ['a', 'b', 'c']) await put('pages', data);
    const one = await records(await iterator('pages'), 2);
    expect(one.Records?.map(({ Data }) => text(Data))).toEqual(['a', 'b']);
    const two = await records(one.NextShardIterator, 2);
    expect(two.Records?.map(({ Data }) => text(Data))).toEqual(['c']);
    expect(two.MillisBehindLatest).toBe(0);
  });

  it('in double quotes is accepted', async () => {
    await aws.stream('quoted');
    await put('quoted', 'x');
    expect((await records(`"${await iterator('quoted')}"`)).Records).toHaveLength(1);
  });

  it('that is not one, or of a shard that does not exist, is refused', async () => {
    await aws.stream('bad');
    expect(await said(records('nonsense'))).toBe('InvalidArgumentException: Invalid ShardIterator.');
    expect(await said(iterator('bad', { ShardId: 'shardId-000000000009' }))).toBe(
      'ResourceNotFoundException: Shard shardId-000000000009 in stream bad under account 000000000000 does not exist',
    );
    expect(await said(iterator('bad', { ShardIteratorType: 'AT_SEQUENCE_NUMBER' }))).toMatch(
      /^InvalidArgumentException: Must either specify/,
    );
    expect(
      await said(
        iterator('bad', { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: '5' }),
      ),
    ).toMatch(/is invalid\.$/);
  });

  it('ends with a closed shard, and names the children', async () => {
    await aws.stream('closed');
    await put('closed', 'x');
    const NewStartingHashKey = String(1n << 127n);
    await send(new SplitShardCommand({ StreamName: 'closed', ShardToSplit: first, NewStartingHashKey }));
    const { Records, NextShardIterator, ChildShards } = await records(await iterator('closed'));
    expect(Records).toHaveLength(1);
    expect(NextShardIterator).toBeUndefined();
    expect(ChildShards?.map(({ ShardId, ParentShards }) => [ShardId, ParentShards])).toEqual([
      ['shardId-000000000001', [first]],
      ['shardId-000000000002', [first]],
    ]);
  });
});

describe('a subscription to a shard', () => {
  it('pushes the records that are there, and those that come', async () => {
    const StreamARN = await aws.stream('pushed');
    const { Consumer } = await send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }));
    await put('pushed', '1');
    const { EventStream } = await send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer?.ConsumerARN,
        ShardId: first,
        StartingPosition: { Type: 'TRIM_HORIZON' },
      }),
    );
    const got: string[] = [];
    for await (const { SubscribeToShardEvent: event } of EventStream ?? []) {
      got.push(...(event?.Records ?? []).map(({ Data }) => text(Data)));
      if (got.length === 2) break;
      await put('pushed', '2');
    }
    expect(got).toEqual(['1', '2']);
  });

  it('says with which number to continue: one after that of the last record', async () => {
    const StreamARN = await aws.stream('continued');
    const { Consumer } = await send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }));
    const { SequenceNumber = '' } = await put('continued', '1');
    const { EventStream } = await send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer?.ConsumerARN,
        ShardId: first,
        StartingPosition: { Type: 'TRIM_HORIZON' },
      }),
    );
    let next = '';
    for await (const { SubscribeToShardEvent: event } of EventStream ?? []) {
      next = event?.ContinuationSequenceNumber ?? '';
      break;
    }
    expect(BigInt(next)).toBeGreaterThan(BigInt(SequenceNumber));
    await put('continued', '2');
    const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: next } as const;
    expect(await read('continued', after)).toEqual(['2']);
  });
});

describe('in CBOR', () => {
  let server: SignedServer;
  beforeAll(async () => {
    server = await signedServer();
  });
  afterAll(() => server?.close());

  const ask = async (operation: string, input: object) => {
    const { status, headers, bytes } = await server.ask({
      service: 'kinesis',
      headers: {
        'content-type': 'application/x-amz-cbor-1.1',
        'x-amz-target': `Kinesis_20131202.${operation}`,
      },
      body: cbor.serialize(input),
    });
    expect(headers['content-type']).toBe('application/x-amz-cbor-1.1');
    return { status, answer: bytes.length > 0 ? cbor.deserialize(bytes) : undefined };
  };

  it('records are put and read: bytes as bytes, times in milliseconds', async () => {
    expect(await ask('CreateStream', { StreamName: 's', ShardCount: 1 })).toEqual({
      status: 200,
      answer: undefined,
    });
    const Data = Buffer.from([0, 255, 1]);
    const { answer } = await ask('PutRecord', { StreamName: 's', Data, PartitionKey: 'k' });
    expect(answer).toEqual({ SequenceNumber: expect.any(String), ShardId: first });
    const at = {
      StreamName: 's',
      ShardId: first,
      ShardIteratorType: 'AT_TIMESTAMP',
      Timestamp: { tag: 1, value: Date.now() - 60_000, [Symbol.for('@smithy/core/cbor::tagSymbol')]: true },
    };
    const { ShardIterator } = (await ask('GetShardIterator', at)).answer;
    const { Records } = (await ask('GetRecords', { ShardIterator })).answer;
    expect(Records).toHaveLength(1);
    expect(Buffer.from(Records[0].Data)).toEqual(Data);
    const { tag, value } = Records[0].ApproximateArrivalTimestamp;
    expect([tag, Math.abs(Number(value) - Date.now()) < 60_000]).toEqual([1, true]);
  });

  it('errors have their code and text', async () => {
    expect(await ask('DescribeStream', { StreamName: 'none' })).toEqual({
      status: 400,
      answer: {
        __type: 'ResourceNotFoundException',
        message: 'Stream none under account 123456789012 not found.',
      },
    });
  });
});
