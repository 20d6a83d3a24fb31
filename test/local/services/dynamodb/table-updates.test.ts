// UpdateTable, backups and the time to live.
import {
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  PutItemCommand,
  QueryCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type Attributes, content, invalid, localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const S = (text: string) => ({ S: text });
const date = expect.any(Date);
const update = async (TableName: string, rest: Partial<UpdateTableCommandInput>) =>
  (await dynamo.send(new UpdateTableCommand({ TableName, ...rest }))).TableDescription;
const described = async (TableName: string) =>
  (await dynamo.send(new DescribeTableCommand({ TableName }))).Table;
const put = (TableName: string, Item: Attributes) => dynamo.send(new PutItemCommand({ TableName, Item }));
const units = (read: number, write: number) => ({ ReadCapacityUnits: read, WriteCapacityUnits: write });

describe('UpdateTable', () => {
  it('answers a table that is being updated', async () => {
    await table('updated');
    const answer = await update('updated', { DeletionProtectionEnabled: true });
    expect(answer).toMatchObject({
      TableStatus: 'UPDATING',
      DeletionProtectionEnabled: true,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: date },
      WarmThroughput: { ReadUnitsPerSecond: 12000, Status: 'ACTIVE', WriteUnitsPerSecond: 4000 },
    });
    expect((await described('updated'))?.TableStatus).toBe('ACTIVE');
  });

  it('changes the billing mode in both directions', async () => {
    await table('billed');
    await update('billed', { BillingMode: 'PROVISIONED', ProvisionedThroughput: units(3, 4) });
    expect(await described('billed')).toMatchObject({
      BillingModeSummary: { BillingMode: 'PROVISIONED' },
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...units(3, 4), LastIncreaseDateTime: date },
      WarmThroughput: { ReadUnitsPerSecond: 3, WriteUnitsPerSecond: 4 },
    });
    await update('billed', { BillingMode: 'PAY_PER_REQUEST' });
    expect(await described('billed')).toMatchObject({
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: date },
      ProvisionedThroughput: units(0, 0),
    });
  });

  it('adds a global index with the items that are there, and removes it', async () => {
    await table('reindexed');
    await put('reindexed', { id: S('a'), team: S('red') });
    await put('reindexed', { id: S('b'), team: { N: '1' } });
    const created = await update('reindexed', {
      AttributeDefinitions: [{ AttributeName: 'team', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'by-team',
            KeySchema: [{ AttributeName: 'team', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        },
      ],
    });
    expect(created?.AttributeDefinitions).toEqual([
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'team', AttributeType: 'S' },
    ]);
    await put('reindexed', { id: S('c'), team: S('red') });
    const red = new QueryCommand({
      TableName: 'reindexed',
      IndexName: 'by-team',
      KeyConditionExpression: 'team = :t',
      ExpressionAttributeValues: { ':t': S('red') },
    });
    const { Items } = await dynamo.send(red);
    expect(Items?.map(({ id }) => id?.S).toSorted()).toEqual(['a', 'c']);
    const Delete = { IndexName: 'by-team' };
    const removed = await update('reindexed', { GlobalSecondaryIndexUpdates: [{ Delete }] });
    expect(removed?.GlobalSecondaryIndexes).toBeUndefined();
    expect(removed?.AttributeDefinitions).toEqual([{ AttributeName: 'id', AttributeType: 'S' }]);
    expect(await refusal(dynamo.send(red))).toBe(
      'ValidationException: The table does not have the specified index: by-team',
    );
  });

  it.each<[string, Partial<UpdateTableCommandInput>, string]>([
    [
      'no change',
      {},
      'ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    ],
    [
      'capacity of an on-demand table',
      { ProvisionedThroughput: units(1, 1) },
      invalid(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      ),
    ],
    [
      'a provisioned table without capacity',
      { BillingMode: 'PROVISIONED' },
      invalid('ProvisionedThroughput must be specified when BillingMode is PROVISIONED'),
    ],
    [
      'an index that does not exist',
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'none' } }] },
      'ResourceNotFoundException: Requested resource not found',
    ],
  ])('refuses %s', async (_what, rest, message) => {
    await table('refusing').catch(() => {});
    expect(await refusal(update('refusing', rest))).toBe(message);
  });

  it('names the table that it does not find', async () => {
    expect(await refusal(update('nowhere', { DeletionProtectionEnabled: true }))).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: nowhere not found',
    );
  });
});

it('DescribeTable counts the items and their bytes', async () => {
  await table('counted');
  await put('counted', { id: S('a'), text: S('12345') });
  await put('counted', { id: S('b') });
  await put('counted', { id: S('b'), n: S('x') });
  await dynamo.send(new DeleteItemCommand({ TableName: 'counted', Key: { id: S('a') } }));
  expect(await described('counted')).toMatchObject({ ItemCount: 1, TableSizeBytes: 5 });
});

it('point-in-time recovery is a setting that is kept', async () => {
  await table('recovered');
  const describeBackups = async () =>
    (await dynamo.send(new DescribeContinuousBackupsCommand({ TableName: 'recovered' })))
      .ContinuousBackupsDescription;
  expect(await describeBackups()).toEqual({
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
  });
  const answer = await dynamo.send(
    new UpdateContinuousBackupsCommand({
      TableName: 'recovered',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  const wanted = {
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: {
      EarliestRestorableDateTime: date,
      LatestRestorableDateTime: date,
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
    },
  };
  expect(answer.ContinuousBackupsDescription).toEqual(wanted);
  expect(await describeBackups()).toEqual(wanted);
});

describe('the time to live', () => {
  const set = (Enabled: boolean, AttributeName = 'due') =>
    dynamo.send(
      new UpdateTimeToLiveCommand({
        TableName: 'expiring',
        TimeToLiveSpecification: { Enabled, AttributeName },
      }),
    );
  const shown = async () =>
    (await dynamo.send(new DescribeTimeToLiveCommand({ TableName: 'expiring' }))).TimeToLiveDescription;

  it('is turned on and off, with its attribute', async () => {
    await table('expiring');
    expect(await shown()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect(content(await set(true))).toEqual({
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'due' },
    });
    expect(await shown()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'due' });
    expect(await refusal(set(true))).toBe('ValidationException: TimeToLive is already enabled');
    expect(await refusal(set(true, 'other'))).toBe(
      'ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is due',
    );
    await set(false);
    expect(await shown()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect(await refusal(set(false))).toBe('ValidationException: TimeToLive is already disabled');
  });

  it('of a table that does not exist is refused', async () => {
    expect(await refusal(dynamo.send(new DescribeTimeToLiveCommand({ TableName: 'nowhere' })))).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: nowhere not found',
    );
  });
});
