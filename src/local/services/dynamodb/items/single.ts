// GetItem, PutItem, UpdateItem and DeleteItem.
import type * as sdk from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Handlers } from '../../../service.ts';
import { Violations } from '../../lambda/violations.ts';
import { validation } from '../errors.ts';
import { pick, project } from '../expressions/paths.ts';
import { readExpressions } from '../expressions/request.ts';
import { type DynamoState, tableOfItems } from '../state.ts';
import { itemKey } from '../values/keys.ts';
import { type Item, sizeOfItem } from '../values/value.ts';
import { Usage } from './capacity.ts';
import { type Change, writeChanges } from './changes.ts';
import { checkedKey, checkNested } from './checks.ts';
import { evaluate, type Prepared, prepareDelete, preparePut, prepareUpdate } from './prepare.ts';

type Attributes = Record<string, AttributeValue>;
export const asAttributes = (item: Item): Attributes => item as unknown as Attributes;

export const capacityWords = ['INDEXES', 'TOTAL', 'NONE'];
const returnWords = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'];

interface Returns {
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnItemCollectionMetrics?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** @throws ValidationException */
function checkReturns(input: Returns, updates = false): void {
  new Violations()
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', capacityWords)
    .oneOf(input.ReturnItemCollectionMetrics, 'returnItemCollectionMetrics', ['SIZE', 'NONE'])
    .oneOf(input.ReturnValues, 'returnValues', returnWords)
    .oneOf(input.ReturnValuesOnConditionCheckFailure, 'returnValuesOnConditionCheckFailure', [
      'ALL_OLD',
      'NONE',
    ])
    .refuse();
  const { ReturnValues: wanted = 'NONE' } = input;
  if (!updates && wanted !== 'NONE' && wanted !== 'ALL_OLD') {
    throw validation('ReturnValues can only be ALL_OLD or NONE');
  }
}

export const single: Handlers<typeof sdk, DynamoState> = {
  GetItem(input, { state, call }) {
    new Violations().oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', capacityWords).refuse();
    const { projection } = readExpressions(input);
    const table = tableOfItems(state, call, input.TableName);
    const key = checkedKey(table, input.Key);
    checkNested(table, projection ?? []);
    const item = state.items.get(itemKey(table.id, table.keys, key));
    const usage = new Usage('read');
    usage.read(table, item ? sizeOfItem(item) : 0, input.ConsistentRead);
    return {
      ...(item && { Item: asAttributes(projection ? project(item, projection) : item) }),
      ...consumed(usage, input),
    };
  },

  PutItem(input, { state, call }) {
    checkReturns(input);
    const change = write(state, preparePut(state, call, input));
    return { ...returned(change, input), ...consumedBy(change, input), ...collectionOf(change, input) };
  },

  DeleteItem(input, { state, call }) {
    checkReturns(input);
    const change = write(state, prepareDelete(state, call, input));
    return { ...returned(change, input), ...consumedBy(change, input), ...collectionOf(change, input) };
  },

  UpdateItem(input, { state, call }) {
    checkReturns(input, true);
    const prepared = prepareUpdate(state, call, input);
    const change = write(state, prepared);
    return {
      ...returned(change, input, prepared),
      ...consumedBy(change, input),
      ...collectionOf(change, input),
    };
  },
};

function write(state: DynamoState, prepared: Prepared): Change {
  const change = evaluate(state, prepared);
  writeChanges(state, [change]);
  return change;
}

function consumed(usage: Usage, { ReturnConsumedCapacity: wanted }: Returns) {
  const [ConsumedCapacity] = usage.shown(wanted);
  return ConsumedCapacity ? { ConsumedCapacity } : {};
}

function consumedBy(change: Change, input: Returns) {
  if ((input.ReturnConsumedCapacity ?? 'NONE') === 'NONE') return {};
  const usage = new Usage('write');
  usage.write(change);
  return consumed(usage, input);
}

/** The size of all items with the same partition key, as a table with local indexes shows it. */
function collectionOf({ table, before, after }: Change, { ReturnItemCollectionMetrics: wanted }: Returns) {
  const item = after ?? before;
  if (wanted !== 'SIZE' || !item || table.indexes.every(({ global }) => global)) return {};
  const ItemCollectionKey = asAttributes(pick(item, [table.keys.hash]));
  return { ItemCollectionMetrics: { ItemCollectionKey, SizeEstimateRangeGB: [0, 1] } };
}

/** The attributes that ReturnValues asks for; none when there are none. */
function returned(
  { before, after }: Change,
  { ReturnValues: wanted = 'NONE' }: Returns,
  prepared?: Prepared,
) {
  if (wanted === 'NONE') return {};
  const from = wanted.endsWith('_OLD') ? before : after;
  if (!from) return {};
  const shown = wanted.startsWith('ALL_')
    ? from
    : project(from, prepared?.actions?.map(({ path }) => path) ?? []);
  return Object.keys(shown).length > 0 ? { Attributes: asAttributes(shown) } : {};
}
