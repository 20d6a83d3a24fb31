// Whether an item fulfils a condition.
import { compare, equal, type Item, sameBytes, typeOf, type Value } from '../values/value.ts';
import type { Comparator, Condition, FunctionName, Operand } from './condition-tree.ts';
import { valueAt } from './paths.ts';

export function fulfils(item: Item, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((one) => fulfils(item, one));
    case 'or':
      return condition.of.some((one) => fulfils(item, one));
    case 'not':
      return !fulfils(item, condition.of);
    default: {
      const [first, ...rest] = condition.operands.map((operand) => resolve(item, operand));
      switch (condition.kind) {
        case 'compare':
          return compares(condition.operator, first, rest[0]);
        case 'between':
          return compares('>=', first, rest[0]) && compares('<=', first, rest[1]);
        case 'in':
          return rest.some((one) => compares('=', first, one));
        case 'call':
          return holds(condition.name, first, rest[0]);
      }
    }
  }
}

function resolve(item: Item, operand: Operand): Value | undefined {
  if (operand.kind === 'value') return operand.value;
  if (operand.kind === 'path') return valueAt(item, operand.path);
  const of = resolve(item, operand.of);
  const size = of && sizeOf(of);
  return size === undefined ? undefined : { N: String(size) };
}

/** The result of `size`. */
function sizeOf(value: Value): number | undefined {
  const { S, B, SS, NS, BS, L, M } = value;
  if (M) return Object.keys(M).length;
  return (S ?? B ?? SS ?? NS ?? BS ?? L)?.length;
}

function compares(operator: Comparator, left: Value | undefined, right: Value | undefined): boolean {
  if (operator === '<>') return !(left && right && equal(left, right));
  if (!left || !right) return false;
  if (operator === '=') return equal(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function holds(name: FunctionName, value: Value | undefined, argument: Value | undefined): boolean {
  switch (name) {
    case 'attribute_exists':
      return value !== undefined;
    case 'attribute_not_exists':
      return value === undefined;
    case 'attribute_type':
      return value !== undefined && typeOf(value) === argument?.S;
    case 'begins_with':
      return value !== undefined && argument !== undefined && beginsWith(value, argument);
    case 'contains':
      return value !== undefined && argument !== undefined && contains(value, argument);
  }
}

function beginsWith(value: Value, start: Value): boolean {
  if (value.S !== undefined && start.S !== undefined) return value.S.startsWith(start.S);
  if (!value.B || !start.B) return false;
  return sameBytes(value.B.subarray(0, start.B.length), start.B);
}

function contains(value: Value, part: Value): boolean {
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.B) return part.B !== undefined && Buffer.from(value.B).includes(Buffer.from(part.B));
  if (value.SS) return part.S !== undefined && value.SS.includes(part.S);
  if (value.NS) return part.N !== undefined && value.NS.includes(part.N);
  if (value.BS) return part.B !== undefined && value.BS.some((one) => sameBytes(one, part.B as Uint8Array));
  return value.L?.some((one) => equal(one, part)) ?? false;
}
