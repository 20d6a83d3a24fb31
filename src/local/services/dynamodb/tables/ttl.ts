// UpdateTimeToLive and DescribeTimeToLive.
import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Handlers } from '../../../service.ts';
import { Violations } from '../../lambda/violations.ts';
import { validation } from '../errors.ts';
import { dueAt, expiryKey } from '../items/changes.ts';
import { type DynamoState, findTable, save, type TableRecord, tableKey } from '../state.ts';

export const ttl: Handlers<typeof sdk, DynamoState> = {
  UpdateTimeToLive({ TableName, TimeToLiveSpecification: wanted }, { state, call }) {
    const { Enabled = false, AttributeName = '' } = wanted ?? {};
    new Violations().length(AttributeName, 'timeToLiveSpecification.attributeName', 255, 1).refuse();
    const table = findTable(state, call, TableName);
    if (Enabled) enable(state, table, AttributeName);
    else disable(state, table, AttributeName);
    return { TimeToLiveSpecification: { AttributeName, Enabled } };
  },

  DescribeTimeToLive({ TableName }, { state, call }) {
    const { ttl: attribute } = findTable(state, call, TableName);
    if (attribute === undefined) return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
    return { TimeToLiveDescription: { AttributeName: attribute, TimeToLiveStatus: 'ENABLED' } };
  },
};

function enable(state: DynamoState, table: TableRecord, attribute: string): void {
  if (table.ttl === attribute) throw validation('TimeToLive is already enabled');
  if (table.ttl !== undefined) {
    throw validation(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${table.ttl}`,
    );
  }
  const changed = { ...table, ttl: attribute };
  const found = expiriesOf(state, changed);
  save(state, changed);
  for (const { key, item } of found) {
    state.expiry.put(key, { table: tableKey(table, table.name), item });
    state.expires(dueAt(key));
  }
}

function disable(state: DynamoState, table: TableRecord, attribute: string): void {
  if (table.ttl === undefined) throw validation('TimeToLive is already disabled');
  if (table.ttl !== attribute) {
    throw validation(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${table.ttl}`,
    );
  }
  const found = expiriesOf(state, table);
  const { ttl: _, ...rest } = table;
  save(state, rest);
  for (const { key } of found) state.expiry.remove(key);
}

/** The keys in `expiry` of the table's items. */
function expiriesOf(state: DynamoState, table: TableRecord): { key: string; item: string }[] {
  const found: { key: string; item: string }[] = [];
  for (const [item, content] of state.items.entries(table.id)) {
    const key = expiryKey(table, item, content);
    if (key !== undefined) found.push({ key, item });
  }
  return found;
}
