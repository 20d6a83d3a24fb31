// The rules for the operands of functions and operators in conditions.
import { shown } from '../values/check.ts';
import { compare, type Type, typeOf, type Value } from '../values/value.ts';
import { functions, type Operand } from './condition-tree.ts';
import type { Cursor } from './cursor.ts';
import { shownPath } from './names.ts';

/** The type of an operand, if it does not depend on the item. */
function knownType(operand: Operand | undefined): Type | undefined {
  if (operand?.kind === 'size') return 'N';
  return operand?.kind === 'value' && Object.keys(operand.value).length > 0
    ? typeOf(operand.value)
    : undefined;
}

export function checkCall(cursor: Cursor, name: string, operands: readonly Operand[]): void {
  const count = Object.hasOwn(functions, name) ? functions[name as keyof typeof functions] : undefined;
  if (count === undefined) {
    cursor.note('unknown function', `Invalid function name; function: ${name}`);
  } else if (count !== operands.length) {
    cursor.note(
      'count',
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  } else {
    checkDistinct(cursor, name, operands);
    const wrong = typeProblem(name as keyof typeof functions, operands);
    if (wrong) cursor.note('type', wrong);
  }
}

function typeProblem(name: keyof typeof functions, operands: readonly Operand[]): string | undefined {
  const types = operands.map(knownType);
  const wrong = (type: string | undefined) =>
    type &&
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`;
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists':
      if (operands[0]?.kind === 'path') return undefined;
      return `Operator or function requires a document path; operator or function: ${name}`;
    case 'begins_with':
      return wrong(types.find((type) => type !== undefined && type !== 'S' && type !== 'B'));
    case 'size':
      return wrong(types.find((type) => type === 'N' || type === 'BOOL' || type === 'NULL'));
    case 'attribute_type': {
      const wanted = operands[1]?.kind === 'value' ? operands[1].value.S : undefined;
      if (wanted === undefined) return wrong(types[1] ?? '{NS,SS,L,BS,N,M,B,BOOL,NULL,S}');
      if (typeNames.includes(wanted)) return undefined;
      return `Invalid attribute type name found; type: ${wanted}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`;
    }
    default:
      return undefined;
  }
}

const typeNames = ['S', 'N', 'B', 'NULL', 'SS', 'BOOL', 'L', 'BS', 'NS', 'M'];

export function checkDistinct(cursor: Cursor, operator: string, operands: readonly Operand[]): void {
  const [first, second] = operands;
  if (operands.length !== 2 || first?.kind !== 'path' || second?.kind !== 'path') return;
  if (shownPath(first.path) !== shownPath(second.path)) return;
  cursor.note(
    'same',
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${shownPath(first.path)}`,
  );
}

/** Only texts, numbers and binary values have an order. */
export function checkOrdered(cursor: Cursor, operator: string, operands: readonly Operand[]): void {
  if (operator === '=' || operator === '<>') return;
  const other = operands
    .map(knownType)
    .find((type) => type !== undefined && type !== 'S' && type !== 'N' && type !== 'B');
  if (other) {
    cursor.note(
      'type',
      `Incorrect operand type for operator or function; operator: ${operator}, operand type: ${other}`,
    );
  }
}

export function checkBetween(cursor: Cursor, operands: readonly Operand[]): void {
  checkOrdered(cursor, 'BETWEEN', operands);
  const [low, high] = operands
    .slice(1)
    .map((one) => (one.kind === 'value' && knownType(one) ? one.value : undefined));
  if (!low || !high) return;
  const bounds = `lower bound operand: AttributeValue: ${shown(low)}, upper bound operand: AttributeValue: ${shown(high)}`;
  if (typeOf(low) !== typeOf(high)) {
    cursor.note('type', `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  } else if ((compare(low, high as Value) ?? 0) > 0) {
    cursor.note(
      'type',
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}
