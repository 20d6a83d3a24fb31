// TransactGetItems and TransactWriteItems: all or nothing.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
import type * as sdk from '@aws-sdk/client-dynamodb';
import {
  type CancellationReason,
  type TransactGetItem,
  TransactionCanceledException,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { ServiceError } from '../../../service-error.ts';
import { Violations } from '../../lambda/violations.ts';
import { tokenReused, validation } from '../errors.ts';
import { project } from '../expressions/paths.ts';
import { type Expressions, readExpressions } from '../expressions/request.ts';
import { type DynamoState, type TableRecord, tableOfItems } from '../state.ts';
import { checkedItem } from '../values/check.ts';
import { digest, itemKey } from '../values/keys.ts';
import { type Item, sizeOfItem } from '../values/value.ts';
import { Usage } from './capacity.ts';
import { type Change, writeChanges } from './changes.ts';
import { checkedKey, checkNested } from './checks.ts';
import {
  evaluate,
  type Prepared,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
} from './prepare.ts';
import { asAttributes, capacityWords } from './single.ts';

const most = 100;
const mostBytes = 4 * 1024 * 1024;
/** Milliseconds for which a repeated token is recognized. */
const tokenLifetime = 10 * 60 * 1000;

export const transact: Handlers<typeof sdk, DynamoState> = {
  TransactGetItems({ TransactItems = [], ReturnConsumedCapacity }, { state, call }) {
    checkRequest(TransactItems, ReturnConsumedCapacity);
    const usage = new Usage('read', true);
    const reads = TransactItems.map((one) => prepareRead(state, call, one));
    refuseDuplicates(reads.filter(isFit));
    if (!reads.every(isFit)) throw cancelled(reads);
    const Responses = reads.map(({ table, key, projection }) => {
      const item = state.items.get(key);
      usage.read(table, item ? sizeOfItem(item) : 0, true);
      return item ? { Item: asAttributes(projection ? project(item, projection) : item) } : {};
    });
    return { Responses, ...consumed(usage, ReturnConsumedCapacity) };
  },

  TransactWriteItems(input, { state, call }) {
    const { TransactItems = [], ReturnConsumedCapacity, ClientRequestToken: token } = input;
    checkRequest(TransactItems, ReturnConsumedCapacity);
    new Violations().length(token, 'clientRequestToken', 36, 1).refuse();
    const repeated = token !== undefined && isRepeated(state, call, token, TransactItems);
    const prepared = TransactItems.map((one) => prepare(state, call, one));
    refuseDuplicates(prepared.filter(isFit));
    const usage = new Usage(repeated ? 'read' : 'write', true);
    if (repeated) {
      for (const { table, key } of prepared.filter(isFit))
        usage.read(table, sizeOfItem(state.items.get(key) ?? {}), true);
      return consumed(usage, ReturnConsumedCapacity);
    }
    const changes = evaluateAll(state, prepared);
    writeChanges(state, changes);
    if (token !== undefined) remember(state, call, token, TransactItems);
    for (const change of changes) usage.write(change);
    return consumed(usage, ReturnConsumedCapacity);
  },
};

function checkRequest(items: readonly object[], capacity: string | undefined): void {
  new Violations()
    .oneOf(capacity, 'returnConsumedCapacity', capacityWords)
    .length(items.length <= most ? undefined : items, 'transactItems', most)
    .length(items.length > 0 ? undefined : items, 'transactItems', most, 1)
    .refuse();
}

function consumed(usage: Usage, wanted: string | undefined) {
  const shown = usage.shown(wanted);
  return shown.length > 0 ? { ConsumedCapacity: shown } : {};
}

function refuseDuplicates(parts: readonly { readonly key: string }[]): void {
  if (new Set(parts.map(({ key }) => key)).size < parts.length) {
    throw validation('Transaction request cannot include multiple operations on one item');
  }
}

interface Read {
  readonly table: TableRecord;
  readonly key: string;
  readonly projection: Expressions['projection'];
}

/** What is wrong with the key of one part cancels the transaction; anything else refuses the request. */
type Part<T> = T | { readonly reason: CancellationReason };

const isFit = <T extends object>(part: Part<T>): part is T => !('reason' in part);

function fitting<T>(make: () => T): Part<T> {
  try {
    return make();
  } catch (error) {
    return { reason: reasonOf(error) };
  }
}

function prepareRead(state: DynamoState, scope: Scope, { Get }: TransactGetItem): Part<Read> {
  if (!Get) throw oneOperation('Get');
  const { projection } = readExpressions(Get);
  checkedItem(Get.Key as Item);
  const table = tableOfItems(state, scope, Get.TableName);
  return fitting(() => {
    checkNested(table, projection ?? []);
    return { table, key: itemKey(table.id, table.keys, checkedKey(table, Get.Key)), projection };
  });
}

const oneOperation = (names: string) =>
  validation(
    `TransactItems can only contain one of ${names}. Each element of TransactItems must have exactly one of them`,
  );

function prepare(state: DynamoState, scope: Scope, one: TransactWriteItem): Part<Prepared> {
  const given = [one.ConditionCheck, one.Put, one.Delete, one.Update].filter((part) => part !== undefined);
  const [input] = given;
  if (!input || given.length > 1) throw oneOperation('Check, Put, Update or Delete');
  readExpressions(input, [...(one.Update ? ['UpdateExpression' as const] : []), 'ConditionExpression']);
  checkedItem((one.Put?.Item ?? (input as { Key?: object }).Key) as Item);
  tableOfItems(state, scope, input.TableName);
  return fitting(() => {
    if (one.Put) return preparePut(state, scope, one.Put);
    if (one.Update) return prepareUpdate(state, scope, one.Update);
    if (one.Delete) return prepareDelete(state, scope, one.Delete);
    return prepareCheck(state, scope, one.ConditionCheck ?? {});
  });
}

/** @throws TransactionCanceledException when a part of the transaction is refused */
function evaluateAll(state: DynamoState, prepared: readonly Part<Prepared>[]): Change[] {
  const parts = prepared.map((one) => (isFit(one) ? fitting(() => evaluate(state, one)) : one));
  if (!parts.every(isFit)) throw cancelled(parts);
  const changes: readonly Change[] = parts;
  const bytes = changes.reduce((sum, { after }) => sum + sizeOfItem(after ?? {}), 0);
  if (bytes > mostBytes) {
    throw validation('Transaction request size cannot exceed the maximum allowed size of 4194304 bytes');
  }
  return [...changes];
}

function cancelled(parts: readonly Part<object>[]): TransactionCanceledException {
  const CancellationReasons = parts.map((part) =>
    'reason' in part ? (part.reason as CancellationReason) : { Code: 'None' },
  );
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new TransactionCanceledException({ message, Message: message, CancellationReasons, $metadata: {} });
}

function reasonOf(error: unknown): CancellationReason {
  const { name, message, Item } = error as Error & Pick<CancellationReason, 'Item'>;
  if (name === 'ConditionalCheckFailedException') {
    return { Code: 'ConditionalCheckFailed', Message: message, ...(Item && { Item }) };
  }
  if (error instanceof ServiceError) return { Code: 'ValidationError', Message: message };
  throw error;
}

const tokenKey = (scope: Scope, token: string): string => scopePrefix(scope) + token;

/** @throws IdempotentParameterMismatchException when the token belongs to another request */
function isRepeated(state: DynamoState, scope: Scope, token: string, items: readonly object[]): boolean {
  const known = state.tokens.get(tokenKey(scope, token));
  if (!known || known.used <= state.now() - tokenLifetime) return false;
  if (known.digest !== digest(asText(items))) throw tokenReused();
  return true;
}

function remember(state: DynamoState, scope: Scope, token: string, items: readonly object[]): void {
  const used = state.now();
  forgetOld(state, used);
  state.tokens.put(tokenKey(scope, token), { used, digest: digest(asText(items)) });
}

/** Removes tokens that are no longer recognized; not more often than that. */
function forgetOld(state: DynamoState, now: number): void {
  if (now - state.tokensCleaned < tokenLifetime) return;
  state.tokensCleaned = now;
  const old = Array.from(state.tokens.entries()).filter(([, { used }]) => used <= now - tokenLifetime);
  for (const [key] of old) state.tokens.remove(key);
}

/** The request as a text; the order of members does not count. */
function asText(value: unknown): string {
  if (value instanceof Uint8Array) return `b"${Buffer.from(value).toString('base64')}"`;
  if (Array.isArray(value)) return `[${value.map(asText).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .map(([name, member]) => `${JSON.stringify(name)}:${asText(member)}`)
    .toSorted()
    .join()}}`;
}
