// The calls of DynamoDB for a table. A separate file, so that the client is loaded only when a project has tables.
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTagsOfResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import { thingArn } from '../../config/things/names.ts';
import { absent } from '../absent.ts';
import { type Tags, tagList, tagRecord } from '../owned/ownership.ts';
import type { LiveTable, TableParts } from './live.ts';
import { attributeDefinitions, billingMode, indexOf, keySchema, throughputOf } from './shape.ts';

/**
 * undefined: it does not exist, or is being deleted. `ttl`: also the attribute of time to live. `backups`: also whether it can
 * be restored as it was.
 */
export async function readTable(
  aws: Aws,
  TableName: string,
  { ttl, backups }: TableParts,
): Promise<LiveTable | undefined> {
  const dynamo = await aws.dynamoDB();
  const parts = Promise.all([
    ttl ? absent(() => dynamo.send(new DescribeTimeToLiveCommand({ TableName }))) : undefined,
    readTags(aws, TableName),
    backups ? absentTable(() => dynamo.send(new DescribeContinuousBackupsCommand({ TableName }))) : undefined,
  ]);
  // A table that does not exist may have tags that nobody may list: only of a live table is this an error.
  parts.catch(() => {});
  const answer = await absent(() => dynamo.send(new DescribeTableCommand({ TableName })));
  const table = answer?.Table;
  if (!table || table.TableStatus === 'DELETING') return undefined;
  const [lives, tags, kept] = await parts;
  const { AttributeName, TimeToLiveStatus = 'DISABLED' } = lives?.TimeToLiveDescription ?? {};
  const recovery = kept?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return {
    table,
    tags,
    ...(TimeToLiveStatus.startsWith('ENABL') ? { ttl: AttributeName } : {}),
    ...(backups ? { pointInTimeRecovery: recovery?.PointInTimeRecoveryStatus === 'ENABLED' } : {}),
  };
}

async function readTags(aws: Aws, TableName: string): Promise<Tags> {
  const dynamo = await aws.dynamoDB();
  const input = { ResourceArn: thingArn('table', TableName, aws) };
  const first = await absent(() => dynamo.send(new ListTagsOfResourceCommand(input)));
  const rest = first?.NextToken
    ? await dynamo.send(new ListTagsOfResourceCommand({ ...input, NextToken: first.NextToken }))
    : undefined;
  return tagRecord([...(first?.Tags ?? []), ...(rest?.Tags ?? [])]);
}

/** DescribeContinuousBackups has an error of its own for a table that does not exist. */
async function absentTable<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await absent(ask);
  } catch (error) {
    if ((error as Error).name === 'TableNotFoundException') return undefined;
    throw error;
  }
}

/** Whether it exists, in any state. */
export async function isThere(aws: Aws, TableName: string): Promise<boolean> {
  const dynamo = await aws.dynamoDB();
  return (await absent(() => dynamo.send(new DescribeTableCommand({ TableName })))) !== undefined;
}

export async function createTable(
  aws: Aws,
  TableName: string,
  fields: ThingFields<'table'>,
  tags: Tags,
): Promise<void> {
  const { provisionedThroughput, stream, tableClass, deletionProtectionEnabled, kmsMasterKeyId } = fields;
  const indexes = Object.entries(fields.indexes ?? {}).flatMap(([name, index]) =>
    index ? [indexOf(name, index, provisionedThroughput)] : [],
  );
  const creation = new CreateTableCommand({
    TableName,
    AttributeDefinitions: attributeDefinitions(fields),
    KeySchema: keySchema(fields),
    BillingMode: billingMode(fields) ?? 'PAY_PER_REQUEST',
    ProvisionedThroughput: provisionedThroughput && throughputOf(provisionedThroughput),
    GlobalSecondaryIndexes: indexes.length > 0 ? indexes : undefined,
    StreamSpecification: stream ? { StreamEnabled: true, StreamViewType: stream } : undefined,
    SSESpecification: kmsMasterKeyId
      ? { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsMasterKeyId }
      : undefined,
    TableClass: tableClass ?? undefined,
    DeletionProtectionEnabled: deletionProtectionEnabled ?? undefined,
    Tags: tagList(tags),
  });
  await (await aws.dynamoDB()).send(creation);
}

/** Another attribute takes two changes, and AWS makes one an hour. */
export async function setTimeToLive(
  aws: Aws,
  TableName: string,
  { from, to }: { from?: string; to?: string },
): Promise<void> {
  const dynamo = await aws.dynamoDB();
  const set = (AttributeName: string, Enabled: boolean) =>
    dynamo.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } }),
    );
  if (from !== undefined) await set(from, false);
  if (to !== undefined) await set(to, true);
}

export async function setBackups(
  aws: Aws,
  TableName: string,
  PointInTimeRecoveryEnabled: boolean,
): Promise<void> {
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled };
  const update = new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification });
  await (await aws.dynamoDB()).send(update);
}

export async function tagTable(aws: Aws, ResourceArn: string, tags: Tags): Promise<void> {
  await (await aws.dynamoDB()).send(new TagResourceCommand({ ResourceArn, Tags: tagList(tags) }));
}

export async function untagTable(aws: Aws, ResourceArn: string, TagKeys: string[]): Promise<void> {
  await (await aws.dynamoDB()).send(new UntagResourceCommand({ ResourceArn, TagKeys }));
}

export async function deleteTable(aws: Aws, TableName: string): Promise<void> {
  const dynamo = await aws.dynamoDB();
  await absent(() => dynamo.send(new DeleteTableCommand({ TableName })));
}
