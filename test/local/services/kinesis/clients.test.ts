// The local Kinesis, and event source mappings, with boto3 and the aws CLI.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWithBoto3, type Told } from '../../../support/boto3/boto3.ts';
import { account, region, type Seen, seenByBoto3 } from '../../../support/boto3/fixture.ts';
import { awsCli } from '../../../support/tools.ts';
import { type InProcessAws, startInProcess } from '../../in-process.ts';

const python = await pythonWithBoto3();
const cli = await awsCli();

const members = (value: unknown) =>
  Object.keys(value as object)
    .filter((name) => name !== 'status' && name !== 'headers')
    .sort();

describe.skipIf(!python)('boto3', () => {
  let boto3: Seen;
  let call: Seen['call'];
  beforeAll(async () => {
    boto3 = await seenByBoto3(python as string);
    call = boto3.call;
  });
  afterAll(() => boto3?.stop());

  it('creates a stream without a number of shards: there are four', async () => {
    await call('kinesis create_stream', { StreamName: 'four' });
    await boto3.wait('kinesis', 'stream_exists', { StreamName: 'four' });
    const { StreamDescription } = await call('kinesis describe_stream', { StreamName: 'four' });
    expect(members(StreamDescription)).toEqual([
      'EncryptionType',
      'EnhancedMonitoring',
      'HasMoreShards',
      'RetentionPeriodHours',
      'Shards',
      'StreamARN',
      'StreamCreationTimestamp',
      'StreamModeDetails',
      'StreamName',
      'StreamStatus',
    ]);
    const { Shards } = StreamDescription as { Shards: Told[] };
    expect(Shards).toHaveLength(4);
    expect(members(Shards[0])).toEqual(['HashKeyRange', 'SequenceNumberRange', 'ShardId']);
  });

  it('puts and reads records, also with an iterator in double quotes', async () => {
    const StreamName = 'records';
    await call('kinesis create_stream', { StreamName, ShardCount: 1 });
    const put = await call('kinesis put_record', {
      StreamName,
      Data: Buffer.from('täglich'),
      PartitionKey: 'k',
    });
    expect(members(put)).toEqual(['SequenceNumber', 'ShardId']);
    const many = await call('kinesis put_records', {
      StreamName,
      Records: [{ Data: Buffer.from('x'), PartitionKey: 'k' }],
    });
    expect(members(many)).toEqual(['FailedRecordCount', 'Records']);
    const { ShardIterator } = await call('kinesis get_shard_iterator', {
      StreamName,
      ShardId: put.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    });
    for (const asked of [ShardIterator, `"${ShardIterator}"`]) {
      const got = await call('kinesis get_records', { ShardIterator: asked });
      expect(members(got)).toEqual(['MillisBehindLatest', 'NextShardIterator', 'Records']);
      const [record] = got.Records as Told[];
      expect(members(record)).toEqual([
        'ApproximateArrivalTimestamp',
        'Data',
        'PartitionKey',
        'SequenceNumber',
      ]);
      expect(record).toMatchObject({
        SequenceNumber: put.SequenceNumber,
        PartitionKey: 'k',
        Data: 'täglich',
      });
    }
  });

  it('is told that a stream does not exist', async () => {
    expect(await boto3.refusal('kinesis describe_stream', { StreamName: 'none' })).toBe(
      `400 ResourceNotFoundException: Stream none under account ${account} not found.`,
    );
  });

  it('sees the life of a mapping of a stream', async () => {
    await boto3.create('reader');
    const attach = (name: string) =>
      call('iam attach_role_policy', {
        RoleName: 'worker',
        PolicyArn: `arn:aws:iam::aws:policy/service-role/${name}`,
      });
    await attach('AWSLambdaKinesisExecutionRole');
    await call('kinesis create_stream', { StreamName: 'mapped', ShardCount: 1 });
    const source = {
      FunctionName: 'reader',
      EventSourceArn: `arn:aws:kinesis:${region}:${account}:stream/mapped`,
    };
    const made = await call('lambda create_event_source_mapping', { ...source, StartingPosition: 'LATEST' });
    const expected = [
      'BatchSize',
      'BisectBatchOnFunctionError',
      'DestinationConfig',
      'EventSourceArn',
      'EventSourceMappingArn',
      'FunctionArn',
      'FunctionResponseTypes',
      'LastModified',
      'LastProcessingResult',
      'MaximumBatchingWindowInSeconds',
      'MaximumRecordAgeInSeconds',
      'MaximumRetryAttempts',
      'ParallelizationFactor',
      'StartingPosition',
      'State',
      'StateTransitionReason',
      'TumblingWindowInSeconds',
      'UUID',
    ];
    expect(members(made)).toEqual(expected);
    const { UUID } = made;
    const change = async (operation: string, more: object = {}) => {
      const told = await call(`lambda ${operation}`, { UUID, ...more });
      expect(members(told)).toEqual(expected);
      const { State } = told as { State?: unknown };
      return `${told.status} ${State}`;
    };
    expect(`${made.status} ${made.State}`).toBe('202 Creating');
    expect(await change('get_event_source_mapping')).toBe('200 Enabled');
    expect(await change('update_event_source_mapping', { BatchSize: 5 })).toBe('202 Updating');
    expect(await change('update_event_source_mapping', { Enabled: false })).toBe('202 Disabling');
    expect(await change('get_event_source_mapping')).toBe('200 Disabled');
    expect(await change('update_event_source_mapping', { Enabled: true })).toBe('202 Enabling');
    const listed = await call('lambda list_event_source_mappings', source);
    expect(members((listed.EventSourceMappings as Told[])[0])).toEqual(expected);
    const other = { ...source, FunctionName: 'unknown' };
    expect((await call('lambda list_event_source_mappings', other)).EventSourceMappings).toEqual([]);
    expect(await change('delete_event_source_mapping')).toBe('202 Deleting');
    expect(await boto3.refusal('lambda get_event_source_mapping', { UUID })).toBe(
      '404 ResourceNotFoundException: The resource you requested does not exist.',
    );
  });
});

describe.skipIf(!cli)('the aws CLI', () => {
  let aws: InProcessAws;
  beforeAll(async () => {
    aws = await startInProcess();
  });
  afterAll(() => aws?.stop());

  const run = async (...args: string[]) => {
    const env = { ...aws.env, PATH: process.env.PATH, AWS_PAGER: '' };
    const all = ['--endpoint-url', aws.endpoint, '--output', 'json', 'kinesis', ...args];
    const { stdout } = await promisify(execFile)(cli as string, all, { env });
    return stdout.trim() === '' ? undefined : JSON.parse(stdout);
  };

  it('creates a stream, puts a record and reads it', async () => {
    await run('create-stream', '--stream-name', 's', '--shard-count', '1');
    await run('put-record', '--stream-name', 's', '--partition-key', 'k', '--data', 'aGVsbG8=');
    const { ShardIterator } = await run(
      'get-shard-iterator',
      ...['--stream-name', 's', '--shard-id', '0', '--shard-iterator-type', 'TRIM_HORIZON'],
    );
    const { Records } = await run('get-records', '--shard-iterator', ShardIterator);
    expect(Records).toMatchObject([{ Data: 'aGVsbG8=', PartitionKey: 'k' }]);
    expect((await run('list-streams')).StreamNames).toEqual(['s']);
  }, 60_000);
});
