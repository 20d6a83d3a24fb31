// The rules for keys and items of a table.
import { invalid, keyMismatch, validation } from '../errors.ts';
import type { Condition, Operand } from '../expressions/condition-tree.ts';
import type { Path } from '../expressions/names.ts';
import type { TableRecord } from '../state.ts';
import { checkedItem } from '../values/check.ts';
import type { KeyNames } from '../values/keys.ts';
import { type Item, type Type, typeOf, type Value } from '../values/value.ts';

const longestHash = 2048;
const longestRange = 1024;

export const namesOf = ({ hash, range }: KeyNames): string[] =>
  range === undefined ? [hash] : [hash, range];

/** The key in a request. @throws ValidationException */
export function checkedKey(table: TableRecord, key: object | undefined): Item {
  const checked = checkedItem(key as Item | undefined);
  const names = namesOf(table.keys);
  if (Object.keys(checked).length !== names.length) throw keyMismatch();
  for (const name of names) checkKeyPart(table, name, checked[name]);
  return checked;
}

/** @throws ValidationException */
export function checkKeyPart(table: TableRecord, name: string, value: Value | undefined): void {
  if (!value || typeOf(value) !== table.types[name]) throw keyMismatch();
  const kind = emptiness(value);
  if (kind) {
    throw invalid(
      `The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
  }
  checkKeySize(table, name, value);
}

/** The item in a request. @throws ValidationException */
export function checkedItemOf(table: TableRecord, item: object | undefined): Item {
  const checked = checkedItem(item as Item | undefined);
  for (const name of namesOf(table.keys)) {
    const value = checked[name];
    if (!value) throw invalid(`Missing the key ${name} in the item`);
    if (typeOf(value) !== table.types[name]) {
      throw invalid(`Type mismatch for key ${name} expected: ${table.types[name]} actual: ${typeOf(value)}`);
    }
    const kind = emptiness(value);
    if (kind) {
      throw validation(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
      );
    }
    checkKeySize(table, name, value);
  }
  checkIndexKeys(table, checked);
  return checked;
}

/** @throws ValidationException when an attribute that is the key of an index cannot be one */
export function checkIndexKeys(table: TableRecord, item: Item): void {
  for (const { name: index, keys } of table.indexes) {
    for (const name of namesOf(keys)) {
      const value = item[name];
      if (!value) continue;
      checkIndexType(table, index, name, typeOf(value));
      const kind = emptiness(value);
      if (kind) {
        throw validation(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${index}, IndexKey: ${name}`,
        );
      }
    }
  }
}

export function checkIndexType(table: TableRecord, index: string, name: string, actual: Type): void {
  if (actual === table.types[name]) return;
  throw invalid(
    `Type mismatch for Index Key ${name} Expected: ${table.types[name]} Actual: ${actual} IndexName: ${index}`,
  );
}

function emptiness(value: Value): 'string' | 'binary' | undefined {
  if (value.S === '') return 'string';
  return value.B?.length === 0 ? 'binary' : undefined;
}

function checkKeySize(table: TableRecord, name: string, value: Value): void {
  const size = value.S === undefined ? (value.B?.length ?? 0) : Buffer.byteLength(value.S);
  if (name === table.keys.hash && size > longestHash) {
    throw invalid(`Size of hashkey has exceeded the maximum size limit of${longestHash} bytes`);
  }
  if (name === table.keys.range && size > longestRange) {
    throw invalid(`Aggregated size of all range keys has exceeded the size limit of ${longestRange} bytes`);
  }
}

/** The paths in a condition. */
export function* pathsIn(condition: Condition): Generator<Path> {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const one of condition.of) yield* pathsIn(one);
      return;
    case 'not':
      yield* pathsIn(condition.of);
      return;
    default:
      for (const operand of condition.operands) yield* pathsOf(operand);
  }
}

function* pathsOf(operand: Operand): Generator<Path> {
  if (operand.kind === 'path') yield operand.path;
  if (operand.kind === 'size') yield* pathsOf(operand.of);
}

/** @throws ValidationException when a path leads into a key attribute */
export function checkNested(table: TableRecord, paths: Iterable<Path>): void {
  for (const path of paths) {
    if (path.length === 1) continue;
    const [name] = path;
    const ofIndex = table.indexes.some(({ keys }) => namesOf(keys).includes(name));
    const kind = namesOf(table.keys).includes(name) ? 'Key' : ofIndex ? 'IndexKey' : undefined;
    if (kind) {
      throw validation(
        `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
      );
    }
  }
}
