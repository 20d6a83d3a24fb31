// Finds the values that a JSONPath names.
import { runtimeFailure } from '../failure.ts';
import { isObject, type Json, sameJson } from '../json.ts';
import type { Filter, Operand, Path, Segment, Variables } from './model.ts';
import { parsePath } from './parse.ts';

/** What paths can reach. */
export interface Reach {
  readonly data: Json;
  readonly context: Json;
  readonly variables: Variables;
}

/** A definite path that names nothing. `reason`: why, in the words of AWS. */
export class NoSuchPath extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * The value of a definite path, or the list of the values of any other path.
 * @throws NoSuchPath, StateFailure for a text that is not a path
 */
export function valueAt(text: string, reach: Reach): Json {
  const path = parsePath(text);
  if (!path) throw runtimeFailure(`Invalid path '${text}'`);
  return valueIn(path, reach);
}

/** The same, with AWS's failure when there is no value. */
export function requiredAt(text: string, reach: Reach): Json {
  try {
    return valueAt(text, reach);
  } catch (error) {
    if (!(error instanceof NoSuchPath)) throw error;
    throw runtimeFailure(`Invalid path '${text}' : ${error.reason}`);
  }
}

function rootOf(path: Path, reach: Reach): Json {
  if (path.root === '$') return reach.data;
  if (path.root === '$$') return reach.context;
  if (!Object.hasOwn(reach.variables, path.root)) throw new NoSuchPath(`No such variable: $${path.root}`);
  return reach.variables[path.root] as Json;
}

function valueIn(path: Path, reach: Reach): Json {
  const root = rootOf(path, reach);
  return path.definite ? single(path.segments, root) : several(path.segments, [root], root);
}

function single(segments: readonly Segment[], root: Json): Json {
  let value = root;
  let place = '$';
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'length') {
      value = lengthOf(value);
      continue;
    }
    const step =
      segment.kind === 'names' ? segment.names[0] : segment.kind === 'indexes' ? segment.indexes[0] : 0;
    place += typeof step === 'number' ? `[${step}]` : `['${step}']`;
    const next = child(value, step as string | number);
    if (next === undefined) throw new NoSuchPath(missing(value, step, place, index === segments.length - 1));
    value = next;
  }
  return value;
}

function missing(value: Json, step: unknown, place: string, last: boolean): string {
  if (typeof step === 'number') {
    return Array.isArray(value)
      ? `Index out of bounds when evaluating path ${place}`
      : `Filter: [${step}] can only be applied to arrays. Current context is: ${JSON.stringify(value)}`;
  }
  if (isObject(value)) return last ? `No results for path: ${place}` : `Missing property in path ${place}`;
  return last ? `No results for path: ${place}` : `Missing property in path ${place}`;
}

function child(value: Json, step: string | number): Json | undefined {
  if (typeof step === 'number') {
    return Array.isArray(value) ? (value.at(step) as Json | undefined) : undefined;
  }
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

const lengthOf = (value: Json): Json =>
  Array.isArray(value)
    ? value.length
    : typeof value === 'string'
      ? value.length
      : isObject(value)
        ? Object.keys(value).length
        : null;

function several(segments: readonly Segment[], roots: readonly Json[], whole: Json): Json[] {
  let values = [...roots];
  for (const segment of segments) values = values.flatMap((value) => step(segment, value, whole));
  return values;
}

const children = (value: Json): Json[] =>
  Array.isArray(value) ? [...value] : isObject(value) ? Object.values(value) : [];

function descendants(value: Json): Json[] {
  return [value, ...children(value).flatMap(descendants)];
}

function step(segment: Segment, value: Json, whole: Json): Json[] {
  switch (segment.kind) {
    case 'names':
      return segment.names.map((name) => child(value, name)).filter((found) => found !== undefined);
    case 'indexes':
      return segment.indexes.map((index) => child(value, index)).filter((found) => found !== undefined);
    case 'slice':
      return Array.isArray(value) ? value.slice(segment.from, segment.to) : [];
    case 'all':
      return children(value);
    case 'deep':
      return descendants(value);
    case 'length':
      return [lengthOf(value)];
    default:
      return children(value).filter((item) => passes(segment.filter, item, whole));
  }
}

function passes(filter: Filter, item: Json, whole: Json): boolean {
  switch (filter.kind) {
    case 'or':
      return filter.parts.some((part) => passes(part, item, whole));
    case 'and':
      return filter.parts.every((part) => passes(part, item, whole));
    case 'not':
      return !passes(filter.part, item, whole);
    case 'exists':
      return operand({ path: filter.path }, item, whole) !== undefined;
    default:
      return compares(filter.operator, operand(filter.left, item, whole), operand(filter.right, item, whole));
  }
}

function operand(side: Operand, item: Json, whole: Json): Json | undefined {
  if ('value' in side) return side.value;
  const { path } = side;
  const root = path.root === '@' ? item : whole;
  if (!path.definite) return several(path.segments, [root], whole);
  try {
    return single(path.segments, root);
  } catch {
    return undefined;
  }
}

function compares(operator: string, left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return operator === '!=' && left !== right;
  if (operator === '==') return sameJson(left, right);
  if (operator === '!=') return !sameJson(left, right);
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable) return false;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
