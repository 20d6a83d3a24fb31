// Converts JSON documents to and from typed members along the shapes. Shared by the JSON protocols.
import type { Members } from './protocol.ts';
import { inRange, readBase64, readText, readTimestamp, unreadable, writeTimestamp } from './scalars.ts';
import type { Member, Shape, Structure } from './shapes.ts';

/** @throws SyntaxError for text that is not JSON, ServiceError for bytes that are not UTF-8 */
export function parseJson(body: Uint8Array): unknown {
  const text = readText(body);
  return text.trim() === '' ? {} : JSON.parse(text);
}

/** Throws AWS's error for a JSON value of the wrong type. */
function wanted(value: unknown, type: string): never {
  if (Array.isArray(value)) throw unreadable('Start of list found where not expected');
  if (typeof value === 'object') throw unreadable('Start of structure or map found where not expected.');
  if (type === 'a Structure' || type === 'a List') throw unreadable('Unexpected field type');
  const tokens = { string: 'STRING_VALUE', boolean: value ? 'TRUE_VALUE' : 'FALSE_VALUE' };
  const token = tokens[typeof value as keyof typeof tokens] ?? 'NUMBER_VALUE';
  throw unreadable(`${token} can not be converted to ${type}`);
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of a document. @throws ServiceError for any other JSON value, also null */
export function rootObject(document: unknown): Members {
  if (document === null) throw unreadable('Unexpected field type');
  return isObject(document) ? document : wanted(document, 'a Structure');
}

/** Converts a parsed JSON value by its shape; null counts as absent. */
export function fromJson(shape: Shape, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  switch (shape.kind) {
    case 'structure':
      return isObject(value) ? readMembers(shape.members, value) : wanted(value, 'a Structure');
    case 'list':
      if (!Array.isArray(value)) return wanted(value, 'a List');
      return value.map((item) => fromJson(shape.item.shape, item) ?? null);
    case 'map':
      if (!isObject(value)) return wanted(value, 'a Structure');
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, item]) => [key, fromJson(shape.value.shape, item)] as const)
          .filter(([, item]) => item !== undefined),
      );
    case 'string':
      return typeof value === 'string' ? value : wanted(value, 'a String');
    case 'boolean':
      return typeof value === 'boolean' ? value : wanted(value, 'a Boolean');
    case 'number':
      return typeof value === 'number' ? inRange(value) : wanted(value, 'an Integer');
    case 'timestamp':
      if (typeof value !== 'number' && typeof value !== 'string') return wanted(value, 'a Timestamp');
      return readTimestamp(value);
    case 'blob':
      return typeof value === 'string' ? readBase64(value) : wanted(value, 'a Blob');
    case 'unit':
      return undefined;
    default:
      return value;
  }
}

/** The members of a JSON object that the shape knows; others are ignored, as AWS does. */
export function readMembers(members: readonly Member[], value: Members): Members {
  const result: Members = {};
  for (const { name, shape, traits } of members) {
    const inner = fromJson(shape, value[traits.jsonName ?? name]);
    if (inner !== undefined) result[name] = inner;
  }
  return result;
}

/** A member's value in the form that JSON.stringify takes; undefined members are left out. */
export function toJson(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case 'structure':
      return writeMembers(shape.members, value as Members);
    case 'list':
      return Array.from(value as Iterable<unknown>, (item) => toJson(shape.item.shape, item) ?? null);
    case 'map':
      return Object.fromEntries(
        // A null stays: API Gateway answers empty templates so.
        Object.entries(value as Members).map(([key, item]) => [
          key,
          item === null ? null : toJson(shape.value.shape, item),
        ]),
      );
    case 'timestamp':
      return writeTimestamp(value as Date, shape.format ?? 'epoch-seconds');
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'number':
      return Number.isFinite(Number(value)) ? Number(value) : String(value);
    case 'unit':
      return undefined;
    default:
      return value;
  }
}

export function writeMembers(members: readonly Member[], value: Members): Members {
  const result: Members = {};
  for (const { name, shape, traits } of members) {
    const inner = toJson(shape, value[name]);
    if (inner !== undefined) result[traits.jsonName ?? name] = inner;
  }
  return result;
}

/**
 * The members of a modelled error, with the message under the model's name for it; as `Message`, if the error has such a
 * member: services do not always follow their model. Type says whether the caller or the
 * service is at fault, unless the error's own Type is null: Lambda omits it for a few errors.
 */
export function errorMembers(shape: Structure, message: string, values: Members): Members {
  const body = writeMembers(
    shape.members.filter(({ name, traits }) => !traits.httpHeader && name.toLowerCase() !== 'message'),
    values,
  );
  // Some errors have no message in the model, but clients read one.
  if (!shape.members.some(({ name }) => name.toLowerCase() === 'message')) body.message = message;
  for (const { name } of shape.members) {
    if (name.toLowerCase() === 'message') body[values.Message === undefined ? name : 'Message'] = message;
    else if (name === 'Type' && values.Type !== null)
      body[name] ??= shape.traits.error === 'server' ? 'Service' : 'User';
  }
  return body;
}
