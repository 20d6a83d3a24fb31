// Filter patterns for space-delimited events: `[ip, user, ..., status = 4* && status != 403]`.
import { invalid } from './faults.ts';
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
} from './filter-values.ts';

const bareWord = /(?:(?!&&|\|\|)[^\s,\]()"%=<>!])+/y;
const fieldName = /[\w$.-]+/y;

/** @throws InvalidParameterException when the pattern (brackets included) cannot be read. */
export function compileFields(pattern: string): Condition<string> {
  if (!pattern.endsWith(']')) throw invalid("If a filter pattern starts with '[' it must end with ']'");
  const reader = new PatternReader(pattern.slice(1, -1));
  const head: Condition<string>[] = [];
  let tail: Condition<string>[] | undefined;
  do {
    if (reader.eat('...')) {
      if (tail) throw invalidPattern();
      tail = [];
    } else (tail ?? head).push(readField(reader));
  } while (reader.eat(','));
  if (!reader.atEnd()) throw invalidPattern();

  const least = head.length + (tail?.length ?? 0);
  return (message) => {
    const fields = splitFields(message);
    if (tail ? fields.length < least : fields.length !== least) return false;
    return (
      head.every((condition, index) => condition(fields[index]!)) &&
      (tail ?? []).every((condition, index) => condition(fields[fields.length - tail!.length + index]!))
    );
  };
}

/** A name alone takes any field; conditions of one field all name it. */
function readField(reader: PatternReader): Condition<string> {
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
  return condition;
}

function compare(operator: Operator, field: string, operand: Operand): boolean {
  const number = operand.number === undefined ? undefined : toNumber(field);
  if (number !== undefined) return compareNumbers(operator, number, operand.number!);
  if (operator !== '=' && operator !== '!=') return false;
  return operand.matches(field) === (operator === '=');
}

/** Blanks delimit; what stands in quotation marks or square brackets is one field, without them. */
export function splitFields(message: string): string[] {
  return Array.from(
    message.matchAll(/"([^"]*)"(?!\S)|\[([^\]]*)\](?!\S)|\S+/g),
    ([whole, quoted, bracketed]) => quoted ?? bracketed ?? whole,
  );
}
