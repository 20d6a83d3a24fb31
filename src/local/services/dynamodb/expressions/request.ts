// Reads the expressions of a request, or the older parameters in their place.
import { invalid, validation } from '../errors.ts';
import type { Value } from '../values/value.ts';
import { parseCondition } from './condition.ts';
import type { Condition } from './condition-tree.ts';
import {
  actionsOf,
  conditionOf,
  expectationOf,
  type LegacyCondition,
  type LegacyExpectation,
  type LegacyUpdate,
} from './legacy.ts';
import { Names, type Path } from './names.ts';
import { parseProjection } from './projection.ts';
import { type Action, parseUpdate } from './update.ts';

/** The members of requests that this file reads. Their values have the SDK's types. */
export interface ExpressionInput {
  readonly UpdateExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: object | undefined;
  readonly AttributeUpdates?: Readonly<Record<string, LegacyUpdate>> | undefined;
  readonly Expected?: Readonly<Record<string, LegacyExpectation>> | undefined;
  readonly ConditionalOperator?: string | undefined;
  readonly KeyConditions?: Readonly<Record<string, LegacyCondition>> | undefined;
  readonly QueryFilter?: Readonly<Record<string, LegacyCondition>> | undefined;
  readonly ScanFilter?: Readonly<Record<string, LegacyCondition>> | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

export interface Expressions {
  readonly update?: readonly Action[];
  readonly condition?: Condition;
  readonly key?: Condition;
  readonly filter?: Condition;
  readonly projection?: readonly Path[];
}

const newer = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
] as const;
const older = [
  'AttributesToGet',
  'AttributeUpdates',
  'Expected',
  'QueryFilter',
  'ScanFilter',
  'ConditionalOperator',
  'KeyConditions',
] as const;

/**
 * `withValues` are the parameters of the operation that can contain values: without them it takes no values.
 * @throws ValidationException
 */
export function readExpressions(
  input: ExpressionInput,
  withValues: readonly (typeof newer)[number][] = [],
): Expressions {
  checkTogether(input, withValues);
  const names = new Names(
    input.ExpressionAttributeNames,
    input.ExpressionAttributeValues as Record<string, Value> | undefined,
  );
  const parsed = <T>(
    parameter: (typeof newer)[number],
    parse: (text: string) => T,
    fallback?: () => T | undefined,
  ): T | undefined => {
    const text = input[parameter];
    return text === undefined ? fallback?.() : parse(text);
  };
  const { ConditionalOperator: operator } = input;
  const condition =
    (parameter: 'ConditionExpression' | 'KeyConditionExpression' | 'FilterExpression') => (text: string) =>
      parseCondition(parameter, text, names);
  const filters = input.QueryFilter ?? input.ScanFilter;
  const found = {
    update: parsed(
      'UpdateExpression',
      (text) => parseUpdate(text, names),
      () => input.AttributeUpdates && actionsOf(input.AttributeUpdates),
    ),
    condition: parsed(
      'ConditionExpression',
      condition('ConditionExpression'),
      () => input.Expected && expectationOf(input.Expected, operator),
    ),
    key: parsed(
      'KeyConditionExpression',
      condition('KeyConditionExpression'),
      () => input.KeyConditions && conditionOf(input.KeyConditions, 'AND'),
    ),
    filter: parsed(
      'FilterExpression',
      condition('FilterExpression'),
      () => filters && conditionOf(filters, operator),
    ),
    projection: parsed(
      'ProjectionExpression',
      (text) => parseProjection(text, names),
      () => attributes(input.AttributesToGet),
    ),
  };
  names.checkUse();
  return Object.fromEntries(Object.entries(found).filter(([, one]) => one !== undefined)) as Expressions;
}

function attributes(list: readonly string[] | undefined): Path[] | undefined {
  const repeated = list?.find((name, index) => list.indexOf(name) < index);
  if (repeated !== undefined) throw invalid(`Duplicate value in attribute name: ${repeated}`);
  return list?.map((name): Path => [name]);
}

function checkTogether(input: ExpressionInput, withValues: readonly (typeof newer)[number][]): void {
  const expressions = newer.filter((name) => input[name] !== undefined);
  const others = older.filter(
    (name) =>
      input[name] !== undefined &&
      // The older key conditions go together with a filter expression.
      !(name === 'KeyConditions' && input.KeyConditionExpression === undefined),
  );
  if (expressions.length > 0 && others.length > 0) {
    throw validation(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${others.join(', ')}} Expression parameters: {${expressions.join(', ')}}`,
    );
  }
  if (input.ExpressionAttributeNames && expressions.length === 0) {
    throw validation('ExpressionAttributeNames can only be specified when using expressions');
  }
  if (input.ExpressionAttributeValues && withValues.every((name) => input[name] === undefined)) {
    const verb = withValues.length > 1 ? 'are' : 'is';
    throw validation(
      `ExpressionAttributeValues can only be specified when using expressions: ${withValues.join(' and ')} ${verb} null`,
    );
  }
}
