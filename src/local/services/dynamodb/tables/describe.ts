// Tables and indexes as answers describe them.
import type {
  GlobalSecondaryIndexDescription,
  LocalSecondaryIndexDescription,
  ProvisionedThroughputDescription,
  TableDescription,
  TableStatus,
} from '@aws-sdk/client-dynamodb';
import { partitionOf } from '../../../partition.ts';
import { type DynamoState, type IndexRecord, type TableRecord, type Throughput, tableArn } from '../state.ts';
import { schemaOf } from '../values/schema.ts';

const date = (time: number | undefined) => (time === undefined ? undefined : new Date(time));

function throughputOf({ read, write, raised, lowered }: Throughput): ProvisionedThroughputDescription {
  return {
    ...(raised !== undefined && { LastIncreaseDateTime: date(raised) }),
    ...(lowered !== undefined && { LastDecreaseDateTime: date(lowered) }),
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: read,
    WriteCapacityUnits: write,
  };
}

interface WarmDescription {
  readonly ReadUnitsPerSecond: number;
  readonly Status: 'UPDATING' | 'ACTIVE';
  readonly WriteUnitsPerSecond: number;
}

/** What a table or an index can serve at once. New tables show it only when it was asked for. */
function warmOf(
  table: TableRecord,
  { throughput, warm }: Pick<TableRecord, 'throughput' | 'warm'>,
  isNew: boolean,
): WarmDescription | undefined {
  if (isNew && !warm) return undefined;
  const onDemand = table.billing === 'PAY_PER_REQUEST';
  return {
    ReadUnitsPerSecond: warm?.ReadUnitsPerSecond ?? (onDemand ? 12_000 : throughput.read),
    Status: isNew ? 'UPDATING' : 'ACTIVE',
    WriteUnitsPerSecond: warm?.WriteUnitsPerSecond ?? (onDemand ? 4000 : throughput.write),
  };
}

/** A table that was just created has the status CREATING, and fewer members. */
export function describeTable(
  state: DynamoState,
  table: TableRecord,
  status: TableStatus = 'ACTIVE',
): TableDescription {
  const isNew = status === 'CREATING';
  const indexes = table.indexes.map((index) => ({ index, shown: describeIndex(table, index, isNew) }));
  const local = indexes.filter(({ index }) => !index.global).map(({ shown }) => shown);
  const global = indexes.filter(({ index }) => index.global).map(({ shown }) => shown);
  const warm = warmOf(table, table, isNew);
  return {
    AttributeDefinitions: [...table.attributes],
    ...billingOf(table, isNew),
    CreationDateTime: date(table.created),
    DeletionProtectionEnabled: table.deletionProtected,
    ...(global.length > 0 && { GlobalSecondaryIndexes: global as GlobalSecondaryIndexDescription[] }),
    KeySchema: schemaOf(table.keys),
    ...streamOf(state, table),
    ...(local.length > 0 && { LocalSecondaryIndexes: local as LocalSecondaryIndexDescription[] }),
    ...(table.onDemand && { OnDemandThroughput: table.onDemand }),
    ...(table.sse?.Enabled && { SSEDescription: encryptionOf(table) }),
    ...(table.class && { TableClassSummary: { TableClass: table.class } }),
    ...commonOf(state, table, status),
    ...(warm && { WarmThroughput: warm }),
  };
}

/** The few members that are left of a table that is being deleted. */
export function describeDeleted(state: DynamoState, table: TableRecord): TableDescription {
  return {
    ...billingOf(table, false),
    DeletionProtectionEnabled: table.deletionProtected,
    ...(table.stream !== undefined && streamOf(state, table)),
    ...commonOf(state, table, 'DELETING'),
  };
}

function commonOf(state: DynamoState, table: TableRecord, TableStatus: TableStatus): TableDescription {
  const { items, bytes } = state.sizes.get(table.id) ?? { items: 0, bytes: 0 };
  return {
    ItemCount: items,
    ProvisionedThroughput: throughputOf(table.throughput),
    TableArn: tableArn(table, table.name),
    TableId: table.uuid,
    TableName: table.name,
    TableSizeBytes: bytes,
    TableStatus,
  };
}

function billingOf(
  { billing, billingChanged, onDemandSince }: TableRecord,
  isNew: boolean,
): TableDescription {
  if (billing === 'PROVISIONED' && !billingChanged) return {};
  const since =
    isNew || onDemandSince === undefined ? {} : { LastUpdateToPayPerRequestDateTime: date(onDemandSince) };
  return { BillingModeSummary: { BillingMode: billing, ...since } };
}

function streamOf({ log }: DynamoState, { stream: arn }: TableRecord): TableDescription {
  const stream = arn === undefined ? undefined : log.find(arn);
  if (!stream) return {};
  return {
    LatestStreamArn: stream.arn,
    LatestStreamLabel: stream.label,
    ...(!stream.ended && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.view },
    }),
  };
}

/** There is no local KMS: the key of DynamoDB has an id that follows from the table's. */
function encryptionOf({
  sse,
  account,
  region,
}: TableRecord): NonNullable<TableDescription['SSEDescription']> {
  const key = sse?.KMSMasterKeyId ?? 'alias/aws/dynamodb';
  const arn = key.startsWith('arn:')
    ? key
    : `arn:${partitionOf(region)}:kms:${region}:${account}:${key.startsWith('alias/') ? key : `key/${key}`}`;
  return { KMSMasterKeyArn: arn, SSEType: 'KMS', Status: 'ENABLED' };
}

function describeIndex(
  table: TableRecord,
  index: IndexRecord,
  isNew: boolean,
): GlobalSecondaryIndexDescription {
  const { name, keys, projection, throughput, global } = index;
  const warm = global ? warmOf(table, index, isNew) : undefined;
  return {
    IndexArn: `${tableArn(table, table.name)}/index/${name}`,
    IndexName: name,
    IndexSizeBytes: 0,
    ...(global && { IndexStatus: isNew ? ('CREATING' as const) : ('ACTIVE' as const) }),
    ItemCount: 0,
    KeySchema: schemaOf(keys),
    ...(index.onDemand && { OnDemandThroughput: index.onDemand }),
    Projection: {
      ...(projection.type === 'INCLUDE' && { NonKeyAttributes: [...projection.attributes] }),
      ProjectionType: projection.type,
    },
    ...(global && { ProvisionedThroughput: throughputOf(throughput) }),
    ...(warm && { WarmThroughput: warm }),
  };
}
