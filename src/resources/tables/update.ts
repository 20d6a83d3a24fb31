// Changes of a live table, one after the other: AWS makes one at a time.
import {
  type GlobalSecondaryIndex,
  type StreamViewType,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Aws } from '../../aws/aws.ts';
import type { ThingFields } from '../../config/things/kinds.ts';
import type { Change } from '../../engine/resource.ts';
import { setBackups, setTimeToLive } from './calls.ts';
import { streamOf } from './compare.ts';
import type { LiveTable } from './live.ts';
import { attributeDefinitions, billingMode, throughputOf } from './shape.ts';

export interface TableUpdate {
  TableName: string;
  fields: ThingFields<'table'>;
  live: LiveTable;
  changes: readonly Change[];
  /** Waits until the table and its indexes are active. */
  active(): Promise<unknown>;
}

export async function updateTable(
  aws: Aws,
  { TableName, fields, live, changes, active }: TableUpdate,
): Promise<void> {
  const update = async (input: Omit<UpdateTableCommandInput, 'TableName'>) => {
    await (await aws.dynamoDB()).send(new UpdateTableCommand({ TableName, ...input }));
    await active();
  };
  const of = (start: string) => changes.filter(({ path }) => path === start || path.startsWith(`${start}.`));
  const { provisionedThroughput, tableClass, deletionProtectionEnabled, kmsMasterKeyId, stream } = fields;
  const indexes = of('GlobalSecondaryIndexes');
  const capacities = indexes.filter(({ path }) => path.includes('.ProvisionedThroughput.'));
  if (of('BillingMode').length + of('ProvisionedThroughput').length + capacities.length > 0) {
    const BillingMode = billingMode(fields);
    const capacity = provisionedThroughput && throughputOf(provisionedThroughput);
    const names = capacities.map(({ path }) => path.split('.')[1] as string);
    await update({
      ...(of('BillingMode').length > 0 ? { BillingMode } : {}),
      ...(capacity && of('BillingMode').length + of('ProvisionedThroughput').length > 0
        ? { ProvisionedThroughput: capacity }
        : {}),
      ...indexCapacities(fields, live, of('BillingMode').length > 0 ? undefined : names),
    });
  }
  // Removals first: an index that changes is removed and made again.
  for (const { path, from } of indexes) {
    if (from === undefined || capacities.some((one) => one.path === path)) continue;
    await update({
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: path.split('.').slice(1).join('.') } }],
    });
  }
  for (const { path, to } of indexes) {
    if (to === undefined || capacities.some((one) => one.path === path)) continue;
    await update({
      AttributeDefinitions: attributeDefinitions(fields),
      GlobalSecondaryIndexUpdates: [{ Create: to as GlobalSecondaryIndex & Created }],
    });
  }
  if (of('StreamSpecification').length > 0) {
    // AWS changes the view of a stream only by another stream.
    if (streamOf(live.table)) await update({ StreamSpecification: { StreamEnabled: false } });
    if (stream) {
      const StreamViewType = stream as StreamViewType;
      await update({ StreamSpecification: { StreamEnabled: true, StreamViewType } });
    }
  }
  if (of('TableClass').length > 0) await update({ TableClass: tableClass ?? 'STANDARD' });
  if (of('DeletionProtectionEnabled').length > 0) {
    await update({ DeletionProtectionEnabled: deletionProtectionEnabled ?? false });
  }
  if (of('SSESpecification').length > 0) {
    const key = { Enabled: true, SSEType: 'KMS' as const, KMSMasterKeyId: kmsMasterKeyId ?? undefined };
    await update({ SSESpecification: kmsMasterKeyId ? key : { Enabled: false } });
  }
  for (const { from, to } of of('TimeToLive')) {
    await setTimeToLive(aws, TableName, { from: from as string | undefined, to: to as string | undefined });
  }
  if (of('PointInTimeRecovery').length > 0) {
    await setBackups(aws, TableName, fields.pointInTimeRecovery ?? false);
  }
}

/** The members that CreateTable and UpdateTable both need. */
type Created = { IndexName: string; KeySchema: NonNullable<GlobalSecondaryIndex['KeySchema']> };

/** The capacity of these live indexes; `only` undefined: of all, as a table without on-demand billing needs. */
function indexCapacities(
  { indexes, provisionedThroughput }: ThingFields<'table'>,
  { table }: LiveTable,
  only: readonly string[] | undefined,
): Pick<UpdateTableCommandInput, 'GlobalSecondaryIndexUpdates'> {
  if (!provisionedThroughput) return {};
  const updates = (table.GlobalSecondaryIndexes ?? []).flatMap(({ IndexName = '' }) => {
    if (only && !only.includes(IndexName)) return [];
    const capacity = indexes?.[IndexName]?.provisionedThroughput ?? provisionedThroughput;
    return [{ Update: { IndexName, ProvisionedThroughput: throughputOf(capacity) } }];
  });
  return updates.length > 0 ? { GlobalSecondaryIndexUpdates: updates } : {};
}
