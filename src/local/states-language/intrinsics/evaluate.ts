// Evaluates intrinsic functions.
// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html
import { createHash, randomUUID } from 'node:crypto';
import { intrinsicFailure } from '../failure.ts';
import { isObject, type Json, type JsonObject, sameJson } from '../json.ts';
import { type Reach, valueAt } from '../paths/evaluate.ts';
import { type Argument, type Intrinsic, parseIntrinsic } from './parse.ts';

/** @throws StateFailure, NoSuchPath */
export function evaluateIntrinsic(text: string, reach: Reach): Json {
  const call = parseIntrinsic(text);
  if (!call) throw intrinsicFailure(`Invalid intrinsic function: ${text}`);
  return evaluate(call, reach);
}

function evaluate({ name, args }: Intrinsic, reach: Reach): Json {
  if (name === 'Format') return format(args, reach);
  const values = args.map((argument) => valueIn(argument, reach));
  const run = functions[name] as (...values: Json[]) => Json;
  return run(...values);
}

function valueIn(argument: Argument, reach: Reach): Json {
  switch (argument.kind) {
    case 'call':
      return evaluate(argument.call, reach);
    case 'path':
      return valueAt(argument.path.text, reach);
    case 'text':
      return plain(argument.raw);
    default:
      return argument.value;
  }
}

const plain = (raw: string): string => raw.replace(/\\(.)/gs, '$1');

function format([first, ...rest]: readonly Argument[], reach: Reach): string {
  const template = first?.kind === 'text' ? first.raw : String(valueIn(first as Argument, reach));
  const values = rest.map((argument) => shown(valueIn(argument, reach), false));
  let used = 0;
  const text = template.replace(/\\(.)|\{\}/gs, (piece, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    used++;
    return values[used - 1] ?? piece;
  });
  if (used !== values.length) {
    throw intrinsicFailure(
      `Invalid arguments in States.Format: ${used} placeholders, but ${values.length} values.`,
    );
  }
  return text;
}

/** Objects are shown as Java shows maps. */
function shown(value: Json, inner: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => shown(item, true)).join(', ')}]`;
  if (isObject(value)) {
    return `{${Object.entries(value)
      .map(([name, item]) => `${name}=${shown(item, inner)}`)
      .join(', ')}}`;
  }
  return String(value);
}

const need = <T extends Json>(value: Json, is: (value: Json) => boolean, what: string): T => {
  if (is(value)) return value as T;
  throw intrinsicFailure(`Expected ${what}, but was ${JSON.stringify(value)}.`);
};
const list = (value: Json) => need<readonly Json[]>(value, Array.isArray, 'an array');
const text = (value: Json) => need<string>(value, (one) => typeof one === 'string', 'a string');
const object = (value: Json) => need<JsonObject>(value, isObject, 'an object');
const number = (value: Json) => Math.round(need<number>(value, (one) => typeof one === 'number', 'a number'));
const limited = (value: string) => {
  if (value.length > 10_000) throw intrinsicFailure('The argument exceeds 10,000 characters.');
  return value;
};

const algorithms: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const functions: Readonly<Record<string, (...values: never[]) => Json>> = {
  StringToJson(value: Json) {
    const source = text(value).trim();
    if (source === '') return null;
    try {
      return JSON.parse(source) as Json;
    } catch {
      throw intrinsicFailure(`The argument of States.StringToJson is not JSON: ${source}`);
    }
  },
  JsonToString: (value: Json) => JSON.stringify(value),
  Array: (...values: Json[]) => values,
  ArrayPartition(value: Json, size: Json) {
    const items = list(value);
    const length = number(size);
    if (length < 1) throw intrinsicFailure('The chunk size must be a positive number.');
    return Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
      items.slice(index * length, (index + 1) * length),
    );
  },
  ArrayContains: (value: Json, wanted: Json) => list(value).some((item) => sameJson(item, wanted)),
  ArrayRange(from: Json, to: Json, by: Json) {
    const [first, last, step] = [number(from), number(to), number(by)];
    if (step === 0) throw intrinsicFailure('The increment must not be zero.');
    const count = Math.max(0, Math.floor((last - first) / step) + 1);
    if (count > 1000) throw intrinsicFailure('The range has more than 1000 items.');
    return Array.from({ length: count }, (_, index) => first + index * step);
  },
  ArrayGetItem(value: Json, index: Json) {
    const items = list(value);
    const place = number(index);
    if (place < 0 || place >= items.length) throw intrinsicFailure(`The index ${place} is out of bounds.`);
    return items[place] as Json;
  },
  ArrayLength: (value: Json) => list(value).length,
  ArrayUnique: (value: Json) =>
    list(value).filter((item, index, all) => all.findIndex((other) => sameJson(other, item)) === index),
  Base64Encode: (value: Json) => Buffer.from(limited(text(value))).toString('base64'),
  Base64Decode: (value: Json) => Buffer.from(limited(text(value)), 'base64').toString(),
  Hash(data: Json, algorithm: Json) {
    const name = algorithms[text(algorithm)];
    if (name === undefined) throw intrinsicFailure(`The algorithm ${algorithm} is not supported.`);
    return createHash(name)
      .update(typeof data === 'string' ? limited(data) : JSON.stringify(data))
      .digest('hex');
  },
  JsonMerge(first: Json, second: Json, deep: Json) {
    if (deep !== false) throw intrinsicFailure('States.JsonMerge supports shallow merging only.');
    return { ...object(first), ...object(second) };
  },
  MathRandom(from: Json, to: Json, seed: Json = null) {
    const [first, last] = [number(from), number(to)];
    if (last <= first) throw intrinsicFailure('The end of the range must be greater than its start.');
    return first + Math.floor(fraction(seed) * (last - first));
  },
  MathAdd: (first: Json, second: Json) => number(first) + number(second),
  /** Each character of the second text delimits; empty pieces are left out. */
  StringSplit(value: Json, delimiters: Json) {
    const signs = new Set(text(delimiters));
    const pieces: string[] = [''];
    for (const sign of text(value)) {
      if (signs.has(sign)) pieces.push('');
      else pieces[pieces.length - 1] += sign;
    }
    return pieces.filter((piece) => piece !== '');
  },
  UUID: () => randomUUID(),
};

/** From 0 to 1; the same for the same seed. */
function fraction(seed: Json): number {
  if (seed === null) return Math.random();
  const digest = createHash('sha256')
    .update(String(number(seed)))
    .digest();
  return digest.readUInt32BE() / 2 ** 32;
}
