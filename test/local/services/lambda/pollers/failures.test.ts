// What a function does not process of a stream: retries, reports, halves, age, and the destination of what is discarded.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordStreams } from '../../../../../src/local/faces.ts';
import { createS3Service } from '../../../../../src/local/services/s3/service.ts';
import { callerOf } from '../../../call.ts';
import {
  type Event,
  functionArn,
  type Lab,
  lab,
  queueArn,
  queueUrl,
  quiet,
  region,
  streamArn,
  until,
} from './lab.ts';
import { datas, streamTools } from './stream-tools.ts';

let aws: Lab;
beforeEach(async () => {
  aws = await lab();
});
afterEach(() => aws.close());

const { stream, put, keeper, map } = streamTools(() => aws);
const shardId = 'shardId-000000000000';
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const failing = (): never => {
  throw new Error('no');
};
const toQueue = { DestinationConfig: { OnFailure: { Destination: queueArn('failed') } } };
const failedQueue = () => aws.sqs('CreateQueue', { QueueName: 'failed' });
const numbersOf = (event: Event): string[] =>
  event.Records.map(({ kinesis }: Event) => kinesis.sequenceNumber);

async function failed(): Promise<Event[]> {
  return (await aws.drain('failed')).map((body) => JSON.parse(body));
}

describe('a batch that fails', () => {
  it('is retried, and then described to the queue for failures', async () => {
    await stream();
    await failedQueue();
    const events = await keeper((event) => (datas(event).includes('bad') ? failing() : null));
    await map({ BatchSize: 1, MaximumRetryAttempts: 1, ...toQueue });
    const { SequenceNumber } = await put('bad');
    await put('good');
    await until(() => events.length === 3);
    expect(events.flatMap(datas)).toEqual(['bad', 'bad', 'good']);
    const { Messages = [] } = await aws.sqs('ReceiveMessage', {
      QueueUrl: queueUrl('failed'),
      MessageAttributeNames: ['All'],
    });
    expect(Messages).toHaveLength(1);
    expect(Messages[0]?.MessageAttributes).toBeUndefined();
    const document = JSON.parse(Messages[0]?.Body ?? '');
    expect(document).toEqual({
      requestContext: {
        requestId: uuid,
        functionArn: functionArn('f'),
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: time,
      KinesisBatchInfo: {
        shardId,
        startSequenceNumber: SequenceNumber,
        endSequenceNumber: SequenceNumber,
        approximateArrivalOfFirstRecord: time,
        approximateArrivalOfLastRecord: time,
        batchSize: 1,
        streamArn: streamArn('s'),
      },
    });
    expect(Object.keys(document)).toEqual([
      'requestContext',
      'responseContext',
      'version',
      'timestamp',
      'KinesisBatchInfo',
    ]);
  });

  it('of an alias is described with the function without its qualifier', async () => {
    await stream();
    await failedQueue();
    await aws.make('f', failing);
    await aws.lambda('PublishVersion', { FunctionName: 'f' });
    await aws.lambda('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
    await map({ MaximumRetryAttempts: 0, ...toQueue }, 'f:live');
    await put('x');
    const documents: Event[] = [];
    await until(async () => documents.push(...(await failed())) > 0);
    expect(documents[0]).toMatchObject({
      requestContext: { functionArn: functionArn('f'), approximateInvokeCount: 1 },
      responseContext: { executedVersion: '1' },
    });
  });

  it('is retried without limit by default; the shard waits', async () => {
    await stream();
    let fails = true;
    const events = await keeper(() => (fails ? failing() : null));
    await map({ BatchSize: 1 });
    await put('1');
    await put('2');
    await until(() => events.length === 3);
    expect(events.flatMap(datas)).toEqual(['1', '1', '1']);
    fails = false;
    await until(() => events.flatMap(datas).includes('2'));
  });

  it('is published to a topic', async () => {
    await stream();
    await failedQueue();
    await aws.make('f', failing);
    const { TopicArn = '' } = await aws.sns('CreateTopic', { Name: 'failed' });
    await aws.sns('Subscribe', {
      TopicArn,
      Protocol: 'sqs',
      Endpoint: queueArn('failed'),
      Attributes: { RawMessageDelivery: 'false' },
    });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' }],
    });
    await aws.sqs('SetQueueAttributes', { QueueUrl: queueUrl('failed'), Attributes: { Policy } });
    await map({ MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: TopicArn } } });
    await put('x');
    const envelopes: Event[] = [];
    await until(async () => envelopes.push(...(await failed())) > 0);
    expect(JSON.parse(envelopes[0].Message)).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      KinesisBatchInfo: { batchSize: 1 },
    });
  });

  it('is written to a bucket with its event', async () => {
    await stream();
    const events = await keeper(failing);
    const s3 = callerOf(aws.local.of(createS3Service));
    await s3('CreateBucket', {
      Bucket: 'failures',
      CreateBucketConfiguration: { LocationConstraint: region },
    });
    const UUID = await map({
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } },
    });
    await put('x');
    const keys = async () =>
      ((await s3('ListObjectsV2', { Bucket: 'failures' })).Contents ?? []).map(({ Key = '' }) => Key);
    await until(async () => (await keys()).length === 1);
    const [Key = ''] = await keys();
    expect(Key).toMatch(
      new RegExp(
        `^aws/lambda/${UUID}/${shardId}/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\dT\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`,
      ),
    );
    const { Body } = await s3('GetObject', { Bucket: 'failures', Key });
    const parts: Uint8Array[] = [];
    for await (const part of Body as unknown as AsyncIterable<Uint8Array>) parts.push(part);
    const document = JSON.parse(Buffer.concat(parts).toString());
    expect(document.payload).toEqual(events[0]);
    const stamp = document.timestamp.slice(0, 19).replaceAll(':', '.');
    expect(Key).toContain(`/${stamp.slice(0, 10).replaceAll('-', '/')}/${stamp}-`);
  });

  it('is discarded when its destination is gone, and the shard goes on', async () => {
    await stream();
    const events = await keeper((event) => (datas(event).includes('bad') ? failing() : null));
    await map({ BatchSize: 1, MaximumRetryAttempts: 0, ...toQueue });
    await put('bad');
    await put('good');
    await until(() => events.flatMap(datas).includes('good'));
  });
});

describe('records that are too old', () => {
  it('go to the destination, without a response', async () => {
    await stream();
    await failedQueue();
    const events = await keeper(() => (events.length === 1 ? failing() : null));
    const { kinesis } = aws.local.services.find(({ name }) => name === 'kinesis')?.faces ?? {};
    const read = kinesis?.read as RecordStreams['read'];
    // The first record is two minutes old.
    Object.assign(kinesis as object, {
      read: (...asked: Parameters<RecordStreams['read']>) => {
        const reading = read(...asked);
        const records = reading.records.map((record) => ({
          ...record,
          arrived:
            record.arrived - (Buffer.from(dataOf(record.event), 'base64').toString() === 'old' ? 120_000 : 0),
        }));
        return { ...reading, records };
      },
    });
    await put('old');
    await put('new');
    await map({ MaximumRecordAgeInSeconds: 60, ...toQueue });
    await until(() => events.length === 2);
    expect(events.flatMap(datas)).toEqual(['new', 'new']);
    const [document] = await failed();
    expect(document.requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 1,
    });
    expect(document).not.toHaveProperty('responseContext');
    expect(document.KinesisBatchInfo).toMatchObject({ batchSize: 1 });
  });
});

const dataOf = (event: Readonly<Record<string, unknown>>) => (event.kinesis as { data: string }).data;

describe('ReportBatchItemFailures of a stream', () => {
  const report = (ids: unknown) => ({ batchItemFailures: ids });
  const reports = { FunctionResponseTypes: ['ReportBatchItemFailures'] };

  it.each<[string, unknown]>([
    ['an empty text', ''],
    ['an empty list', []],
    ['null', null],
    ['an empty object', {}],
    ['no failures', report([])],
    ['null as the failures', report(null)],
  ])('means success with %s', async (_name, answer) => {
    await stream();
    const events = await keeper(() => answer);
    await put('1');
    await map({ MaximumRetryAttempts: 0, ...reports });
    await until(() => events.length === 1);
    await put('2');
    await until(() => events.length === 2);
    expect(events.map(datas)).toEqual([['1'], ['2']]);
  });

  it.each<[string, unknown]>([
    ['an empty id', report([{ itemIdentifier: '' }])],
    ['null as an id', report([{ itemIdentifier: null }])],
    ['an id that is not in the batch', report([{ itemIdentifier: 'x' }])],
    ['another key', report([{ foo: 123 }])],
  ])('means that the whole batch failed with %s', async (_name, answer) => {
    await stream();
    await failedQueue();
    await put('1');
    await put('2');
    const events = await keeper(() => answer);
    await map({ MaximumRetryAttempts: 1, ...reports, ...toQueue });
    const documents: Event[] = [];
    await until(async () => documents.push(...(await failed())) > 0);
    expect(events.map(datas)).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
    expect(documents[0]).toMatchObject({
      requestContext: { approximateInvokeCount: 2 },
      responseContext: { functionError: null },
      KinesisBatchInfo: { batchSize: 2 },
    });
  });

  it('retries from the lowest reported record on; what is before it is done', async () => {
    await stream();
    for (const data of ['1', '2', '3', '4']) await put(data);
    const events = await keeper((event) => {
      if (events.length > 1) return null;
      const numbers = numbersOf(event);
      return report([{ itemIdentifier: numbers[3] }, { itemIdentifier: numbers[1] }]);
    });
    await map(reports);
    await until(() => events.length === 2);
    expect(events.map(datas)).toEqual([
      ['1', '2', '3', '4'],
      ['2', '3', '4'],
    ]);
  });

  it('does not count the try of a batch that made progress', async () => {
    await stream();
    await failedQueue();
    for (const data of ['1', '2', 'bad']) await put(data);
    const events = await keeper((event) => report([{ itemIdentifier: numbersOf(event).at(-1) }]));
    await map({ ...reports, ...toQueue, MaximumRetryAttempts: 1 });
    const documents: Event[] = [];
    await until(async () => documents.push(...(await failed())) > 0);
    expect(events.map(datas)).toEqual([['1', '2', 'bad'], ['bad'], ['bad']]);
    expect(documents).toMatchObject([
      { requestContext: { approximateInvokeCount: 2 }, KinesisBatchInfo: { batchSize: 1 } },
    ]);
  });

  it('with halves: the batch is split at the reported record', async () => {
    await stream();
    await failedQueue();
    for (const data of ['1', '2', 'bad', '4']) await put(data);
    const events = await keeper((event) => {
      const at = datas(event).indexOf('bad');
      return at < 0 ? null : report([{ itemIdentifier: numbersOf(event)[at] }]);
    });
    await map({ ...reports, ...toQueue, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 });
    const documents: Event[] = [];
    await until(async () => documents.push(...(await failed())) > 0);
    await until(() => events.flatMap(datas).at(-1) === '4');
    expect(events.map(datas)).toEqual([['1', '2', 'bad', '4'], ['bad', '4'], ['bad'], ['4']]);
    expect(documents[0].KinesisBatchInfo.batchSize).toBe(1);
  });
});

describe('BisectBatchOnFunctionError', () => {
  it('finds the record that fails; halving does not use up retries', async () => {
    await stream();
    await failedQueue();
    for (let index = 0; index < 8; index++) await put(index === 5 ? 'bad' : String(index));
    const done: string[] = [];
    let alone = 0;
    await aws.make('f', (event) => {
      const all = datas(event);
      if (all.length === 1 && all[0] === 'bad') alone += 1;
      if (all.includes('bad')) failing();
      done.push(...all);
    });
    await map({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2, ...toQueue });
    await until(() => done.length === 7);
    expect(done).toEqual(['0', '1', '2', '3', '4', '6', '7']);
    expect(alone).toBe(3);
    const [document] = await failed();
    expect(document).toMatchObject({
      requestContext: { approximateInvokeCount: 3 },
      KinesisBatchInfo: { batchSize: 1 },
    });
  });

  it('does not deliver the halves that are done again after a restart', async () => {
    await stream();
    let stuck = true;
    for (const data of ['1', '2', 'bad', '4']) await put(data);
    const done: string[] = [];
    await aws.make('f', async (event) => {
      if (stuck && datas(event).includes('bad')) failing();
      done.push(...datas(event));
    });
    await map({ BisectBatchOnFunctionError: true });
    await until(() => done.length === 2);
    await quiet();
    stuck = false;
    aws = await aws.restart();
    await until(() => done.length === 4);
    expect(done).toEqual(['1', '2', 'bad', '4']);
  });
});
