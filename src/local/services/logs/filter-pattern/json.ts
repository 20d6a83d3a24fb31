// Filter patterns for JSON events: `{ $.level = "ERROR" && $.latency > 3 }`.
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
} from './values.ts';

/** @throws InvalidParameterException when the pattern (with its braces) is not valid */
export function compileJson(pattern: string): Condition<string> {
  if (!pattern.endsWith('}')) throw invalid("If a filter pattern starts with '{' it must end with '}'");
  const reader = new PatternReader(pattern.slice(1, -1));
  const condition = readConditions(reader, () => readComparison(reader));
  if (!reader.atEnd()) throw invalidPattern();
  return (message) => {
    const value = parsed(message);
    return value !== undefined && condition(value);
  };
}

/** The values in a message for the pattern's selectors: `$.level` is `ERROR`. */
export function extractJson(pattern: string): (message: string) => Record<string, string> {
  const bare = pattern.replace(/"(?:[^"\\]|\\[\s\S])*"|%[^%]+%/g, '""');
  const selectors = [...new Set(bare.match(/\$(?:\.(?!\[)[^\s.[\](){}"'=!<>&|]+|\.?\[[^\]]*\])+/g) ?? [])];
  const steps = selectors.map((text) => [text, readSelector(new PatternReader(text))] as const);
  return (message) => {
    const root = parsed(message);
    return Object.fromEntries(
      steps.flatMap(([text, path]) => {
        const [value] = select(root, path);
        return value === undefined ? [] : [[text, typeof value === 'string' ? value : JSON.stringify(value)]];
      }),
    );
  };
}

/** Only objects and arrays: other JSON has no properties to select. */
function parsed(message: string): object | undefined {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message) as object;
  } catch {
    return undefined;
  }
}

const bareWord = /(?:(?!&&|\|\|)[^\s(){}"%=<>!])+/y;

function readComparison(reader: PatternReader): Condition<object> {
  const steps = readSelector(reader);
  reader.blanks();
  const word = reader.match(/(?:IS\s+(?:TRUE|FALSE|NULL)|NOT\s+EXISTS)(?![\w*])/iy)?.[0].toUpperCase();
  if (word?.startsWith('NOT')) return (root) => select(root, steps).length === 0;
  if (word) {
    const literal = word.endsWith('TRUE') ? true : word.endsWith('FALSE') ? false : null;
    return (root) => select(root, steps).includes(literal);
  }
  const operator = readOperator(reader);
  if (!operator) throw invalidPattern();
  const operand = readOperand(reader, bareWord);
  checkComparison(operator, operand);
  return (root) => select(root, steps).some((value) => compare(operator, value, operand));
}

/** The name of a property, the index of an element, or every element of an array or object. */
type Step = { name: string } | { index: number } | 'each';

function readSelector(reader: PatternReader): Step[] {
  if (!reader.eat('$')) throw invalidPattern();
  const steps: Step[] = [];
  for (;;) {
    const named = reader.match(/\.(?!\[)([^\s.[\](){}"'=!<>&|]+)/y)?.[1];
    if (named !== undefined) {
      steps.push(named === '*' ? 'each' : { name: named });
      continue;
    }
    const [, index, single, double] = reader.match(/\.?\[\s*(?:(\d+|\*)|'([^']*)'|"([^"]*)")\s*\]/y) ?? [];
    if (index !== undefined) steps.push(index === '*' ? 'each' : { index: Number(index) });
    else if (single !== undefined || double !== undefined) steps.push({ name: (single ?? double)! });
    else break;
  }
  if (steps.length === 0) throw invalidPattern();
  return steps;
}

function select(root: unknown, steps: readonly Step[]): unknown[] {
  let values: unknown[] = [root];
  for (const step of steps) {
    values = values.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === 'each') return Object.values(value);
      if ('index' in step)
        return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
      if (Array.isArray(value) || !Object.hasOwn(value, step.name)) return [];
      return [(value as Record<string, unknown>)[step.name]];
    });
  }
  return values;
}

/** Every comparison with an absent property is false, also `!=`. */
function compare(operator: Operator, value: unknown, operand: Operand): boolean {
  if (typeof value === 'number' && operand.number !== undefined)
    return compareNumbers(operator, value, operand.number);
  if (operator !== '=' && operator !== '!=') return false;
  // A single asterisk matches any value of an existing property.
  const equal =
    operand.text === '*' || ((typeof value !== 'object' || value === null) && operand.matches(String(value)));
  return equal === (operator === '=');
}
