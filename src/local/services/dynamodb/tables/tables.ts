// CreateTable, DescribeTable, ListTables and DeleteTable.
import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-dynamodb';
import type { CreateTableInput, GlobalSecondaryIndex, LocalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import type { Collection } from '../../../store/store.ts';
import { Violations } from '../../lambda/violations.ts';
import { fromTagList } from '../../tag-lists.ts';
import { inUse, invalid, validation } from '../errors.ts';
import { expiryKey } from '../items/changes.ts';
import {
  type DynamoState,
  findTable,
  type IndexRecord,
  lookUp,
  nameOf,
  newId,
  save,
  type TableRecord,
  tableKey,
} from '../state.ts';
import type { KeyNames } from '../values/keys.ts';
import {
  checkDefinitions,
  checkedSchema,
  checkedThroughput,
  checkGlobalCapacity,
  checkIndexLists,
  checkLocalKeys,
  checkModel,
  checkProjection,
  type Definitions,
  definitionsOf,
} from './checks.ts';
import { describeDeleted, describeTable } from './describe.ts';
import { checkTags } from './tag-rules.ts';

export const tables: Handlers<typeof sdk, DynamoState> = {
  CreateTable(input, { state, call }) {
    const name = nameOf(input.TableName ?? '');
    checkModel(input);
    const table = newTable(state, call, { ...input, TableName: name });
    if (lookUp(state, call, name)) throw inUse(`Table already exists: ${name}`);
    const stream = input.StreamSpecification;
    checkStream(stream);
    const created = stream?.StreamEnabled
      ? { ...table, stream: state.log.create(table, stream.StreamViewType ?? 'NEW_AND_OLD_IMAGES').arn }
      : table;
    save(state, created);
    return { TableDescription: describeTable(state, created, 'CREATING') };
  },

  DescribeTable({ TableName }, { state, call }) {
    return { Table: describeTable(state, findTable(state, call, TableName)) };
  },

  ListTables({ ExclusiveStartTableName: after = '', Limit: limit = 100 }, { state, call }) {
    new Violations().range(limit, 'limit', 1, 100).refuse();
    const prefix = scopePrefix(call);
    const names: string[] = [];
    for (const [key] of state.tables.entries(prefix, { start: prefix + after })) {
      const name = key.slice(prefix.length);
      if (name === after) continue;
      if (names.length === limit) {
        return { TableNames: names, LastEvaluatedTableName: names.at(-1) };
      }
      names.push(name);
    }
    return { TableNames: names };
  },

  DeleteTable({ TableName }, { state, call }) {
    const table = findTable(state, call, TableName);
    if (table.deletionProtected) {
      throw validation(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    const shown = describeDeleted(state, table);
    remove(state, table);
    return { TableDescription: shown };
  },
};

function newTable(state: DynamoState, { account, region }: Scope, input: CreateTableInput): TableRecord {
  const { BillingMode: billing = 'PROVISIONED' } = input;
  const throughput = checkedThroughput(billing, input.ProvisionedThroughput);
  const types = definitionsOf(input.AttributeDefinitions);
  if ((input.KeySchema?.length ?? 0) > Object.keys(types).length) {
    throw validation('Invalid KeySchema: Some index key attribute have no definition');
  }
  const keys = checkedSchema(input.KeySchema, types);
  checkIndexLists(input, keys);
  const indexes = [
    ...(input.LocalSecondaryIndexes ?? []).map((index) => localIndex(index, keys, types)),
    ...(input.GlobalSecondaryIndexes ?? []).map((index) => globalIndex(index, types, billing)),
  ];
  checkDefinitions(types, [keys, ...indexes.map((index) => index.keys)]);
  const now = state.now();
  const tags = fromTagList(input.Tags ?? []);
  checkTags(tags);
  return {
    id: newId(),
    uuid: randomUUID(),
    account,
    region,
    name: input.TableName as string,
    created: now,
    attributes: input.AttributeDefinitions ?? [],
    types,
    keys,
    indexes,
    billing,
    ...(billing === 'PAY_PER_REQUEST' && { onDemandSince: now }),
    throughput,
    ...(input.OnDemandThroughput && { onDemand: input.OnDemandThroughput }),
    ...(input.WarmThroughput && { warm: input.WarmThroughput }),
    deletionProtected: input.DeletionProtectionEnabled ?? false,
    ...(input.TableClass && { class: input.TableClass }),
    ...(input.SSESpecification && { sse: input.SSESpecification }),
    tags,
  };
}

function localIndex(index: LocalSecondaryIndex, keys: KeyNames, types: Definitions): IndexRecord {
  const own = checkedSchema(index.KeySchema, types);
  checkLocalKeys(index, keys, own);
  return { ...commonOf(index, own), global: false, throughput: { read: 0, write: 0 } };
}

/** @throws ValidationException */
export function globalIndex(
  index: GlobalSecondaryIndex,
  types: Definitions,
  billing: 'PROVISIONED' | 'PAY_PER_REQUEST',
): IndexRecord {
  const own = checkedSchema(index.KeySchema, types);
  checkGlobalCapacity(index, billing);
  return {
    ...commonOf(index, own),
    global: true,
    throughput: checkedThroughput(billing, index.ProvisionedThroughput),
    ...(index.OnDemandThroughput && { onDemand: index.OnDemandThroughput }),
    ...(index.WarmThroughput && { warm: index.WarmThroughput }),
  };
}

function commonOf({ IndexName, Projection }: LocalSecondaryIndex, keys: KeyNames) {
  checkProjection(Projection);
  const { ProjectionType: type = 'ALL', NonKeyAttributes: attributes = [] } = Projection ?? {};
  return { id: newId(), name: IndexName as string, keys, projection: { type, attributes } };
}

/** @throws ValidationException */
export function checkStream(stream: sdk.StreamSpecification | undefined): void {
  if (!stream) return;
  new Violations()
    .oneOf(stream.StreamViewType, 'streamSpecification.streamViewType', [
      'NEW_IMAGE',
      'OLD_IMAGE',
      'NEW_AND_OLD_IMAGES',
      'KEYS_ONLY',
    ])
    .refuse();
  if (stream.StreamEnabled && stream.StreamViewType === undefined) {
    throw invalid(
      'StreamSpecification.StreamViewType is required when StreamSpecification.StreamEnabled is true',
    );
  }
  if (!stream.StreamEnabled && stream.StreamViewType !== undefined) {
    throw invalid(
      'StreamSpecification.StreamViewType cannot be specified when StreamSpecification.StreamEnabled is false',
    );
  }
}

function remove(state: DynamoState, table: TableRecord): void {
  if (table.stream !== undefined) state.log.end(table.stream);
  state.tables.remove(tableKey(table, table.name));
  state.sizes.remove(table.id);
  for (const { id } of table.indexes) removeAll(state.entries, id);
  removeAll(state.items, table.id, (key, item) => {
    const expiry = expiryKey(table, key, item);
    if (expiry !== undefined) state.expiry.remove(expiry);
  });
}

/** Removes everything with this prefix in parts, because nothing may be written while it is read. */
export function removeAll<T>(
  collection: Collection<T>,
  prefix: string,
  removing?: (key: string, value: T) => void,
): void {
  for (;;) {
    const found = [...collection.entries(prefix, { limit: 1000 })];
    for (const [key, value] of found) {
      collection.remove(key);
      removing?.(key, value);
    }
    if (found.length < 1000) return;
  }
}
