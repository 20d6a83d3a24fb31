// Prepares writes: reads and checks a request, and says what it makes of the item.
import type { Scope } from '../../../call.ts';
import { conditionFailed, invalid, validation } from '../errors.ts';
import { applyUpdate } from '../expressions/apply-update.ts';
import type { Condition } from '../expressions/condition-tree.ts';
import { fulfils } from '../expressions/evaluate.ts';
import { type ExpressionInput, readExpressions } from '../expressions/request.ts';
import type { Action } from '../expressions/update.ts';
import { type DynamoState, type TableRecord, tableOfItems } from '../state.ts';
import { largestItem } from '../values/check.ts';
import { itemKey } from '../values/keys.ts';
import { type Item, sizeOfItem, typeOf } from '../values/value.ts';
import type { Change } from './changes.ts';
import { checkedItemOf, checkedKey, checkIndexKeys, checkIndexType, checkNested, namesOf } from './checks.ts';

export interface Prepared {
  readonly table: TableRecord;
  /** The item's key in the store. */
  readonly key: string;
  readonly condition?: Condition | undefined;
  /** Whether the refusal shows the item. */
  readonly showOld: boolean;
  readonly actions?: readonly Action[] | undefined;
  /** The item after the write; undefined when it is deleted. @throws ValidationException */
  apply(before: Item | undefined): Item | undefined;
}

export interface WriteInput extends ExpressionInput {
  readonly TableName?: string | undefined;
  readonly Item?: object | undefined;
  readonly Key?: object | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** @throws ConditionalCheckFailedException, ValidationException */
export function evaluate(state: DynamoState, prepared: Prepared): Change {
  const { table, key, condition, showOld } = prepared;
  const before = state.items.get(key);
  if (condition && !fulfils(before ?? {}, condition)) throw conditionFailed(showOld ? before : undefined);
  return { table, key, before, after: prepared.apply(before) };
}

const common = (input: WriteInput, condition: Condition | undefined) => ({
  condition,
  showOld: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
});

/** @throws ValidationException, ResourceNotFoundException */
export function preparePut(state: DynamoState, scope: Scope, input: WriteInput): Prepared {
  const { condition } = readExpressions(input, ['ConditionExpression']);
  const table = tableOfItems(state, scope, input.TableName);
  const item = checkedItemOf(table, input.Item);
  if (sizeOfItem(item) > largestItem) throw validation('Item size has exceeded the maximum allowed size');
  return {
    table,
    key: itemKey(table.id, table.keys, item),
    ...common(input, condition),
    apply: () => item,
  };
}

/** @throws ValidationException, ResourceNotFoundException */
export function prepareDelete(state: DynamoState, scope: Scope, input: WriteInput): Prepared {
  const { condition } = readExpressions(input, ['ConditionExpression']);
  const table = tableOfItems(state, scope, input.TableName);
  const key = itemKey(table.id, table.keys, checkedKey(table, input.Key));
  return { table, key, ...common(input, condition), apply: () => undefined };
}

/** A condition that must hold, without a write. @throws ValidationException, ResourceNotFoundException */
export function prepareCheck(state: DynamoState, scope: Scope, input: WriteInput): Prepared {
  return { ...prepareDelete(state, scope, input), apply: (before) => before };
}

/** @throws ValidationException, ResourceNotFoundException */
export function prepareUpdate(state: DynamoState, scope: Scope, input: WriteInput): Prepared {
  const { condition, update: actions } = readExpressions(input, ['UpdateExpression', 'ConditionExpression']);
  const table = tableOfItems(state, scope, input.TableName);
  const keys = checkedKey(table, input.Key);
  checkActions(table, actions ?? []);
  const removesOnly =
    input.AttributeUpdates !== undefined && (actions ?? []).every(({ kind }) => kind === 'REMOVE');
  return {
    table,
    key: itemKey(table.id, table.keys, keys),
    ...common(input, condition),
    actions,
    apply(before) {
      if (!before && removesOnly && actions?.length) return undefined;
      const after = applyUpdate(before ?? keys, actions ?? []);
      checkIndexKeys(table, after);
      if (sizeOfItem(after) > largestItem) {
        throw validation('Item size to update has exceeded the maximum allowed size');
      }
      return after;
    },
  };
}

function checkActions(table: TableRecord, actions: readonly Action[]): void {
  for (const name of namesOf(table.keys)) {
    if (actions.some(({ path }) => path[0] === name)) {
      throw invalid(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
  for (const { name: index, keys } of table.indexes) {
    for (const name of namesOf(keys)) {
      for (const action of actions) {
        if (action.path.length > 1 || action.path[0] !== name || action.kind === 'REMOVE') continue;
        const value =
          action.kind !== 'SET'
            ? action.value
            : action.source.kind === 'value'
              ? action.source.value
              : undefined;
        if (value) checkIndexType(table, index, name, typeOf(value));
      }
    }
  }
  checkNested(
    table,
    actions.map(({ path }) => path),
  );
}
