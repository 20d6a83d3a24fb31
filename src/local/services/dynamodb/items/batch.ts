// BatchGetItem and BatchWriteItem.
import type * as sdk from '@aws-sdk/client-dynamodb';
import type { KeysAndAttributes, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { Violations } from '../../lambda/violations.ts';
import { keyMismatch, validation } from '../errors.ts';
import { project } from '../expressions/paths.ts';
import { readExpressions } from '../expressions/request.ts';
import { type DynamoState, tableOfItems } from '../state.ts';
import { itemKey } from '../values/keys.ts';
import { sizeOfItem } from '../values/value.ts';
import { Usage } from './capacity.ts';
import { type Change, writeChanges } from './changes.ts';
import { checkedKey, checkNested } from './checks.ts';
import { evaluate, type Prepared, prepareDelete, preparePut } from './prepare.ts';
import { asAttributes, capacityWords } from './single.ts';

const mostReads = 100;
const mostWrites = 25;
/** What does not fit into an answer is left for the next request. */
const answerBytes = 16 * 1024 * 1024;

export const batch: Handlers<typeof sdk, DynamoState> = {
  BatchGetItem({ RequestItems = {}, ReturnConsumedCapacity }, { state, call }) {
    checkRequests('BatchGetItem', RequestItems, ReturnConsumedCapacity);
    for (const [name, { Keys = [] }] of Object.entries(RequestItems)) checkKeyCount(name, Keys);
    const count = Object.values(RequestItems).reduce((sum, { Keys = [] }) => sum + Keys.length, 0);
    if (count > mostReads) throw validation('Too many items requested for the BatchGetItem call');
    const usage = new Usage('read');
    const read = Object.entries(RequestItems).map(([name, wanted]) =>
      prepareReads(state, call, name, wanted),
    );
    const Responses: Record<string, ReturnType<typeof asAttributes>[]> = {};
    const UnprocessedKeys: Record<string, KeysAndAttributes> = {};
    let bytes = 0;
    for (const { name, wanted, table, keys, projection } of read) {
      const found: ReturnType<typeof asAttributes>[] = [];
      Responses[name] = found;
      for (const [index, key] of keys.entries()) {
        const item = state.items.get(key);
        const size = item ? sizeOfItem(item) : 0;
        if (bytes + size > answerBytes) {
          UnprocessedKeys[name] = { ...wanted, Keys: (wanted.Keys ?? []).slice(index) };
          break;
        }
        bytes += size;
        usage.read(table, size, wanted.ConsistentRead);
        if (item) found.push(asAttributes(projection ? project(item, projection) : item));
      }
    }
    return { Responses, UnprocessedKeys, ...consumed(usage, ReturnConsumedCapacity) };
  },

  BatchWriteItem({ RequestItems = {}, ReturnConsumedCapacity }, { state, call }) {
    checkRequests('BatchWriteItem', RequestItems, ReturnConsumedCapacity);
    for (const [name, list] of Object.entries(RequestItems)) checkRequestCount(name, list);
    const requests = Object.entries(RequestItems).flatMap(([name, list]) =>
      list.map((request) => ({ name, request })),
    );
    if (requests.length > mostWrites) {
      throw validation('Too many items requested for the BatchWriteItem call');
    }
    const prepared = requests.map(({ name, request }) => prepareWrite(state, call, name, request));
    refuseDuplicates(prepared.map(({ key }) => key));
    const changes: Change[] = prepared.map((one) => evaluate(state, one));
    writeChanges(state, changes);
    const usage = new Usage('write');
    for (const change of changes) usage.write(change);
    return { UnprocessedItems: {}, ...consumed(usage, ReturnConsumedCapacity) };
  },
};

function checkRequests(operation: string, requests: object, capacity: string | undefined): void {
  new Violations().oneOf(capacity, 'returnConsumedCapacity', capacityWords).refuse();
  if (Object.keys(requests).length > 0) return;
  throw validation(`The requestItems parameter is required for ${operation}`);
}

function checkKeyCount(table: string, keys: readonly object[]): void {
  if (keys.length >= 1 && keys.length <= mostReads) return;
  const limit = keys.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${mostReads}`;
  throw validation(
    `1 validation error detected: Value at 'RequestItems.${table}.member.Keys' failed to satisfy constraint: Member must have length ${limit}`,
  );
}

function checkRequestCount(table: string, list: readonly object[]): void {
  if (list.length >= 1 && list.length <= mostWrites) return;
  const shown = list.map((one) => `WriteRequest(${Object.keys(one)[0]})`).join(', ');
  throw validation(
    `1 validation error detected: Value '{${table}=[${shown}]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to ${mostWrites}, Member must have length greater than or equal to 1]`,
  );
}

function consumed(usage: Usage, wanted: string | undefined) {
  const shown = usage.shown(wanted);
  return shown.length > 0 ? { ConsumedCapacity: shown } : {};
}

function refuseDuplicates(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) {
    throw validation('Provided list of item keys contains duplicates');
  }
}

function prepareReads(state: DynamoState, scope: Scope, name: string, wanted: KeysAndAttributes) {
  const { projection } = readExpressions(wanted);
  const table = tableOfItems(state, scope, name);
  checkNested(table, projection ?? []);
  const keys = (wanted.Keys ?? []).map((key) => itemKey(table.id, table.keys, checkedKey(table, key)));
  refuseDuplicates(keys);
  return { name, wanted, table, keys, projection };
}

function prepareWrite(state: DynamoState, scope: Scope, TableName: string, request: WriteRequest): Prepared {
  const { PutRequest, DeleteRequest } = request;
  if (DeleteRequest) return prepareDelete(state, scope, { TableName, Key: DeleteRequest.Key });
  if (!PutRequest) {
    throw validation(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  try {
    return preparePut(state, scope, { TableName, Item: PutRequest.Item });
  } catch (error) {
    // A batch does not say what is wrong with the key of an item.
    const { message } = error as Error;
    throw /Missing the key|Type mismatch for key/.test(message) ? keyMismatch() : error;
  }
}
