// Filter patterns for space-delimited events: `[ip, user, ..., status = 4* && status != 403]`.
import { invalid } from '../errors.ts';
import {
  type Condition,
  checkComparison,
  compareNumbers,
  invalidPattern,
  type Operand,
  type Operator,
  PatternReader,
  readConditions,
  readOperand,
  readOperator,
  toNumber,
} from './values.ts';

const bareWord = /(?:(?!&&|\|\|)[^\s,\]()"%=<>!])+/y;
const fieldName = /[\w$.-]+/y;

interface Field {
  /** Undefined when the pattern has no name for the field: it is then `$3`, by its position. */
  readonly name: string | undefined;
  readonly condition: Condition<string>;
}

interface Fields {
  readonly head: readonly Field[];
  /** The fields after `...`; undefined when there is no `...`. */
  readonly tail: readonly Field[] | undefined;
}

/** Empty brackets match every event. */
const nothing = /^\[\s*\]$/;

function readFields(pattern: string): Fields {
  if (!pattern.endsWith(']')) throw invalid("If a filter pattern starts with '[' it must end with ']'");
  const reader = new PatternReader(pattern.slice(1, -1));
  const head: Field[] = [];
  let tail: Field[] | undefined;
  do {
    if (reader.eat('...')) {
      if (tail) throw invalidPattern();
      tail = [];
    } else (tail ?? head).push(readField(reader));
  } while (reader.eat(','));
  if (!reader.atEnd()) throw invalidPattern();

  return { head, tail };
}

/** @throws InvalidParameterException when the pattern (with its brackets) is not valid */
export function compileFields(pattern: string): Condition<string> {
  if (nothing.test(pattern)) return () => true;
  const { head, tail } = readFields(pattern);
  const least = head.length + (tail?.length ?? 0);
  return (message) => {
    const fields = splitFields(message);
    if (tail ? fields.length < least : fields.length !== least) return false;
    return (
      head.every(({ condition }, index) => condition(fields[index]!)) &&
      (tail ?? []).every(({ condition }, index) => condition(fields[fields.length - tail!.length + index]!))
    );
  };
}

/** The values in a matching message for the names in the pattern: `$status` is `200`. */
export function extractFields(pattern: string): (message: string) => Record<string, string> {
  const { head, tail } = nothing.test(pattern) ? { head: [], tail: undefined } : readFields(pattern);
  return (message) => {
    const fields = splitFields(message);
    const named = ({ name }: Field, index: number): [string, string] => [
      `$${name ?? index + 1}`,
      fields[index] ?? '',
    ];
    const behind = (tail ?? []).map((field, index) => named(field, fields.length - tail!.length + index));
    return Object.fromEntries([...head.map(named), ...behind]);
  };
}

/** A name without a condition matches any field; every condition of a field repeats its name. */
function readField(reader: PatternReader): Field {
  let only: string | undefined;
  let bare = false;
  const condition = readConditions<string>(reader, () => {
    reader.blanks();
    const name = reader.match(fieldName)?.[0];
    if (name === undefined || bare || (only !== undefined && name !== only)) throw invalidPattern();
    const first = only === undefined;
    only = name;
    const operator = readOperator(reader);
    if (!operator) {
      if (!first) throw invalidPattern();
      bare = true;
      return () => true;
    }
    const operand = readOperand(reader, bareWord);
    checkComparison(operator, operand);
    return (field) => compare(operator, field, operand);
  });
  return { name: only, condition };
}

function compare(operator: Operator, field: string, operand: Operand): boolean {
  const number = operand.number === undefined ? undefined : toNumber(field);
  if (number !== undefined) return compareNumbers(operator, number, operand.number!);
  if (operator !== '=' && operator !== '!=') return false;
  return operand.matches(field) === (operator === '=');
}

/** Fields are separated by blanks; text in quotation marks or square brackets is one field, without these marks. */
export function splitFields(message: string): string[] {
  return Array.from(
    message.matchAll(/"([^"]*)"(?!\S)|\[([^\]]*)\](?!\S)|\S+/g),
    ([whole, quoted, bracketed]) => quoted ?? bracketed ?? whole,
  );
}
