// Query: conditions, order, pages, filters, indexes and refusals.
import {
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Attributes, content, invalid, localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const S = (text: string) => ({ S: text });
const N = (number: number | string) => ({ N: String(number) });

const put = (TableName: string, Item: Attributes) => dynamo.send(new PutItemCommand({ TableName, Item }));
const query = async (TableName: string, rest: Partial<QueryCommandInput>) =>
  content(await dynamo.send(new QueryCommand({ TableName, ...rest })));
const scan = async (TableName: string, rest: Partial<ScanCommandInput> = {}) =>
  content(await dynamo.send(new ScanCommand({ TableName, ...rest })));

const names = (answer: { Items?: Attributes[] | undefined }): string[] =>
  (answer.Items ?? []).map(({ name }) => name?.S ?? '');

beforeAll(async () => {
  await table('texts', 'id name');
  for (const name of ['a', 'aa', 'ab', 'b', 'B', 'ü', '\u{1F600}', '\uFFFD', ' ', '~']) {
    await put('texts', { id: S('x'), name: S(name), n: N(name.length) });
  }
  await put('texts', { id: S('y'), name: S('other') });
  await table('numbers', 'id n:N');
  for (const n of [10, 9, -1, -10, 0, '1e-100', '-1e-100', '1e100', 1.5, 100, 99.5]) {
    await put('numbers', { id: S('x'), n: N(n), name: S(String(n)) });
  }
});

const onX = (more = '', values: Attributes = {}) => ({
  KeyConditionExpression: `id = :x${more}`,
  ExpressionAttributeNames: more.includes('#name') ? { '#name': 'name' } : undefined,
  ExpressionAttributeValues: { ':x': S('x'), ...values },
});

describe('a query', () => {
  it('answers the items of a partition in the order of the bytes of their texts', async () => {
    const sorted = [' ', 'B', 'a', 'aa', 'ab', 'b', '~', 'ü', '\uFFFD', '\u{1F600}'];
    const answer = await query('texts', onX());
    expect(names(answer)).toEqual(sorted);
    expect({ ...answer, Items: undefined }).toEqual({ Count: 10, ScannedCount: 10 });
    expect(names(await query('texts', { ...onX(), ScanIndexForward: false }))).toEqual(sorted.toReversed());
  });

  it('answers numbers in their order', async () => {
    expect(names(await query('numbers', onX()))).toEqual([
      '-10',
      '-1',
      '-1e-100',
      '0',
      '1e-100',
      '1.5',
      '9',
      '10',
      '99.5',
      '100',
      '1e100',
    ]);
  });

  it.each<[string, Attributes, string[]]>([
    ['#name = :a', { ':a': S('a') }, ['a']],
    ['#name < :a', { ':a': S('a') }, [' ', 'B']],
    ['#name <= :a', { ':a': S('a') }, [' ', 'B', 'a']],
    ['#name > :a', { ':a': S('ab') }, ['b', '~', 'ü', '\uFFFD', '\u{1F600}']],
    ['#name >= :a', { ':a': S('b') }, ['b', '~', 'ü', '\uFFFD', '\u{1F600}']],
    [':a < #name', { ':a': S('~') }, ['ü', '\uFFFD', '\u{1F600}']],
    ['#name BETWEEN :a AND :b', { ':a': S('a'), ':b': S('b') }, ['a', 'aa', 'ab', 'b']],
    ['begins_with(#name, :a)', { ':a': S('a') }, ['a', 'aa', 'ab']],
    ['begins_with(#name, :a)', { ':a': S('aa') }, ['aa']],
    [
      'begins_with(#name, :a)',
      { ':a': S('') },
      [' ', 'B', 'a', 'aa', 'ab', 'b', '~', 'ü', '\uFFFD', '\u{1F600}'],
    ],
  ])('takes the condition %s', async (condition, values, found) => {
    const wanted = onX(` AND ${condition}`, values);
    expect(names(await query('texts', wanted))).toEqual(found);
    expect(names(await query('texts', { ...wanted, ScanIndexForward: false }))).toEqual(found.toReversed());
  });

  it('takes the older parameter KeyConditions', async () => {
    const KeyConditions = {
      id: { ComparisonOperator: 'EQ' as const, AttributeValueList: [S('x')] },
      n: { ComparisonOperator: 'GT' as const, AttributeValueList: [N(10)] },
    };
    expect(names(await query('numbers', { KeyConditions }))).toEqual(['99.5', '100', '1e100']);
  });

  it.each([1, 2, 3, 11, 50])('in pages of %i answers everything once', async (Limit) => {
    for (const ScanIndexForward of [true, false]) {
      const all: string[] = [];
      let ExclusiveStartKey: Attributes | undefined;
      do {
        const page = await query('numbers', { ...onX(), Limit, ScanIndexForward, ExclusiveStartKey });
        all.push(...names(page));
        ExclusiveStartKey = page.LastEvaluatedKey;
        if (ExclusiveStartKey) expect(Object.keys(ExclusiveStartKey)).toEqual(['id', 'n']);
      } while (ExclusiveStartKey);
      const whole = names(await query('numbers', { ...onX(), ScanIndexForward }));
      expect(all).toEqual(whole);
    }
  });

  it('counts what it looked at, and what the filter left', async () => {
    const FilterExpression = 'n = :two';
    const answer = await query('texts', { ...onX('', { ':two': N(2) }), FilterExpression });
    expect({ ...answer, Items: names(answer) }).toEqual({
      Count: 3,
      ScannedCount: 10,
      Items: ['aa', 'ab', '\u{1F600}'],
    });
    const limited = await query('texts', { ...onX('', { ':two': N(2) }), FilterExpression, Limit: 4 });
    expect({ ...limited, Items: names(limited) }).toEqual({
      Count: 1,
      ScannedCount: 4,
      Items: ['aa'],
      LastEvaluatedKey: { id: S('x'), name: S('aa') },
    });
  });

  it('answers only the number of the items for COUNT', async () => {
    expect(await query('texts', { ...onX(), Select: 'COUNT' })).toEqual({ Count: 10, ScannedCount: 10 });
  });

  it('ends a page after one megabyte', async () => {
    await table('big', 'id n:N');
    for (let n = 0; n < 5; n++) await put('big', { id: S('x'), n: N(n), text: S('x'.repeat(300_000)) });
    const first = await query('big', onX());
    expect({ Count: first.Count, LastEvaluatedKey: first.LastEvaluatedKey }).toEqual({
      Count: 4,
      LastEvaluatedKey: { id: S('x'), n: N(3) },
    });
    const rest = await query('big', { ...onX(), ExclusiveStartKey: first.LastEvaluatedKey });
    expect({ Count: rest.Count, LastEvaluatedKey: rest.LastEvaluatedKey }).toEqual({
      Count: 1,
      LastEvaluatedKey: undefined,
    });
  });

  const condition = (why: string) =>
    `ValidationException: Invalid condition in KeyConditionExpression: ${why}`;
  const values = { ':x': S('x'), ':n': N(1), ':m': N(2) };
  const used = (text: string) => {
    const entries = Object.entries(values).filter(([name]) => text.includes(name));
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  };
  it.each<[string, string]>([
    ['n = :n', 'ValidationException: Query condition missed key schema element: id'],
    ['id = :x AND other1 = :n', 'ValidationException: Query condition missed key schema element: n'],
    ['id > :x', 'ValidationException: Query key condition not supported'],
    ['id = :n', invalid('Condition parameter type does not match schema type')],
    ['id = :x OR n = :n', 'ValidationException: Invalid operator used in KeyConditionExpression: OR'],
    ['id = :x AND n <> :n', 'ValidationException: Invalid operator used in KeyConditionExpression: <>'],
    ['id = :x AND NOT n = :n', 'ValidationException: Invalid operator used in KeyConditionExpression: NOT'],
    ['id = :x AND n IN (:n)', 'ValidationException: Invalid operator used in KeyConditionExpression: IN'],
    [
      'id = :x AND attribute_exists(n)',
      'ValidationException: Invalid operator used in KeyConditionExpression: attribute_exists',
    ],
    [
      'id = :x AND n > :n AND n < :m',
      'ValidationException: KeyConditionExpressions must only contain one condition per key',
    ],
    [
      'id = :x AND n.a > :n',
      'ValidationException: KeyConditionExpressions cannot have conditions on nested attributes',
    ],
    [
      'id = :x AND size(n) > :n',
      'ValidationException: KeyConditionExpressions cannot contain nested operations',
    ],
    ['id = n', condition('Multiple attribute names used in one condition')],
    [':x = :n', condition('No key attribute specified')],
  ])('refuses the condition %s', async (KeyConditionExpression, message) => {
    const call = query('numbers', {
      KeyConditionExpression,
      ExpressionAttributeValues: used(KeyConditionExpression),
    });
    expect(await refusal(call)).toBe(message);
  });

  it.each<[string, Partial<QueryCommandInput>, string]>([
    [
      'without condition',
      { KeyConditionExpression: undefined, ExpressionAttributeValues: undefined },
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    ],
    [
      'with a filter on its key',
      { FilterExpression: 'n > :x' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: n',
    ],
    [
      'of an index that does not exist',
      { IndexName: 'none' },
      'The table does not have the specified index: none',
    ],
    [
      'with a starting key of another form',
      { ExclusiveStartKey: { id: S('x') } },
      'The provided starting key is invalid: The provided key element does not match the schema',
    ],
    [
      'with a starting key of another partition',
      { ExclusiveStartKey: { id: S('y'), n: N(1) } },
      'The provided starting key is outside query boundaries based on provided conditions',
    ],
    [
      'for all attributes and some',
      { Select: 'ALL_ATTRIBUTES', ProjectionExpression: 'id' },
      'Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES',
    ],
    [
      'for the count and some attributes',
      {
        Select: 'COUNT',
        AttributesToGet: ['id'],
        KeyConditionExpression: undefined,
        ExpressionAttributeValues: undefined,
        KeyConditions: {},
      },
      'Cannot specify the AttributesToGet when choosing to get only the Count',
    ],
    [
      'without items',
      { Limit: 0 },
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
  ])('%s is refused', async (_what, rest, message) => {
    expect(await refusal(query('numbers', { ...onX(), ...rest }))).toBe(`ValidationException: ${message}`);
  });
});

describe('an index', () => {
  beforeAll(async () => {
    await table('indexed', 'id place', {
      AttributeDefinitions: [
        { AttributeName: 'team', AttributeType: 'S' },
        { AttributeName: 'points', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-team',
          KeySchema: [
            { AttributeName: 'team', KeyType: 'HASH' },
            { AttributeName: 'points', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['name'] },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'by-points',
          KeySchema: [
            { AttributeName: 'id', KeyType: 'HASH' },
            { AttributeName: 'points', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    const item = (place: string, points: number | undefined, team: string | undefined) =>
      put('indexed', {
        id: S('x'),
        place: S(place),
        name: S(place),
        more: S('m'),
        ...(points !== undefined && { points: N(points) }),
        ...(team !== undefined && { team: S(team) }),
      });
    await item('a', 3, 'red');
    await item('b', 1, 'red');
    await item('c', 2, 'blue');
    await item('d', 2, undefined);
    await item('e', undefined, 'red');
    await item('f', 3, 'red');
  });
  const red = {
    IndexName: 'by-team',
    KeyConditionExpression: 'team = :t',
    ExpressionAttributeValues: { ':t': S('red') },
  };

  it('has the items with its key only, in its order, with its attributes', async () => {
    const answer = await query('indexed', red);
    expect(answer.Items?.[0]).toEqual({
      id: S('x'),
      place: S('b'),
      team: S('red'),
      points: N(1),
      name: S('b'),
    });
    expect(names(answer)[0]).toBe('b');
    expect(names(answer).slice(1).toSorted()).toEqual(['a', 'f']);
  });

  it('is read in pages whose keys are those of the index and the table', async () => {
    const first = await query('indexed', { ...red, Limit: 2 });
    expect(Object.keys(first.LastEvaluatedKey ?? {}).toSorted()).toEqual(['id', 'place', 'points', 'team']);
    const rest = await query('indexed', { ...red, ExclusiveStartKey: first.LastEvaluatedKey });
    expect([...names(first), ...names(rest)].toSorted()).toEqual(['a', 'b', 'f']);
  });

  it('follows changes of its key, and deletions', async () => {
    const item = { id: S('x'), place: S('moving'), name: S('moving'), team: S('green') };
    const green = { ...red, ExpressionAttributeValues: { ':t': S('green') } };
    await put('indexed', { ...item, points: N(5) });
    await put('indexed', { ...item, points: N(6) });
    expect((await query('indexed', green)).Items?.map(({ points }) => points)).toEqual([N(6)]);
    await put('indexed', item);
    expect((await query('indexed', green)).Count).toBe(0);
  });

  it('that is local answers attributes which it does not have when they are asked for', async () => {
    const byPoints = { ...onX(), IndexName: 'by-points' };
    expect((await query('indexed', byPoints)).Items?.[0]).toEqual({
      id: S('x'),
      place: S('b'),
      points: N(1),
    });
    const whole = await query('indexed', { ...byPoints, Select: 'ALL_ATTRIBUTES' });
    expect(whole.Items?.[0]).toMatchObject({ name: S('b'), more: S('m') });
    const some = await query('indexed', { ...byPoints, ProjectionExpression: 'more' });
    expect(some.Items?.[0]).toEqual({ more: S('m') });
  });

  it('is scanned', async () => {
    expect((await scan('indexed', { IndexName: 'by-team' })).Count).toBe(4);
  });

  it('that is global refuses consistent reads and attributes which it does not have', async () => {
    expect(await refusal(query('indexed', { ...red, ConsistentRead: true }))).toBe(
      'ValidationException: Consistent reads are not supported on global secondary indexes',
    );
    expect(await refusal(query('indexed', { ...red, Select: 'ALL_ATTRIBUTES' }))).toBe(
      invalid(
        'Select type ALL_ATTRIBUTES is not supported for global secondary index by-team because its projection type is not ALL',
      ),
    );
    expect(await refusal(query('indexed', { ...red, ProjectionExpression: 'more' }))).toBe(
      invalid('Global secondary index by-team does not project [more]'),
    );
  });

  it('refuses items whose attribute cannot be its key', async () => {
    const item = { id: S('x'), place: S('z') };
    expect(await refusal(put('indexed', { ...item, points: S('many') }))).toBe(
      invalid('Type mismatch for Index Key points Expected: N Actual: S IndexName: by-points'),
    );
    expect(await refusal(put('indexed', { ...item, team: S('') }))).toBe(
      'ValidationException: One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: by-team, IndexKey: team',
    );
  });
});
