// Which items of which partition a query asks for.
import { invalid, validation } from '../errors.ts';
import type { KeyNames, RangeOperator } from '../values/keys.ts';
import { type ScalarType, typeOf, type Value } from '../values/value.ts';
import type { Comparator, Condition, Operand } from './condition-tree.ts';

interface OnKey {
  readonly operator: RangeOperator;
  readonly values: readonly Value[];
}

export interface KeyCondition {
  readonly hash: Value;
  readonly range?: OnKey;
}

const swapped: Partial<Record<Comparator, Comparator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The conditions on single attributes, of which the condition consists. @throws ValidationException */
export function conditionsOnKeys(condition: Condition): Map<string, OnKey> {
  const found = new Map<string, OnKey>();
  const refused = (operator: string) =>
    validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
  const visit = (one: Condition): void => {
    switch (one.kind) {
      case 'and':
        for (const inner of one.of) visit(inner);
        return;
      case 'or':
      case 'not':
      case 'in':
        throw refused(one.kind.toUpperCase());
      case 'call':
        if (one.name !== 'begins_with') throw refused(one.name);
        add(found, 'begins_with', one.operands);
        return;
      case 'between':
        add(found, 'between', one.operands);
        return;
      case 'compare':
        if (one.operator === '<>') throw refused('<>');
        add(found, one.operator, one.operands);
        return;
    }
  };
  visit(condition);
  return found;
}

function add(found: Map<string, OnKey>, operator: RangeOperator, operands: readonly Operand[]): void {
  if (operands.some(({ kind }) => kind === 'size')) {
    throw validation('KeyConditionExpressions cannot contain nested operations');
  }
  const paths = operands.filter((one) => one.kind === 'path');
  const values = operands.filter((one) => one.kind === 'value').map(({ value }) => value);
  const wrong = (why: string) => validation(`Invalid condition in KeyConditionExpression: ${why}`);
  if (operands[0]?.kind !== 'path' && (operator === 'between' || operator === 'begins_with')) {
    const shown = operator === 'between' ? 'BETWEEN' : operator;
    throw wrong(`${shown} operator must have the key attribute as its first operand`);
  }
  if (paths.length > 1) throw wrong('Multiple attribute names used in one condition');
  const [first] = paths;
  if (!first) throw wrong('No key attribute specified');
  if (first.path.length > 1) {
    throw validation('KeyConditionExpressions cannot have conditions on nested attributes');
  }
  const [name] = first.path;
  if (found.has(name)) throw validation('KeyConditionExpressions must only contain one condition per key');
  const reversed = operands[0]?.kind !== 'path';
  const actual = (reversed && swapped[operator as Comparator]) || operator;
  found.set(name, { operator: actual as RangeOperator, values });
}

/** @throws ValidationException when the conditions do not fit the key */
export function keyConditionFor(
  conditions: ReadonlyMap<string, OnKey>,
  keys: KeyNames,
  types: Readonly<Record<string, ScalarType>>,
): KeyCondition {
  if (conditions.size < 1 || conditions.size > 2) {
    throw validation('Conditions can be of length 1 or 2 only');
  }
  const onHash = conditions.get(keys.hash);
  const unsupported = () => validation('Query key condition not supported');
  if (conditions.size > 1 && keys.range === undefined) throw unsupported();
  if (!onHash) throw validation(`Query condition missed key schema element: ${keys.hash}`);
  const onRange = keys.range === undefined ? undefined : conditions.get(keys.range);
  if (conditions.size > 1 && !onRange) {
    throw validation(`Query condition missed key schema element: ${keys.range}`);
  }
  checkTypes(onHash, types[keys.hash]);
  if (onHash.operator !== '=') throw unsupported();
  if (onRange) checkTypes(onRange, types[keys.range as string]);
  if (onHash.values.some(isEmpty)) throw emptyKey(keys.hash);
  if (onRange?.operator === '=' && onRange.values.some(isEmpty)) throw emptyKey(keys.range as string);
  return { hash: onHash.values[0] as Value, ...(onRange && { range: onRange }) };
}

function checkTypes({ values }: OnKey, type: ScalarType | undefined): void {
  if (values.some((value) => typeOf(value) !== type)) {
    throw invalid('Condition parameter type does not match schema type');
  }
}

const isEmpty = (value: Value): boolean => value.S === '' || value.B?.length === 0;

const emptyKey = (name: string) =>
  validation(
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
  );
