// A PartiQL statement as the operation of DynamoDB that does the same.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
import type {
  AttributeValue,
  DeleteItemInput,
  PutItemInput,
  QueryInput,
  ScanInput,
  UpdateItemInput,
} from '@aws-sdk/client-dynamodb';
import type { Scope } from '../../../call.ts';
import { validation } from '../errors.ts';
import { namesOf } from '../items/checks.ts';
import { type DynamoState, findIndex, type TableRecord, tableOfItems } from '../state.ts';
import type { KeyNames } from '../values/keys.ts';
import { type Conjunct, StatementReader } from './reader.ts';
import { malformed } from './tokens.ts';

export type Operation =
  | { readonly kind: 'put'; readonly input: PutItemInput }
  | { readonly kind: 'update'; readonly input: UpdateItemInput }
  | { readonly kind: 'delete'; readonly input: DeleteItemInput }
  | { readonly kind: 'query'; readonly input: QueryInput; readonly key: Key | undefined }
  | { readonly kind: 'scan'; readonly input: ScanInput };

type Key = Record<string, AttributeValue>;

/** @throws ServiceError ValidationException, ResourceNotFoundException */
export function operationOf(
  state: DynamoState,
  scope: Scope,
  statement: string,
  parameters: readonly AttributeValue[] = [],
): Operation {
  const reader = new StatementReader(statement, parameters);
  const tableNamed = (name: string) => tableOfItems(state, scope, name);
  if (reader.take('SELECT')) return select(reader, tableNamed);
  if (reader.take('INSERT', 'INTO')) return insert(reader, tableNamed);
  if (reader.take('UPDATE')) return update(reader, tableNamed);
  if (reader.take('DELETE', 'FROM')) return remove(reader, tableNamed);
  throw malformed('Expected SELECT, INSERT INTO, UPDATE or DELETE FROM');
}

type Tables = (name: string) => TableRecord;

function insert(reader: StatementReader, tableNamed: Tables): Operation {
  const TableName = reader.name();
  if (!reader.take('VALUE')) reader.expect('VALUES');
  const { M: Item } = reader.value();
  if (!Item) throw malformed('Expected an item in braces');
  reader.end();
  const table = tableNamed(TableName);
  const place = reader.placeOf(table.keys.hash);
  return {
    kind: 'put',
    input: {
      TableName,
      Item,
      ConditionExpression: `attribute_not_exists(${place})`,
      ExpressionAttributeNames: reader.names,
    },
  };
}

function update(reader: StatementReader, tableNamed: Tables): Operation {
  const TableName = reader.name();
  const set: string[] = [];
  const removed: string[] = [];
  for (;;) {
    if (reader.take('SET')) {
      do {
        const { text } = reader.path();
        reader.expect('=');
        set.push(`${text} = ${reader.expression().text}`);
      } while (reader.take(','));
    } else if (reader.take('REMOVE')) {
      do removed.push(reader.path().text);
      while (reader.take(','));
    } else break;
  }
  if (set.length + removed.length === 0) throw malformed('Expected SET or REMOVE');
  const table = tableNamed(TableName);
  const { Key, conditions } = keyed(reader, table);
  const ReturnValues = returning(reader);
  reader.end();
  const UpdateExpression = [
    ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
    ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
  ].join(' ');
  const exists = `attribute_exists(${reader.placeOf(table.keys.hash)})`;
  const input = {
    TableName,
    Key,
    UpdateExpression,
    ConditionExpression: [exists, ...conditions].join(' AND '),
    ...ReturnValues,
    ...placeholders(reader),
  };
  return { kind: 'update', input: input as UpdateItemInput };
}

function remove(reader: StatementReader, tableNamed: Tables): Operation {
  const TableName = reader.name();
  const table = tableNamed(TableName);
  const { Key, conditions } = keyed(reader, table);
  const ReturnValues = returning(reader);
  reader.end();
  // An item that is not there needs no deletion, and is no error.
  const missing = `attribute_not_exists(${reader.placeOf(table.keys.hash)})`;
  const ConditionExpression = `${missing} OR ${conditions.join(' AND ')}`;
  const input = { TableName, Key, ConditionExpression, ...ReturnValues, ...placeholders(reader) };
  return { kind: 'delete', input: input as DeleteItemInput };
}

/** The key that the WHERE of a write names, and its further conditions. */
function keyed(reader: StatementReader, { keys }: TableRecord): { Key: Key; conditions: string[] } {
  const conjuncts = reader.take('WHERE') ? reader.conjuncts() : [];
  const Key = keyIn(conjuncts, keys);
  if (!Key) throw validation('Where clause does not contain a mandatory equality on all key attributes');
  // The placeholders of the key stay in use: its conditions are true for the item with this key.
  return { Key, conditions: conjuncts.map(({ expression }) => expression) };
}

function keyIn(conjuncts: readonly Conjunct[], keys: KeyNames): Key | undefined {
  const key: Key = {};
  for (const name of namesOf(keys)) {
    const value = conjuncts.find(({ equality }) => equality?.name === name)?.equality?.value;
    if (!value) return undefined;
    key[name] = value;
  }
  return key;
}

function returning(reader: StatementReader): { ReturnValues?: UpdateItemInput['ReturnValues'] } {
  if (!reader.take('RETURNING')) return {};
  const all = reader.take('ALL');
  if (!all) reader.expect('MODIFIED');
  const old = reader.take('OLD');
  if (!old) reader.expect('NEW');
  reader.expect('*');
  return { ReturnValues: `${all ? 'ALL' : 'UPDATED'}_${old ? 'OLD' : 'NEW'}` };
}

function select(reader: StatementReader, tableNamed: Tables): Operation {
  const paths: string[] = [];
  if (!reader.take('*')) {
    do paths.push(reader.path().text);
    while (reader.take(','));
  }
  reader.expect('FROM');
  const TableName = reader.name();
  const IndexName = reader.take('.') ? reader.name() : undefined;
  const table = tableNamed(TableName);
  const { keys } = IndexName === undefined ? table : findIndex(table, IndexName);
  const conjuncts = reader.take('WHERE') ? reader.conjuncts() : [];
  const order = ordered(reader, keys);
  reader.end();
  const common = {
    TableName,
    ...(IndexName !== undefined && { IndexName }),
    ...(paths.length > 0 && { ProjectionExpression: paths.join(', ') }),
  };
  const hash = conjuncts.find(({ equality }) => equality?.name === keys.hash);
  const others = conjuncts.filter((one) => one !== hash);
  const range = others.filter(({ names }) => keys.range !== undefined && names.includes(keys.range));
  const rest = others.filter((one) => !range.includes(one));
  const queried =
    hash &&
    range.length <= 1 &&
    range.every(isKeyCondition) &&
    !rest.some(({ names }) => names.includes(keys.hash));
  if (!queried) {
    const filter = conjuncts.length > 0 ? { FilterExpression: joined(conjuncts) } : {};
    return { kind: 'scan', input: { ...common, ...filter, ...placeholders(reader) } };
  }
  return {
    kind: 'query',
    key: IndexName === undefined && rest.length === 0 ? keyIn(conjuncts, keys) : undefined,
    input: {
      ...common,
      KeyConditionExpression: [hash, ...range].map(({ expression }) => expression).join(' AND '),
      ...(rest.length > 0 && { FilterExpression: joined(rest) }),
      ...order,
      ...placeholders(reader),
    },
  };
}

const joined = (conjuncts: readonly Conjunct[]): string =>
  conjuncts.map(({ expression }) => expression).join(' AND ');

/** A comparison, a range or a prefix of the sort key alone. */
const isKeyCondition = ({ expression }: Conjunct): boolean =>
  /^(#n\d+ (=|<|>|<=|>=) :v\d+|#n\d+ BETWEEN :v\d+ AND :v\d+|begins_with \( #n\d+ , :v\d+ \))$/.test(
    expression,
  );

function ordered(reader: StatementReader, { range }: KeyNames): { ScanIndexForward?: boolean } {
  if (!reader.take('ORDER', 'BY')) return {};
  const name = reader.name();
  if (name !== range)
    throw validation('Variable reference in ORDER BY clause must be part of the primary key');
  const descending = reader.take('DESC');
  if (!descending) reader.take('ASC');
  return { ScanIndexForward: !descending };
}

function placeholders({ names, values }: StatementReader) {
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}
