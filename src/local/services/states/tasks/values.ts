// Parameters of tasks as the members of an operation's input, and its output as JSON: all names begin with a capital.
import type { Members } from '../../../protocols/protocol.ts';
import type { Member, Shape } from '../../../protocols/shapes.ts';
import type { Payload } from '../../../signature/payload.ts';
import { StateFailure } from '../../../states-language/failure.ts';
import { isObject, type Json, type JsonObject } from '../../../states-language/json.ts';

export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** @throws StateFailure for a value that the member does not take */
export function inputOf(shape: Shape, value: Json): Members {
  return (
    shape.kind === 'structure' ? structure(shape.members, isObject(value) ? value : {}) : {}
  ) as Members;
}

function structure(members: readonly Member[], value: JsonObject): Members {
  const result: Members = {};
  for (const { name, shape } of members) {
    const given = value[capital(name)] ?? value[name];
    if (given !== undefined && given !== null) result[name] = read(shape, given, name);
  }
  return result;
}

function read(shape: Shape, value: Json, name: string): unknown {
  switch (shape.kind) {
    case 'structure':
      return isObject(value) ? structure(shape.members, value) : refuse(name, value);
    case 'list':
      if (!Array.isArray(value)) return refuse(name, value);
      return value.map((item) => read(shape.item.shape, item, name));
    case 'map':
      if (!isObject(value)) return refuse(name, value);
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, read(shape.value.shape, item, name)]),
      );
    case 'timestamp':
      return typeof value === 'number' ? new Date(value * 1000) : new Date(String(value));
    case 'blob': {
      // A body is JSON, texts with their quotes; other bytes are given as text.
      if (shape.streaming) return parts(Buffer.from(JSON.stringify(value)));
      return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    }
    case 'number':
      return typeof value === 'number' ? value : refuse(name, value);
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(name, value);
    case 'string':
      // Structures become JSON: a message may be written as an object.
      return typeof value === 'string' ? value : JSON.stringify(value);
    default:
      return value;
  }
}

/** As the server hands over the body of a request. */
const parts = (bytes: Uint8Array): Payload => ({
  length: bytes.length,
  announced: undefined,
  trailers: {},
  async *[Symbol.asyncIterator]() {
    yield bytes;
  },
});

function refuse(name: string, value: Json): never {
  throw new StateFailure(
    'States.Runtime',
    `The Parameters '${JSON.stringify(value)}' could not be used to start the Task: [The value for the field '${capital(name)}' must have another type]`,
    { placed: true },
  );
}

/** Members in the order of their names. */
export async function outputOf(shape: Shape, value: unknown): Promise<Json> {
  if (value === undefined || value === null) return null;
  switch (shape.kind) {
    case 'structure':
      return members(shape.members, value as Members);
    case 'list':
      return Promise.all(Array.from(value as Iterable<unknown>, (item) => outputOf(shape.item.shape, item)));
    case 'map': {
      const entries = Object.entries(value as Members).map(
        async ([key, item]) => [key, await outputOf(shape.value.shape, item)] as const,
      );
      return Object.fromEntries(await Promise.all(entries));
    }
    case 'timestamp':
      return (value as Date).toISOString();
    case 'blob':
      return textOfBlob(value);
    case 'number':
      return Number(value);
    default:
      return value as Json;
  }
}

async function members(list: readonly Member[], value: Members): Promise<Json> {
  const result: [string, Json][] = [];
  for (const { name, shape } of list) {
    if (value[name] === undefined || value[name] === null) continue;
    result.push([capital(name), await outputOf(shape, value[name])]);
  }
  return Object.fromEntries(result);
}

async function textOfBlob(value: unknown): Promise<string> {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  const pieces: Uint8Array[] = [];
  for await (const piece of value as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
