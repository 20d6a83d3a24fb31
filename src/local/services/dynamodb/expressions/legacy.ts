// The parameters from before expressions: Expected, KeyConditions, QueryFilter, ScanFilter and AttributeUpdates. They
// become the same conditions and actions as expressions.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
import { invalid, validation } from '../errors.ts';
import { checkedValue } from '../values/check.ts';
import { compare, type Type, typeOf, type Value } from '../values/value.ts';
import type { Comparator, Condition, FunctionName, Operand } from './condition-tree.ts';
import type { Path } from './names.ts';
import type { Action } from './update.ts';

export interface LegacyCondition {
  readonly ComparisonOperator?: string | undefined;
  readonly AttributeValueList?: readonly unknown[] | undefined;
}

export interface LegacyExpectation extends LegacyCondition {
  readonly Exists?: boolean | undefined;
  readonly Value?: unknown;
}

const comparators: Record<string, Comparator> = {
  EQ: '=',
  NE: '<>',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
};
const calls: Record<string, FunctionName> = { BEGINS_WITH: 'begins_with', CONTAINS: 'contains' };

const counts: Record<string, readonly [number, number]> = {
  NULL: [0, 0],
  NOT_NULL: [0, 0],
  BETWEEN: [2, 2],
  IN: [1, Number.POSITIVE_INFINITY],
};

const scalar: readonly Type[] = ['S', 'N', 'B'];
const withSets: readonly Type[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL'];
const allowed: Record<string, readonly Type[]> = {
  EQ: withSets,
  NE: withSets,
  CONTAINS: withSets,
  NOT_CONTAINS: withSets,
  IN: withSets,
  BEGINS_WITH: ['S', 'B'],
};

const onAttribute = (name: string): Operand => ({ kind: 'path', path: [name] });
const constant = (value: Value): Operand => ({ kind: 'value', value });
const exists = (name: string): Condition => ({
  kind: 'call',
  name: 'attribute_exists',
  operands: [onAttribute(name)],
});

/** @throws ValidationException */
export function conditionOf(
  conditions: Readonly<Record<string, LegacyCondition>>,
  operator: string | undefined,
): Condition {
  const of = Object.entries(conditions).map(([name, { ComparisonOperator = '', AttributeValueList = [] }]) =>
    compared(name, ComparisonOperator, AttributeValueList),
  );
  return { kind: operator === 'OR' ? 'or' : 'and', of };
}

/** @throws ValidationException */
export function expectationOf(
  expected: Readonly<Record<string, LegacyExpectation>>,
  operator: string | undefined,
): Condition {
  const of = Object.entries(expected).map(([name, one]) => expectationOn(name, one));
  return { kind: operator === 'OR' ? 'or' : 'and', of };
}

function expectationOn(name: string, expectation: LegacyExpectation): Condition {
  const { ComparisonOperator: operator, AttributeValueList: list, Exists, Value: value } = expectation;
  if (list && value !== undefined) {
    throw invalid(`Value and AttributeValueList cannot be used together for Attribute: ${name}`);
  }
  if (operator !== undefined) {
    if (Exists !== undefined) {
      throw invalid(`Exists and ComparisonOperator cannot be used together for Attribute: ${name}`);
    }
    if (operator !== 'NULL' && operator !== 'NOT_NULL' && !list && value === undefined) {
      throw invalid(
        `Value or AttributeValueList must be used with ComparisonOperator: ${operator} for Attribute: ${name}`,
      );
    }
    return compared(name, operator, list ?? (value === undefined ? [] : [value]));
  }
  if (list)
    throw invalid(`AttributeValueList can only be used with a ComparisonOperator for Attribute: ${name}`);
  if (Exists !== false && value === undefined) {
    throw invalid(`Value must be provided when Exists is ${Exists ?? 'null'} for Attribute: ${name}`);
  }
  if (Exists === false && value !== undefined) {
    throw invalid(`Value cannot be used when Exists is false for Attribute: ${name}`);
  }
  return value === undefined ? compared(name, 'NULL', []) : compared(name, 'EQ', [value]);
}

function compared(name: string, operator: string, list: readonly unknown[]): Condition {
  const values = list.map((one) => checkedValue(one as Value));
  checkValues(operator, values);
  const operands = [onAttribute(name), ...values.map(constant)];
  const comparator = comparators[operator];
  if (comparator) return { kind: 'compare', operator: comparator, operands };
  const call = calls[operator];
  if (call) return { kind: 'call', name: call, operands };
  switch (operator) {
    case 'NOT_NULL':
      return exists(name);
    case 'NULL':
      return { kind: 'not', of: exists(name) };
    case 'IN':
      return { kind: 'in', operands };
    case 'BETWEEN':
      return { kind: 'between', operands };
    default:
      return { kind: 'not', of: { kind: 'call', name: 'contains', operands } };
  }
}

function checkValues(operator: string, values: readonly Value[]): void {
  const [least, most] = counts[operator] ?? [1, 1];
  if (values.length < least || values.length > most) {
    throw invalid(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  }
  const [first] = values;
  if (!first) return;
  if (values.some((value) => typeOf(value) !== typeOf(first))) {
    throw invalid('AttributeValues inside AttributeValueList must be of same type');
  }
  const wrong = values.find((value) => !(allowed[operator] ?? scalar).includes(typeOf(value)));
  if (wrong) {
    throw invalid(`ComparisonOperator ${operator} is not valid for ${typeOf(wrong)} AttributeValue type`);
  }
  if (operator === 'BETWEEN' && (compare(first, values[1] as Value) ?? 0) > 0) {
    throw validation(
      'The BETWEEN condition was provided a range where the lower bound is greater than the upper bound',
    );
  }
}

export interface LegacyUpdate {
  readonly Action?: string | undefined;
  readonly Value?: unknown;
}

/** @throws ValidationException */
export function actionsOf(updates: Readonly<Record<string, LegacyUpdate>>): Action[] {
  return Object.entries(updates).map(([name, { Action: kind = 'PUT', Value: given }]): Action => {
    const path: Path = [name];
    const value = given === undefined ? undefined : checkedValue(given as Value);
    if (!value) {
      if (kind === 'DELETE') return { kind: 'REMOVE', path };
      throw invalid('Only DELETE action is allowed when no attribute value is specified');
    }
    const type = typeOf(value);
    const isSet = type === 'SS' || type === 'NS' || type === 'BS';
    if (kind === 'PUT') return { kind: 'SET', path, source: { kind: 'value', value } };
    if (kind === 'DELETE' && !isSet) {
      throw invalid(`DELETE action with value is not supported for the type ${type}`);
    }
    if (kind === 'ADD' && !isSet && type !== 'N' && type !== 'L') {
      throw invalid(`ADD action is not supported for the type ${type}`);
    }
    return { kind: kind as 'ADD' | 'DELETE', path, value };
  });
}
