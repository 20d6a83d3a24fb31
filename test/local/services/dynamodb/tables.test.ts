// Tables and their indexes: what the operations on them answer and refuse.
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeEndpointsCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { content, invalid, localDynamo, refusal } from './fixture.ts';

const { dynamo, server, table } = await localDynamo();
const arnOf = (name: string) => `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}`;
const onId = {
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
} satisfies Partial<CreateTableCommandInput>;
const provisioned = { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 } };

const create = (input: Partial<CreateTableCommandInput>) =>
  dynamo.send(
    new CreateTableCommand({
      TableName: 'refused',
      ...onId,
      ...provisioned,
      ...input,
    } as CreateTableCommandInput),
  );
const described = async (TableName: string) =>
  (await dynamo.send(new DescribeTableCommand({ TableName }))).Table;

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const date = expect.any(Date);
const label = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/);

const common = (name: string, read: number, write: number) => ({
  ...onId,
  CreationDateTime: date,
  DeletionProtectionEnabled: false,
  ItemCount: 0,
  ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: read, WriteCapacityUnits: write },
  TableArn: arnOf(name),
  TableId: uuid,
  TableName: name,
  TableSizeBytes: 0,
});

describe('CreateTable', () => {
  it('answers a provisioned table that is being created', async () => {
    const answer = await create({ TableName: 'provisioned' });
    expect(content(answer)).toEqual({
      TableDescription: { ...common('provisioned', 5, 6), TableStatus: 'CREATING' },
    });
  });

  it('answers an on-demand table with its billing mode and without capacity', async () => {
    const answer = await dynamo.send(
      new CreateTableCommand({ TableName: 'on-demand', ...onId, BillingMode: 'PAY_PER_REQUEST' }),
    );
    expect(answer.TableDescription).toEqual({
      ...common('on-demand', 0, 0),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      TableStatus: 'CREATING',
    });
  });

  it('answers the label and the ARN of a stream', async () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const };
    const { TableDescription } = await create({ TableName: 'streamed', StreamSpecification });
    expect(TableDescription).toEqual({
      ...common('streamed', 5, 6),
      StreamSpecification,
      LatestStreamLabel: label,
      LatestStreamArn: `${arnOf('streamed')}/stream/${TableDescription?.LatestStreamLabel}`,
      TableStatus: 'CREATING',
    });
  });

  it('refuses a name that exists', async () => {
    await create({ TableName: 'twice' });
    expect(await refusal(create({ TableName: 'twice' }))).toBe(
      'ResourceInUseException: Table already exists: twice',
    );
  });

  it('shows the warm throughput only if the request has one', async () => {
    const { TableDescription } = await create({
      TableName: 'warm',
      WarmThroughput: { ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 1200 },
    });
    const warm = { ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 1200 };
    expect(TableDescription?.WarmThroughput).toEqual({ ...warm, Status: 'UPDATING' });
    expect((await described('warm'))?.WarmThroughput).toEqual({ ...warm, Status: 'ACTIVE' });
  });

  it('shows a KMS key if encryption is asked for', async () => {
    await create({ TableName: 'encrypted', SSESpecification: { Enabled: true } });
    expect((await described('encrypted'))?.SSEDescription).toEqual({
      KMSMasterKeyArn: expect.stringMatching(/^arn:aws:kms:eu-central-1:123456789012:/),
      SSEType: 'KMS',
      Status: 'ENABLED',
    });
  });

  const definitions = (...names: string[]) => ({
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
  });
  const key = (...names: string[]) =>
    names.map((AttributeName, index) => ({
      AttributeName,
      KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
    }));
  const all = { Projection: { ProjectionType: 'ALL' as const } };
  const index = (name: string, ...names: string[]) => ({ IndexName: name, KeySchema: key(...names), ...all });

  it.each<[string, Partial<CreateTableCommandInput>, string]>([
    [
      'capacity of an on-demand table',
      { BillingMode: 'PAY_PER_REQUEST' },
      invalid(
        'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
      ),
    ],
    [
      'a provisioned table without capacity',
      { ProvisionedThroughput: undefined },
      invalid(
        'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
      ),
    ],
    [
      'a short name',
      { TableName: 'ab' },
      "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    ],
    [
      'an impossible name',
      { TableName: 'abc;' },
      "ValidationException: 1 validation error detected: Value 'abc;' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      'an unknown type',
      { AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'X' as 'S' }] },
      "ValidationException: 1 validation error detected: Value 'X' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]",
    ],
    [
      'no capacity at all',
      { ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 1 } },
      "ValidationException: 1 validation error detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      'a key without definition',
      definitions('other'),
      invalid(
        'Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: [other]',
      ),
    ],
    [
      'a definition that is not a key',
      definitions('id', 'other'),
      invalid(
        'Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
      ),
    ],
    [
      'a key of two sort keys',
      { KeySchema: [{ AttributeName: 'id', KeyType: 'RANGE' }] },
      'ValidationException: Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
    ],
    [
      'the same attribute twice in a key',
      { KeySchema: key('id', 'id'), ...definitions('id', 'b') },
      'ValidationException: Both the Hash Key and the Range Key element in the KeySchema have the same name',
    ],
    [
      'a local index of a table without sort key',
      { LocalSecondaryIndexes: [index('byA', 'id', 'a')], ...definitions('id', 'a') },
      invalid(
        'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
      ),
    ],
    [
      'a local index with another partition key',
      {
        KeySchema: key('id', 'place'),
        LocalSecondaryIndexes: [index('byA', 'a', 'b')],
        ...definitions('id', 'place', 'a', 'b'),
      },
      invalid(
        'Index KeySchema does not have the same leading hash key as table KeySchema for index: byA. index hash key: a, table hash key: id',
      ),
    ],
    [
      'two indexes of one name',
      {
        GlobalSecondaryIndexes: [
          { ...index('byA', 'a'), ...provisioned },
          { ...index('byA', 'a'), ...provisioned },
        ],
        ...definitions('id', 'a'),
      },
      invalid('Duplicate index name: byA'),
    ],
    [
      'attributes of a projection that has all',
      {
        GlobalSecondaryIndexes: [
          {
            ...index('byA', 'a'),
            ...provisioned,
            Projection: { ProjectionType: 'ALL', NonKeyAttributes: ['b'] },
          },
        ],
        ...definitions('id', 'a'),
      },
      invalid('ProjectionType is ALL, but NonKeyAttributes is specified'),
    ],
    [
      'an empty list of indexes',
      { GlobalSecondaryIndexes: [] },
      invalid('List of GlobalSecondaryIndexes is empty'),
    ],
    [
      'a stream without view',
      { StreamSpecification: { StreamEnabled: true } },
      invalid(
        'StreamSpecification.StreamViewType is required when StreamSpecification.StreamEnabled is true',
      ),
    ],
  ])('refuses %s', async (_what, input, message) => {
    expect(await refusal(create(input))).toBe(message);
    expect(await refusal(described('refused'))).toMatch(/^ResourceNotFoundException/);
  });
});

describe('DescribeTable', () => {
  it('adds the warm throughput, which is the capacity of a provisioned table', async () => {
    await create({ TableName: 'shown' });
    expect(await described('shown')).toEqual({
      ...common('shown', 5, 6),
      TableStatus: 'ACTIVE',
      WarmThroughput: { ReadUnitsPerSecond: 5, Status: 'ACTIVE', WriteUnitsPerSecond: 6 },
    });
  });

  it('adds the time of the change to on-demand capacity', async () => {
    await table('shown-on-demand');
    expect(await described('shown-on-demand')).toEqual({
      ...common('shown-on-demand', 0, 0),
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: date },
      TableStatus: 'ACTIVE',
      WarmThroughput: { ReadUnitsPerSecond: 12000, Status: 'ACTIVE', WriteUnitsPerSecond: 4000 },
    });
  });

  it('describes indexes', async () => {
    await table('with-indexes', 'id place', {
      AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'N' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'global',
          KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'local',
          KeySchema: [
            { AttributeName: 'id', KeyType: 'HASH' },
            { AttributeName: 'other', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    const shown = await described('with-indexes');
    expect(shown?.GlobalSecondaryIndexes).toEqual([
      {
        IndexArn: `${arnOf('with-indexes')}/index/global`,
        IndexName: 'global',
        IndexSizeBytes: 0,
        IndexStatus: 'ACTIVE',
        ItemCount: 0,
        KeySchema: [{ AttributeName: 'other', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a', 'b'] },
        ProvisionedThroughput: { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
        WarmThroughput: { ReadUnitsPerSecond: 12000, Status: 'ACTIVE', WriteUnitsPerSecond: 4000 },
      },
    ]);
    expect(shown?.LocalSecondaryIndexes).toEqual([
      {
        IndexArn: `${arnOf('with-indexes')}/index/local`,
        IndexName: 'local',
        IndexSizeBytes: 0,
        ItemCount: 0,
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'other', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
  });

  it('finds a table by its ARN', async () => {
    await table('by-arn');
    expect((await described(arnOf('by-arn')))?.TableName).toBe('by-arn');
  });

  it('names the table that it does not find', async () => {
    expect(await refusal(described('nowhere'))).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: nowhere not found',
    );
  });
});

describe('DeleteTable', () => {
  const remove = (TableName: string) => dynamo.send(new DeleteTableCommand({ TableName }));

  it('answers the few members of a table that is being deleted', async () => {
    await create({ TableName: 'short-lived' });
    const {
      AttributeDefinitions: _,
      KeySchema: __,
      CreationDateTime: ___,
      ...rest
    } = common('short-lived', 5, 6);
    expect((await remove('short-lived')).TableDescription).toEqual({ ...rest, TableStatus: 'DELETING' });
    expect(await refusal(described('short-lived'))).toMatch(/^ResourceNotFoundException/);
  });

  it('names the table that it does not find', async () => {
    expect(await refusal(remove('non-existent'))).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: non-existent not found',
    );
  });

  it('refuses a protected table', async () => {
    await create({ TableName: 'protected', DeletionProtectionEnabled: true });
    expect(await refusal(remove('protected'))).toBe(
      'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  });
});

it('ListTables lists in pages, in the order of the names', async () => {
  for (const name of ['list-c', 'list-a', 'list-b']) await table(name);
  const page = (ExclusiveStartTableName: string, Limit?: number) =>
    dynamo.send(new ListTablesCommand({ ExclusiveStartTableName, Limit }));
  const first = await page('list', 2);
  expect(content(first)).toEqual({ TableNames: ['list-a', 'list-b'], LastEvaluatedTableName: 'list-b' });
  expect((await page('list-b')).TableNames?.[0]).toBe('list-c');
  expect(await refusal(page('list', 101))).toBe(
    "ValidationException: 1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
  );
});

describe('tags', () => {
  const tagsOf = async (name: string) =>
    (await dynamo.send(new ListTagsOfResourceCommand({ ResourceArn: arnOf(name) }))).Tags;

  it('are given at the creation, added and removed', async () => {
    await table('tagged', 'id', { Tags: [{ Key: 'a', Value: '1' }] });
    const ResourceArn = arnOf('tagged');
    await dynamo.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'b', Value: '2' }] }));
    expect(await tagsOf('tagged')).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ]);
    await dynamo.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));
    expect(await tagsOf('tagged')).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it('are refused for what is not the ARN of a table', async () => {
    const call = dynamo.send(new ListTagsOfResourceCommand({ ResourceArn: 'a:b:c:d:e/f' }));
    expect(await refusal(call)).toBe(
      'ValidationException: Invalid TableArn: Invalid ResourceArn provided as input a:b:c:d:e/f',
    );
    expect(await refusal(tagsOf('nowhere'))).toMatch(/^ResourceNotFoundException/);
  });
});

it('DescribeLimits answers the quotas of an account', async () => {
  expect((await dynamo.send(new DescribeLimitsCommand({}))).TableMaxReadCapacityUnits).toBe(40000);
});

it('DescribeEndpoints answers this server, so that no client leaves it', async () => {
  const { Endpoints } = await dynamo.send(new DescribeEndpointsCommand({}));
  expect(Endpoints).toEqual([{ Address: new URL(server.endpoint).host, CachePeriodInMinutes: 1440 }]);
});
