// UpdateTable: billing, capacity, global indexes, the stream and other settings.
import type * as sdk from '@aws-sdk/client-dynamodb';
import type {
  BillingMode,
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
  UpdateTableInput,
} from '@aws-sdk/client-dynamodb';
import type { Handlers } from '../../../service.ts';
import { Violations } from '../../lambda/violations.ts';
import { invalid, noTable, overLimit, validation } from '../errors.ts';
import { namesOf } from '../items/checks.ts';
import {
  type DynamoState,
  findTable,
  type IndexRecord,
  save,
  type TableRecord,
  type Throughput,
} from '../state.ts';
import { entryKey } from '../values/keys.ts';
import { type Item, type ScalarType, typeOf } from '../values/value.ts';
import { checkCapacityModel, checkedThroughput, definitionsOf } from './checks.ts';
import { describeTable } from './describe.ts';
import { checkStream, globalIndex, removeAll } from './tables.ts';

export const update: Handlers<typeof sdk, DynamoState> = {
  UpdateTable(input, { state, call }) {
    checkModel(input);
    const table = findTable(state, call, input.TableName);
    checkStream(input.StreamSpecification);
    const settled = withSettings(table, input);
    const billed = withBilling(state, settled, input);
    const { changed, created, removed } = withIndexes(billed, input);
    checkStreamChange(state, table, input);
    const entries = created.flatMap((index) => entriesOf(state, changed, index));
    const streamed = withStream(state, changed, input);
    for (const { key, item } of entries) state.entries.put(key, item);
    save(state, streamed);
    for (const { id } of removed) removeAll(state.entries, id);
    return { TableDescription: describeTable(state, streamed, 'UPDATING') };
  },
};

function checkModel(input: UpdateTableInput): void {
  const violations = new Violations()
    .oneOf(input.BillingMode, 'billingMode', ['PROVISIONED', 'PAY_PER_REQUEST'])
    .oneOf(input.TableClass, 'tableClass', ['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);
  checkCapacityModel(violations, input.ProvisionedThroughput, 'provisionedThroughput');
  violations.refuse();
  const { TableName: _, AttributeDefinitions: __, ...changes } = input;
  if (Object.values(changes).every((one) => one === undefined)) {
    throw validation(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required',
    );
  }
}

function withSettings(table: TableRecord, input: UpdateTableInput): TableRecord {
  return {
    ...table,
    deletionProtected: input.DeletionProtectionEnabled ?? table.deletionProtected,
    ...(input.TableClass && { class: input.TableClass }),
    ...(input.SSESpecification && { sse: input.SSESpecification }),
    ...(input.OnDemandThroughput && { onDemand: input.OnDemandThroughput }),
    ...(input.WarmThroughput && { warm: input.WarmThroughput }),
  };
}

function withBilling(state: DynamoState, table: TableRecord, input: UpdateTableInput): TableRecord {
  const { BillingMode: billing = table.billing, ProvisionedThroughput: wanted } = input;
  if (billing === table.billing && !wanted) return table;
  const now = state.now();
  if (billing === 'PROVISIONED' && !wanted) {
    throw invalid('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  }
  const throughput = checkedThroughput(billing, wanted);
  if (billing === table.billing) refuseSame(table.throughput, throughput);
  const switched = billing !== table.billing;
  return {
    ...table,
    billing,
    throughput: moved(table.throughput, throughput, now),
    ...(switched && { billingChanged: true as const }),
    ...(switched && billing === 'PAY_PER_REQUEST' && { onDemandSince: now }),
    indexes: switched ? table.indexes.map((index) => rebilled(index, billing, input)) : table.indexes,
  };
}

function rebilled(index: IndexRecord, billing: BillingMode, input: UpdateTableInput): IndexRecord {
  if (!index.global) return index;
  const own = input.GlobalSecondaryIndexUpdates?.find(({ Update }) => Update?.IndexName === index.name);
  const wanted = own?.Update?.ProvisionedThroughput;
  if (billing === 'PROVISIONED' && !wanted) {
    throw invalid(`ProvisionedThroughput must be specified for index: ${index.name}`);
  }
  return { ...index, throughput: checkedThroughput(billing, wanted) };
}

function refuseSame(before: Throughput, after: Throughput): void {
  if (before.read !== after.read || before.write !== after.write) return;
  throw validation(
    `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${before.read}. Requested ReadCapacityUnits: ${after.read}. Current WriteCapacityUnits provisioned for the table: ${before.write}. Requested WriteCapacityUnits: ${after.write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
  );
}

function moved(before: Throughput, after: Throughput, now: number): Throughput {
  const more = after.read > before.read || after.write > before.write;
  const less = after.read < before.read || after.write < before.write;
  return { ...before, ...after, ...(more && { raised: now }), ...(less && { lowered: now }) };
}

interface Reindexed {
  readonly changed: TableRecord;
  readonly created: readonly IndexRecord[];
  readonly removed: readonly IndexRecord[];
}

function withIndexes(table: TableRecord, input: UpdateTableInput): Reindexed {
  const types = { ...table.types, ...definitionsOf(input.AttributeDefinitions) };
  const created: IndexRecord[] = [];
  const removed: IndexRecord[] = [];
  let indexes = [...table.indexes];
  for (const one of input.GlobalSecondaryIndexUpdates ?? []) {
    checkUpdate(one);
    if (one.Create) {
      if (indexes.some(({ name }) => name === one.Create?.IndexName)) {
        throw validation('Attempting to create an index which already exists');
      }
      const index = globalIndex(one.Create, types, table.billing);
      created.push(index);
      indexes.push(index);
    } else {
      const name = (one.Update ?? one.Delete)?.IndexName ?? '';
      const index = indexes.find((other) => other.name === name && other.global);
      if (!index) throw noTable();
      if (one.Delete) {
        removed.push(index);
        indexes = indexes.filter((other) => other !== index);
      } else indexes = indexes.map((other) => (other === index ? updated(table, index, one) : other));
    }
  }
  if (created.length + removed.length > 1) {
    throw overLimit(
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
  if (created.length + removed.length === 0) return { changed: { ...table, indexes }, created, removed };
  return { changed: defined({ ...table, indexes }, types, input), created, removed };
}

function checkUpdate({ Create, Update, Delete }: GlobalSecondaryIndexUpdate): void {
  if (Create || Update || Delete) return;
  throw invalid(
    'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
  );
}

function updated(
  table: TableRecord,
  index: IndexRecord,
  { Update }: GlobalSecondaryIndexUpdate,
): IndexRecord {
  const wanted: ProvisionedThroughput | undefined = Update?.ProvisionedThroughput;
  return {
    ...index,
    ...(wanted && { throughput: checkedThroughput(table.billing, wanted) }),
    ...(Update?.OnDemandThroughput && { onDemand: Update.OnDemandThroughput }),
    ...(Update?.WarmThroughput && { warm: Update.WarmThroughput }),
  };
}

/** The table with the definitions of exactly the attributes that are keys. */
function defined(table: TableRecord, types: TableRecord['types'], input: UpdateTableInput): TableRecord {
  const used = new Set([table, ...table.indexes].flatMap(({ keys }) => namesOf(keys)));
  const unused = (input.AttributeDefinitions ?? []).filter(
    ({ AttributeName = '' }) => !used.has(AttributeName),
  );
  if (unused.length > 0) {
    const names = unused.map(({ AttributeName }) => AttributeName);
    throw invalid(`Some AttributeDefinitions are not used: [${names.join(', ')}]`);
  }
  const names = Object.keys(types).filter((name) => used.has(name));
  return {
    ...table,
    types: Object.fromEntries(names.map((name) => [name, types[name] as ScalarType])),
    attributes: names.map((name) => ({ AttributeName: name, AttributeType: types[name] as ScalarType })),
  };
}

/** The entries of the items that are there already. Items whose attributes cannot be keys are left out. */
function entriesOf(
  state: DynamoState,
  table: TableRecord,
  index: IndexRecord,
): { key: string; item: string }[] {
  const names = namesOf(index.keys);
  const isKey = (item: Item, name: string) => {
    const value = item[name];
    return value && typeOf(value) === table.types[name] && value.S !== '' && value.B?.length !== 0;
  };
  const found: { key: string; item: string }[] = [];
  for (const [item, content] of state.items.entries(table.id)) {
    if (!names.every((name) => isKey(content, name))) continue;
    const key = entryKey(index.id, index.keys, content, item);
    if (key !== undefined) found.push({ key, item });
  }
  return found;
}

function checkStreamChange(
  state: DynamoState,
  table: TableRecord,
  { StreamSpecification }: UpdateTableInput,
): void {
  if (!StreamSpecification) return;
  const open = table.stream !== undefined && state.log.open(table.stream) !== undefined;
  if (StreamSpecification.StreamEnabled && open) {
    throw validation(`Table already has an enabled stream: TableName: ${table.name}`);
  }
  if (!StreamSpecification.StreamEnabled && !open) {
    throw validation(`Table has no enabled stream to disable: TableName: ${table.name}`);
  }
}

function withStream(
  state: DynamoState,
  table: TableRecord,
  { StreamSpecification }: UpdateTableInput,
): TableRecord {
  if (!StreamSpecification) return table;
  if (StreamSpecification.StreamEnabled) {
    const view = StreamSpecification.StreamViewType ?? 'NEW_AND_OLD_IMAGES';
    return { ...table, stream: state.log.create(table, view).arn };
  }
  if (table.stream !== undefined) state.log.end(table.stream);
  return table;
}
