// Compiles event patterns. Structure, texts and places of errors follow the JsonRuleCompiler of event-ruler 2.0.1.
// https://github.com/aws/event-ruler/blob/v2.0.1/src/main/software/amazon/event/ruler/JsonRuleCompiler.java

import type { Dialect } from './dialect.ts';
import { expression } from './expressions.ts';
import { equalTo, type FieldMatch, type Scalar } from './field-matches.ts';
import { JsonReader } from './json-reader.ts';
import { PatternError } from './pattern-error.ts';

/** What must hold in an event: one of these matches for each path. Paths are keys with dots between them. */
export type Branch = ReadonlyMap<string, readonly FieldMatch[]>;
type Branches = Map<string, readonly FieldMatch[]>[];

/** Words that event-ruler keeps for itself inside of `$or`. */
const reserved = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

/** EventBridge documents this limit on the combinations that `$or` makes. */
const mostBranches = 1000;

/**
 * The branches of a pattern; an event matches the pattern when it matches one of them.
 * @throws PatternError
 */
export function compile(text: string, dialect: Dialect): readonly Branch[] {
  const reader = new JsonReader(text);
  if (reader.next() !== '{') reader.fail('Filter is not an object');
  return object(reader, [], [], false, dialect);
}

function object(
  reader: JsonReader,
  path: readonly string[],
  before: Branches,
  insideOr: boolean,
  dialect: Dialect,
): Branches {
  let branches = before;
  let empty = true;
  while (reader.next() !== '}') {
    empty = false;
    const key = reader.key;
    if (key === '$or') {
      branches = alternatives(reader, path, branches, dialect);
      continue;
    }
    if (insideOr && reserved.has(key)) {
      reader.fail(`${key} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    const token = reader.next();
    if (token === '{') branches = object(reader, [...path, key], branches, insideOr, dialect);
    else if (token === '[') branches = withField(branches, [...path, key].join('.'), leaf(reader, dialect));
    else reader.fail(`"${key}" must be an object or an array`);
  }
  if (empty) reader.fail('Empty objects are not allowed');
  return branches;
}

function alternatives(
  reader: JsonReader,
  path: readonly string[],
  before: Branches,
  dialect: Dialect,
): Branches {
  if (reader.next() !== '[') reader.fail('It must be an Array followed with $or.');
  const branches: Branches = [];
  let count = 0;
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    count++;
    if (token !== '{') reader.fail('Only JSON object is allowed in array of $or relationship.');
    const start = before.length > 0 ? before : [new Map()];
    branches.push(...object(reader, path, start, true, dialect));
    if (branches.length > mostBranches) {
      throw new PatternError(`Rule is too complex - $or makes more than ${mostBranches} combinations`);
    }
  }
  if (count < 2) reader.fail('There must have at least 2 Objects in $or relationship.');
  return branches;
}

/** A repeated path: the last one counts. */
function withField(branches: Branches, path: string, matches: readonly FieldMatch[]): Branches {
  const all = branches.length > 0 ? branches : [new Map<string, readonly FieldMatch[]>()];
  return all.map((branch) => new Map(branch).set(path, matches));
}

function leaf(reader: JsonReader, dialect: Dialect): readonly FieldMatch[] {
  const matches: FieldMatch[] = [];
  for (let token = reader.next(); token !== ']'; token = reader.next()) {
    switch (token) {
      case '{':
        matches.push(expression(reader, dialect));
        break;
      case 'string':
        matches.push(equalTo(reader.text()));
        break;
      case 'number':
        matches.push(equalTo(Number(reader.text())));
        break;
      case 'true':
      case 'false':
      case 'null':
        matches.push(equalTo(JSON.parse(token) as Scalar));
        break;
      default:
        reader.fail('Match value must be String, number, true, false, or null');
    }
  }
  if (matches.length === 0) reader.fail('Empty arrays are not allowed');
  return matches;
}
