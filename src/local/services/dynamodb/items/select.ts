// What Query and Scan have in common: Select, indexes, starting keys and their answers.
import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import { Violations } from '../../lambda/violations.ts';
import { invalid, validation } from '../errors.ts';
import type { Path } from '../expressions/names.ts';
import { pick, project } from '../expressions/paths.ts';
import type { Expressions } from '../expressions/request.ts';
import { findIndex, type IndexRecord, type TableRecord } from '../state.ts';
import { checkedItem } from '../values/check.ts';
import { entryKey, itemKey } from '../values/keys.ts';
import { type Item, typeOf } from '../values/value.ts';
import { Usage } from './capacity.ts';
import { checkNested, namesOf, pathsIn } from './checks.ts';
import type { Page } from './read.ts';
import { asAttributes, capacityWords } from './single.ts';
import { keyNames, projected } from './view.ts';

export interface ListInput {
  readonly IndexName?: string | undefined;
  readonly Select?: string | undefined;
  readonly Limit?: number | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ConditionalOperator?: string | undefined;
  readonly ExclusiveStartKey?: object | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

const selections = ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'];

/** @throws ValidationException */
export function checkList(input: ListInput, verb: 'Querying' | 'Scanning'): void {
  new Violations()
    .oneOf(input.Select, 'select', selections)
    .oneOf(input.ReturnConsumedCapacity, 'returnConsumedCapacity', capacityWords)
    .oneOf(input.ConditionalOperator, 'conditionalOperator', ['OR', 'AND'])
    .range(verb === 'Scanning' ? input.Limit : undefined, 'limit', 1)
    .length(input.AttributesToGet, 'attributesToGet', 255, 1)
    .refuse();
  if (input.Limit !== undefined && input.Limit < 1) {
    throw validation(
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  }
  const { Select, IndexName, ProjectionExpression, AttributesToGet } = input;
  const attributes =
    ProjectionExpression !== undefined ? 'ProjectionExpression' : AttributesToGet && 'AttributesToGet';
  if (Select === 'SPECIFIC_ATTRIBUTES' && !attributes) {
    throw validation(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (Select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw invalid(`ALL_PROJECTED_ATTRIBUTES can be used only when ${verb} using an IndexName`);
  }
  if (attributes && Select !== undefined && Select !== 'SPECIFIC_ATTRIBUTES') {
    const wanted = Select === 'COUNT' ? 'only the Count' : Select;
    throw validation(`Cannot specify the ${attributes} when choosing to get ${wanted}`);
  }
}

/** The index that is read. @throws ValidationException */
export function indexOf(
  table: TableRecord,
  input: ListInput,
  { projection, filter }: Expressions,
): IndexRecord | undefined {
  checkNested(table, projection ?? []);
  if (filter) checkNested(table, pathsIn(filter));
  if (input.IndexName === undefined) return undefined;
  const index = findIndex(table, input.IndexName);
  if (!index.global) return index;
  if (input.ConsistentRead) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  const names = projected(table, index);
  if (input.Select === 'ALL_ATTRIBUTES' && names) {
    throw invalid(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  const missing = (projection ?? []).map(([name]) => name).filter((name) => names && !names.has(name));
  if (missing.length > 0) {
    throw invalid(`Global secondary index ${index.name} does not project [${missing.join(', ')}]`);
  }
  return index;
}

/** Whether a local index must be read with the whole items: something is wanted that it does not have. */
export function readsWhole(
  table: TableRecord,
  index: IndexRecord | undefined,
  input: ListInput,
  { projection, filter }: Expressions,
): boolean {
  const names = index && !index.global ? projected(table, index) : undefined;
  if (!names) return false;
  if (input.Select === 'ALL_ATTRIBUTES') return true;
  const paths = [...(projection ?? []), ...(filter ? pathsIn(filter) : [])];
  return paths.some(([name]) => !names.has(name));
}

/** The place in the store of a starting key. @throws ValidationException */
export function startAfter(
  table: TableRecord,
  index: IndexRecord | undefined,
  key: object | undefined,
): { item: Item; place: string } | undefined {
  if (key === undefined) return undefined;
  const wrong = (why?: string) =>
    validation(`The provided starting key is invalid${why === undefined ? '' : `: ${why}`}`);
  let item: Item;
  try {
    item = checkedItem(key as Item);
  } catch (error) {
    throw wrong((error as Error).message);
  }
  const names = keyNames(table, index);
  const mismatch = 'The provided key element does not match the schema';
  const fits = [...names].every((name) => item[name] && typeOf(item[name]) === table.types[name]);
  if (!fits || Object.keys(item).length !== names.size) throw index ? wrong() : wrong(mismatch);
  const ofItem = itemKey(table.id, table.keys, item);
  const place = index ? (entryKey(index.id, index.keys, item, ofItem) as string) : ofItem;
  return { item, place };
}

/** The answer of Query and Scan. */
export function answer(
  table: TableRecord,
  index: IndexRecord | undefined,
  page: Page,
  input: ListInput,
  projection: readonly Path[] | undefined,
) {
  const items = projection ? page.items.map((item) => project(item, projection)) : page.items;
  const [ConsumedCapacity] = consumedBy(table, index, page, input);
  return {
    Count: items.length,
    ...(input.Select !== 'COUNT' && { Items: items.map(asAttributes) }),
    ...(page.last && { LastEvaluatedKey: asAttributes(pick(page.last, keyNames(table, index))) }),
    ScannedCount: page.scanned,
    ...(ConsumedCapacity && { ConsumedCapacity }),
  };
}

function consumedBy(
  table: TableRecord,
  index: IndexRecord | undefined,
  { bytes }: Page,
  input: ListInput,
): ConsumedCapacity[] {
  const usage = new Usage('read');
  usage.read(table, bytes, input.ConsistentRead, index);
  return usage.shown(input.ReturnConsumedCapacity);
}

/** @throws ValidationException when a filter of a query uses an attribute of the key */
export function checkFilterOfQuery(
  table: TableRecord,
  index: IndexRecord | undefined,
  { filter }: Expressions,
  parameter: 'Filter Expression' | 'QueryFilter',
): void {
  if (!filter) return;
  const keys = namesOf((index ?? table).keys);
  for (const [name] of pathsIn(filter)) {
    if (!keys.includes(name)) continue;
    throw validation(
      `${parameter} can only contain non-primary key attributes: Primary key attribute: ${name}`,
    );
  }
}
