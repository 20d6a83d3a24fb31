// Query and Scan.
import type * as sdk from '@aws-sdk/client-dynamodb';
import type { Handlers } from '../../../service.ts';
import { Violations } from '../../lambda/violations.ts';
import { validation } from '../errors.ts';
import { conditionsOnKeys, type KeyCondition, keyConditionFor } from '../expressions/key-condition.ts';
import { readExpressions } from '../expressions/request.ts';
import { type DynamoState, type IndexRecord, type TableRecord, tableOfItems } from '../state.ts';
import { type Bounds, boundsOf, partitionPrefix, segmentBounds } from '../values/keys.ts';
import { equal, type Item, type Value } from '../values/value.ts';
import { readPage } from './read.ts';
import { answer, checkFilterOfQuery, checkList, indexOf, readsWhole, startAfter } from './select.ts';

export const lists: Handlers<typeof sdk, DynamoState> = {
  Query(input, { state, call }) {
    checkList(input, 'Querying');
    if (input.KeyConditions === undefined && input.KeyConditionExpression === undefined) {
      throw validation(
        'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
      );
    }
    const expressions = readExpressions(input, ['FilterExpression', 'KeyConditionExpression']);
    const onKeys = conditionsOnKeys(expressions.key as NonNullable<typeof expressions.key>);
    const table = tableOfItems(state, call, input.TableName);
    const index = indexOf(table, input, expressions);
    const condition = keyConditionFor(onKeys, (index ?? table).keys, table.types);
    checkFilterOfQuery(table, index, expressions, input.QueryFilter ? 'QueryFilter' : 'Filter Expression');
    const prefix = partitionPrefix((index ?? table).id, condition.hash);
    const bounds: Bounds = condition.range
      ? boundsOf(condition.range.operator, condition.range.values)
      : { low: '' };
    const after = startAfter(table, index, input.ExclusiveStartKey);
    if (after) checkStart(table, index, condition, after, prefix, bounds);
    const page = readPage(state, {
      table,
      index,
      prefix,
      bounds,
      reverse: input.ScanIndexForward === false,
      after: after?.place,
      limit: input.Limit,
      filter: expressions.filter,
      whole: readsWhole(table, index, input, expressions),
    });
    return answer(table, index, page, input, expressions.projection);
  },

  Scan(input, { state, call }) {
    checkList(input, 'Scanning');
    checkSegments(input);
    const expressions = readExpressions(input, ['FilterExpression']);
    const table = tableOfItems(state, call, input.TableName);
    const index = indexOf(table, input, expressions);
    const prefix = (index ?? table).id;
    const bounds = segmentBounds(input.Segment ?? 0, input.TotalSegments ?? 1);
    const after = startAfter(table, index, input.ExclusiveStartKey);
    if (after && !isInside(after.place.slice(prefix.length), bounds)) {
      throw validation(
        `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${input.TotalSegments} Segment: ${input.Segment}`,
      );
    }
    const page = readPage(state, {
      table,
      index,
      prefix,
      bounds,
      after: after?.place,
      limit: input.Limit,
      filter: expressions.filter,
      whole: readsWhole(table, index, input, expressions),
    });
    return answer(table, index, page, input, expressions.projection);
  },
};

const isInside = (key: string, { low, high }: Bounds): boolean =>
  key >= low && (high === undefined || key < high);

/** @throws ValidationException when the starting key is not one that the query can return */
function checkStart(
  table: TableRecord,
  index: IndexRecord | undefined,
  { hash, range }: KeyCondition,
  { item, place }: { item: Item; place: string },
  prefix: string,
  bounds: Bounds,
): void {
  const { keys } = index ?? table;
  const samePartition = equal(item[keys.hash] as Value, hash);
  if (!range) {
    if (samePartition) return;
    throw validation('The provided starting key is outside query boundaries based on provided conditions');
  }
  if (!samePartition) {
    throw validation('The query can return at most one row and cannot be restarted');
  }
  if (!isInside(place.slice(prefix.length), bounds)) {
    throw validation('The provided starting key does not match the range key predicate');
  }
}

function checkSegments(input: { Segment?: number | undefined; TotalSegments?: number | undefined }): void {
  const { Segment: segment, TotalSegments: total } = input;
  new Violations().range(segment, 'segment', 0, 999_999).range(total, 'totalSegments', 1, 1_000_000).refuse();
  if (segment !== undefined && total === undefined) {
    throw validation(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (total === undefined) return;
  if (segment === undefined) {
    throw validation(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (segment >= total) {
    throw validation(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
}
