// Kinesis through the SDK: streams, their shards and settings, tags, consumers.
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteResourcePolicyCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  GetResourcePolicyCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutResourcePolicyCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  type Shard,
  SplitShardCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateMaxRecordSizeCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type KinesisAws, said, startKinesis } from './fixture.ts';

let aws: KinesisAws;
let send: KinesisAws['kinesis']['send'];
beforeAll(async () => {
  aws = await startKinesis();
  send = aws.kinesis.send.bind(aws.kinesis);
});
afterAll(() => aws?.stop());

const A = '000000000000';
const last = String((1n << 128n) - 1n);
const shards = async (StreamName: string): Promise<Shard[]> =>
  (await send(new ListShardsCommand({ StreamName }))).Shards ?? [];
/** The first and last hash keys of the open shards, in the order of their keys. */
const ranges = (all: Shard[]) =>
  all
    .filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined)
    .map(({ HashKeyRange }) => [
      BigInt(HashKeyRange?.StartingHashKey ?? 0),
      BigInt(HashKeyRange?.EndingHashKey ?? 0),
    ])
    .toSorted(([one = 0n], [other = 0n]) => (one < other ? -1 : 1));

describe('a stream', () => {
  it('has four shards when the request does not say how many', async () => {
    await send(new CreateStreamCommand({ StreamName: 'four' }));
    const { StreamDescription } = await send(new DescribeStreamCommand({ StreamName: 'four' }));
    expect(StreamDescription?.Shards).toHaveLength(4);
    expect(StreamDescription?.Shards?.[0]).toEqual({
      ShardId: 'shardId-000000000000',
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: String((1n << 126n) - 1n) },
      SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^\d{56}$/) },
    });
    expect(StreamDescription?.Shards?.[3]?.HashKeyRange?.EndingHashKey).toBe(last);
  });

  it('is described, with exactly these members', async () => {
    const StreamARN = await aws.stream('described');
    const { StreamDescription } = await send(new DescribeStreamCommand({ StreamName: 'described' }));
    expect(StreamDescription).toEqual({
      StreamName: 'described',
      StreamARN,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
      Shards: [expect.objectContaining({ ShardId: 'shardId-000000000000' })],
      HasMoreShards: false,
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: expect.any(Date),
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: 'NONE',
    });
    expect(
      (await send(new DescribeStreamSummaryCommand({ StreamARN }))).StreamDescriptionSummary,
    ).toMatchObject({
      StreamName: 'described',
      OpenShardCount: 1,
      ConsumerCount: 0,
    });
  });

  it('that does not exist is not found', async () => {
    const missing = `ResourceNotFoundException: Stream none under account ${A} not found.`;
    const StreamName = 'none';
    expect(await said(send(new DescribeStreamCommand({ StreamName })))).toBe(missing);
    expect(await said(send(new DeleteStreamCommand({ StreamName })))).toBe(missing);
    expect(
      await said(send(new PutRecordCommand({ StreamName, Data: Buffer.from('x'), PartitionKey: 'k' }))),
    ).toBe(missing);
    const error = await send(new ListShardsCommand({ StreamName })).catch((thrown) => thrown);
    expect(error.$metadata.httpStatusCode).toBe(400);
  });

  it('exists once for each name, and is refused for a bad one', async () => {
    await aws.stream('once');
    expect(await said(aws.stream('once'))).toBe(
      `ResourceInUseException: Stream once under account ${A} already exists.`,
    );
    expect(await said(aws.stream('not good'))).toBe(
      "ValidationException: 1 validation error detected: Value 'not good' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    );
    expect(await said(aws.stream('zero', 0))).toMatch(/ValidationException: .*at 'shardCount'/);
    expect(
      await said(
        send(
          new CreateStreamCommand({
            StreamName: 'both',
            ShardCount: 1,
            StreamModeDetails: { StreamMode: 'ON_DEMAND' },
          }),
        ),
      ),
    ).toMatch(/^InvalidArgumentException: ShardCount must not be provided/);
  });

  it('is listed page by page, and gone after its deletion', async () => {
    for (const name of ['page-1', 'page-2', 'page-3']) await aws.stream(name);
    const first = await send(new ListStreamsCommand({ ExclusiveStartStreamName: 'page-0', Limit: 2 }));
    expect(first).toMatchObject({ StreamNames: ['page-1', 'page-2'], HasMoreStreams: true });
    expect(first.StreamSummaries?.[0]).toMatchObject({ StreamName: 'page-1', StreamStatus: 'ACTIVE' });
    const second = await send(new ListStreamsCommand({ NextToken: first.NextToken, Limit: 1 }));
    expect(second.StreamNames).toEqual(['page-3']);
    await send(new DeleteStreamCommand({ StreamName: 'page-1' }));
    const rest = await send(new ListStreamsCommand({ ExclusiveStartStreamName: 'page-0', Limit: 2 }));
    expect(rest.StreamNames).toEqual(['page-2', 'page-3']);
  });

  it('keeps its settings', async () => {
    const StreamARN = await aws.stream('settings');
    const StreamName = 'settings';
    await send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 48 }));
    expect(
      await said(send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 }))),
    ).toBe(
      'InvalidArgumentException: Requested retention period (24 hours) for stream settings can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.',
    );
    await send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 36 }));
    await send(
      new StartStreamEncryptionCommand({ StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }),
    );
    await send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: 'ON_DEMAND' } }));
    await send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB: 2048 }));
    expect(
      await send(new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ['IncomingBytes'] })),
    ).toMatchObject({ CurrentShardLevelMetrics: [], DesiredShardLevelMetrics: ['IncomingBytes'] });
    expect(
      (await send(new DescribeStreamSummaryCommand({ StreamName }))).StreamDescriptionSummary,
    ).toMatchObject({
      RetentionPeriodHours: 36,
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      MaxRecordSizeInKiB: 2048,
      EnhancedMonitoring: [{ ShardLevelMetrics: ['IncomingBytes'] }],
    });
    const put = await send(new PutRecordCommand({ StreamName, Data: Buffer.from('x'), PartitionKey: 'k' }));
    expect(put.EncryptionType).toBe('KMS');
    await send(
      new StopStreamEncryptionCommand({ StreamName, EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' }),
    );
    await send(new DisableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ['ALL'] }));
    expect((await send(new DescribeStreamCommand({ StreamName }))).StreamDescription).toMatchObject({
      EncryptionType: 'NONE',
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    });
    expect(await send(new DescribeLimitsCommand({}))).toMatchObject({ OnDemandStreamCountLimit: 50 });
  });

  it('has tags and a resource policy', async () => {
    const ResourceARN = await aws.stream('tagged');
    const StreamName = 'tagged';
    await send(new AddTagsToStreamCommand({ StreamName, Tags: { foo: 'bar', b: '2' } }));
    await send(new TagResourceCommand({ ResourceARN, Tags: { c: '3' } }));
    expect(await send(new ListTagsForStreamCommand({ StreamName, Limit: 2 }))).toMatchObject({
      Tags: [
        { Key: 'b', Value: '2' },
        { Key: 'c', Value: '3' },
      ],
      HasMoreTags: true,
    });
    await send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ['b'] }));
    await send(new UntagResourceCommand({ ResourceARN, TagKeys: ['c'] }));
    expect((await send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([
      { Key: 'foo', Value: 'bar' },
    ]);
    const policy = async () => (await send(new GetResourcePolicyCommand({ ResourceARN }))).Policy;
    expect(await policy()).toBe('{}');
    const Policy = '{"Version":"2012-10-17","Statement":[]}';
    await send(new PutResourcePolicyCommand({ ResourceARN, Policy }));
    expect(await policy()).toBe(Policy);
    await send(new DeleteResourcePolicyCommand({ ResourceARN }));
    expect(await policy()).toBe('{}');
    expect(await said(send(new DeleteResourcePolicyCommand({ ResourceARN })))).toMatch(
      /^ResourceNotFoundException: /,
    );
  });
});

describe('the shards of a stream', () => {
  it('are split and merged, and name their parents', async () => {
    await aws.stream('reshard');
    const StreamName = 'reshard';
    const NewStartingHashKey = String(1n << 127n);
    await send(
      new SplitShardCommand({ StreamName, ShardToSplit: 'shardId-000000000000', NewStartingHashKey }),
    );
    const halves = await shards(StreamName);
    expect(halves).toMatchObject([
      { ShardId: 'shardId-000000000000', SequenceNumberRange: { EndingSequenceNumber: expect.any(String) } },
      { ShardId: 'shardId-000000000001', ParentShardId: 'shardId-000000000000' },
      { ShardId: 'shardId-000000000002', ParentShardId: 'shardId-000000000000' },
    ]);
    expect(ranges(halves)).toEqual([
      [0n, (1n << 127n) - 1n],
      [1n << 127n, (1n << 128n) - 1n],
    ]);
    expect(
      await said(
        send(new SplitShardCommand({ StreamName, ShardToSplit: 'shardId-000000000000', NewStartingHashKey })),
      ),
    ).toMatch(/has already been merged or split/);
    await send(
      new MergeShardsCommand({
        StreamName,
        ShardToMerge: 'shardId-000000000001',
        AdjacentShardToMerge: 'shardId-000000000002',
      }),
    );
    expect((await shards(StreamName)).at(-1)).toMatchObject({
      ShardId: 'shardId-000000000003',
      ParentShardId: 'shardId-000000000001',
      AdjacentParentShardId: 'shardId-000000000002',
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: last },
    });
  });

  it('that are not neighbours are not merged, and are not split at a key outside', async () => {
    await aws.stream('apart', 3);
    const StreamName = 'apart';
    expect(
      await said(
        send(
          new MergeShardsCommand({
            StreamName,
            ShardToMerge: 'shardId-000000000000',
            AdjacentShardToMerge: 'shardId-000000000002',
          }),
        ),
      ),
    ).toMatch(/are not an adjacent pair of shards eligible for merging$/);
    expect(
      await said(
        send(
          new SplitShardCommand({
            StreamName,
            ShardToSplit: 'shardId-000000000000',
            NewStartingHashKey: last,
          }),
        ),
      ),
    ).toMatch(/is not both greater than one plus the shard's StartingHashKey/);
  });

  it.each([
    [1, 2],
    [4, 3],
    [5, 3],
    [6, 3],
    [3, 6],
    [7, 10],
  ])('change in number from %d to %d, and cover all keys in equal parts', async (from, to) => {
    const StreamName = `count-${from}-${to}`;
    await aws.stream(StreamName, from);
    expect(
      await send(
        new UpdateShardCountCommand({ StreamName, TargetShardCount: to, ScalingType: 'UNIFORM_SCALING' }),
      ),
    ).toMatchObject({ StreamName, CurrentShardCount: from, TargetShardCount: to });
    const open = ranges(await shards(StreamName));
    expect(open).toHaveLength(to);
    expect(open[0]?.[0]).toBe(0n);
    expect(open.at(-1)?.[1]).toBe((1n << 128n) - 1n);
    for (const [index, [start]] of open.entries()) {
      if (index > 0) expect(start).toBe((open[index - 1]?.[1] ?? 0n) + 1n);
    }
  });

  it('are listed page by page and by filter', async () => {
    await aws.stream('filtered', 4);
    const StreamName = 'filtered';
    const first = await send(new ListShardsCommand({ StreamName, MaxResults: 3 }));
    const second = await send(new ListShardsCommand({ NextToken: first.NextToken }));
    expect([first.Shards?.length, second.Shards?.length]).toEqual([3, 1]);
    const NewStartingHashKey = '12345';
    await send(
      new SplitShardCommand({ StreamName, ShardToSplit: 'shardId-000000000000', NewStartingHashKey }),
    );
    const open = await send(new ListShardsCommand({ StreamName, ShardFilter: { Type: 'AT_LATEST' } }));
    expect(open.Shards).toHaveLength(5);
    const page = await send(new DescribeStreamCommand({ StreamName, Limit: 2 }));
    expect(page.StreamDescription).toMatchObject({ HasMoreShards: true });
    const rest = await send(
      new DescribeStreamCommand({ StreamName, ExclusiveStartShardId: 'shardId-000000000001' }),
    );
    expect(rest.StreamDescription?.Shards).toHaveLength(4);
  });
});

describe('a consumer', () => {
  it('is registered, described, listed and deregistered', async () => {
    const StreamARN = await aws.stream('consumed');
    const { Consumer } = await send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }));
    const shown = {
      ConsumerName: 'c',
      ConsumerARN: expect.stringMatching(`^${StreamARN}/consumer/c:\\d{10}$`),
      ConsumerCreationTimestamp: expect.any(Date),
    };
    expect(Consumer).toEqual({ ...shown, ConsumerStatus: 'CREATING' });
    const { ConsumerDescription } = await send(
      new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }),
    );
    expect(ConsumerDescription).toEqual({ ...shown, ConsumerStatus: 'ACTIVE', StreamARN });
    expect((await send(new ListStreamConsumersCommand({ StreamARN }))).Consumers).toEqual([
      { ...shown, ConsumerStatus: 'ACTIVE' },
    ]);
    expect(await said(send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' })))).toMatch(
      /^ResourceInUseException: /,
    );
    expect(await said(send(new DeleteStreamCommand({ StreamARN })))).toMatch(/^ResourceInUseException: /);
    await send(new DeregisterStreamConsumerCommand({ ConsumerARN: Consumer?.ConsumerARN }));
    expect((await send(new ListStreamConsumersCommand({ StreamARN }))).Consumers).toEqual([]);
    await send(new DeleteStreamCommand({ StreamARN }));
  });
});
