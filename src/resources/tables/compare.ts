// The differences between a table in slsctl.yml and the live one.
import type {
  GlobalSecondaryIndex,
  GlobalSecondaryIndexDescription,
  TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { ThingFields } from '../../config/things/kinds.ts';
import type { Change } from '../../engine/resource.ts';
import { differences } from '../compare.ts';
import type { LiveTable } from './live.ts';
import { attributeDefinitions, billingMode, indexOf, keySchema, keysText, throughputOf } from './shape.ts';

type Fields = ThingFields<'table'>;

export function tableChanges(fields: Fields, live: LiveTable | undefined): Change[] {
  const table = live?.table;
  return [
    ...keyChanges(fields, live),
    ...differences(
      billingMode(fields) ?? (live ? undefined : 'PAY_PER_REQUEST'),
      table && billingOf(table),
      'BillingMode',
    ),
    ...(fields.provisionedThroughput
      ? differences(
          throughputOf(fields.provisionedThroughput),
          table?.ProvisionedThroughput,
          'ProvisionedThroughput',
        )
      : []),
    ...indexChanges(fields, table),
    ...turned('StreamSpecification.StreamViewType', fields.stream, table && streamOf(table)),
    ...turned('TimeToLive.AttributeName', fields.ttl, live?.ttl),
    ...differences(orOff(fields.pointInTimeRecovery), live?.pointInTimeRecovery, 'PointInTimeRecovery'),
    ...differences(
      orOff(fields.deletionProtectionEnabled),
      table?.DeletionProtectionEnabled,
      'DeletionProtectionEnabled',
    ),
    ...differences(
      fields.tableClass === null ? 'STANDARD' : fields.tableClass,
      table && (table.TableClassSummary?.TableClass ?? 'STANDARD'),
      'TableClass',
    ),
    ...keyOfEncryption(fields, table),
    ...settling(table),
  ];
}

/** AWS cannot change the keys of a table, and slsctl never replaces a table. */
function keyChanges(fields: Fields, live: LiveTable | undefined): Change[] {
  const path = 'KeySchema';
  const to = keysText(keySchema(fields), attributeDefinitions(fields));
  if (!live) return [{ path, from: undefined, to }];
  const { KeySchema = [], AttributeDefinitions = [], ItemCount = 0 } = live.table;
  const from = keysText(KeySchema, AttributeDefinitions);
  if (from === to) return [];
  const items = ItemCount === 0 ? 'its items' : `its items (about ${ItemCount})`;
  const refused = `AWS cannot change the keys of a table, and a new table would lose ${items}`;
  const instead =
    'declare a table with another key or name, copy the items, and remove this one with --delete-data';
  return [{ path, from, to, refused, instead }];
}

function billingOf({ BillingModeSummary, ProvisionedThroughput }: TableDescription): string {
  const mode = BillingModeSummary?.BillingMode;
  if (mode) return mode;
  return ProvisionedThroughput?.ReadCapacityUnits ? 'PROVISIONED' : 'PAY_PER_REQUEST';
}

export function streamOf({ StreamSpecification }: TableDescription): string | undefined {
  return StreamSpecification?.StreamEnabled ? StreamSpecification.StreamViewType : undefined;
}

/** What can be turned off with null. */
function turned(path: string, declared: string | null | undefined, live: string | undefined): Change[] {
  if (declared === undefined || (declared ?? undefined) === live) return [];
  return [{ path, from: live, to: declared ?? undefined }];
}

function orOff(declared: boolean | null | undefined): boolean | undefined {
  return declared === null ? false : declared;
}

/** Each index is a change as a whole: AWS makes it new, from the items of the table. */
function indexChanges(
  { indexes, provisionedThroughput }: Fields,
  table: TableDescription | undefined,
): Change[] {
  const live = table?.GlobalSecondaryIndexes ?? [];
  const path = (name: string) => `GlobalSecondaryIndexes.${name}`;
  if (indexes === null) {
    return live.map((index) => ({ path: path(index.IndexName ?? ''), from: shapeOf(index), to: undefined }));
  }
  return Object.entries(indexes ?? {}).flatMap(([name, index]): Change[] => {
    const found = live.find(({ IndexName }) => IndexName === name);
    if (index === null) return found ? [{ path: path(name), from: shapeOf(found), to: undefined }] : [];
    const wanted = indexOf(name, index, provisionedThroughput);
    if (!found) return [{ path: path(name), from: undefined, to: wanted }];
    const from = shapeOf(found);
    const to = shapeOf(wanted);
    const same = JSON.stringify(from) === JSON.stringify(to);
    if (!same) return [{ path: path(name), from, to: wanted }];
    return wanted.ProvisionedThroughput
      ? differences(
          wanted.ProvisionedThroughput,
          found.ProvisionedThroughput,
          `${path(name)}.ProvisionedThroughput`,
        )
      : [];
  });
}

/** What only a new index can have. */
function shapeOf({ KeySchema, Projection }: GlobalSecondaryIndex | GlobalSecondaryIndexDescription) {
  const { ProjectionType, NonKeyAttributes } = Projection ?? {};
  return {
    KeySchema: KeySchema?.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType })),
    Projection: {
      ProjectionType,
      ...(NonKeyAttributes ? { NonKeyAttributes: [...NonKeyAttributes].sort() } : {}),
    },
  };
}

/** AWS answers the ARN of the key, so an alias is not compared with it. */
function keyOfEncryption({ kmsMasterKeyId }: Fields, table: TableDescription | undefined): Change[] {
  if (kmsMasterKeyId === undefined) return [];
  const { Status, KMSMasterKeyArn } = table?.SSEDescription ?? {};
  const live =
    Status === 'ENABLED' || Status === 'ENABLING' || Status === 'UPDATING' ? KMSMasterKeyArn : undefined;
  const path = 'SSESpecification.KMSMasterKeyId';
  if (kmsMasterKeyId === null) return live === undefined ? [] : [{ path, from: live, to: undefined }];
  const isAlias = kmsMasterKeyId.includes('alias/');
  if (live !== undefined && (isAlias || live === kmsMasterKeyId || live.endsWith(`/${kmsMasterKeyId}`)))
    return [];
  return [{ path, from: live, to: kmsMasterKeyId }];
}

/** AWS is still making a change. */
function settling(table: TableDescription | undefined): Change[] {
  if (!table || isActive(table)) return [];
  const waits = table.GlobalSecondaryIndexes?.find(({ IndexStatus }) => IndexStatus !== 'ACTIVE');
  const from =
    table.TableStatus === 'ACTIVE' ? `index ${waits?.IndexName} ${waits?.IndexStatus}` : table.TableStatus;
  return [{ path: 'TableStatus', from, to: 'ACTIVE', settling: true }];
}

export function isActive({ TableStatus = 'ACTIVE', GlobalSecondaryIndexes = [] }: TableDescription): boolean {
  return (
    TableStatus === 'ACTIVE' &&
    GlobalSecondaryIndexes.every(({ IndexStatus = 'ACTIVE' }) => IndexStatus === 'ACTIVE')
  );
}
