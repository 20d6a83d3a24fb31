// Checks event filter patterns.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
import type { FilterCriteria } from '@aws-sdk/client-lambda';
import { invalid } from '../errors.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** @throws InvalidParameterValueException for a pattern that is not valid */
export function checkFilters(criteria: FilterCriteria | undefined): void {
  for (const { Pattern } of criteria?.Filters ?? []) {
    if (!Pattern || !isPattern(Pattern)) throw invalid('Invalid filter pattern definition.');
  }
}

function isPattern(text: string): boolean {
  try {
    const pattern: Json = JSON.parse(text);
    return isObject(pattern) && Object.entries(pattern).every(([key, value]) => isRule(key, value));
  } catch {
    return false;
  }
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isRule(key: string, value: Json): boolean {
  if (key === '$or' && Array.isArray(value)) {
    return (
      value.length > 0 &&
      value.every(
        (choice) => isObject(choice) && Object.entries(choice).every(([inner, rule]) => isRule(inner, rule)),
      )
    );
  }
  if (Array.isArray(value)) return value.length > 0 && value.every(isMatch);
  return isObject(value) && Object.entries(value).every(([inner, rule]) => isRule(inner, rule));
}

/** Whether this is a valid entry in the list of a field: a value, or a comparison. */
function isMatch(value: Json): boolean {
  if (Array.isArray(value)) return false;
  if (!isObject(value)) return true;
  const operators = Object.entries(value);
  return operators.length === 1 && operators.every(([name, operand]) => isOperator(name, operand));
}

function isOperator(name: string, operand: Json): boolean {
  switch (name) {
    case 'exists':
      return typeof operand === 'boolean';
    case 'prefix':
    case 'suffix':
      return typeof operand === 'string' || (isObject(operand) && isMatch(operand));
    case 'equals-ignore-case':
    case 'wildcard':
    case 'cidr':
      return typeof operand === 'string';
    case 'numeric':
      return isRange(operand);
    case 'anything-but':
      if (Array.isArray(operand)) {
        return operand.length > 0 && operand.every((one) => ['string', 'number'].includes(typeof one));
      }
      return ['string', 'number'].includes(typeof operand) || (isObject(operand) && isMatch(operand));
    default:
      return false;
  }
}

/** `[">", 0, "<=", 5]` */
function isRange(operand: Json): boolean {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) return false;
  return operand.every((part, index) =>
    index % 2 === 0
      ? typeof part === 'string' && ['=', '>', '>=', '<', '<='].includes(part)
      : typeof part === 'number',
  );
}
