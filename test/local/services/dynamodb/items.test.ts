// GetItem, PutItem, UpdateItem and DeleteItem: answers, conditions and refusals.
import {
  DeleteItemCommand,
  type DeleteItemCommandInput,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type Attributes, content, localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const TableName = await table('items');

type Rest<T> = Omit<T, 'TableName' | 'Item' | 'Key'> & { TableName?: string };
const put = (Item: Attributes, rest: Rest<PutItemCommandInput> = {}) =>
  dynamo.send(new PutItemCommand({ TableName, Item, ...rest }));
const get = async (Key: Attributes, rest: Rest<GetItemCommandInput> = {}) =>
  content(await dynamo.send(new GetItemCommand({ TableName, Key, ...rest })));
const update = (Key: Attributes, rest: Rest<UpdateItemCommandInput> = {}) =>
  dynamo.send(new UpdateItemCommand({ TableName, Key, ...rest }));
const remove = (Key: Attributes, rest: Rest<DeleteItemCommandInput> = {}) =>
  dynamo.send(new DeleteItemCommand({ TableName, Key, ...rest }));

const S = (text: string) => ({ S: text });
const N = (number: string) => ({ N: number });
const id = (text: string) => ({ id: S(text) });

describe('an item', () => {
  it('is kept with values of every type', async () => {
    const item: Attributes = {
      ...id('types'),
      text: S('ü \u{1F600}'),
      empty: S(''),
      number: N('-1.5'),
      bytes: { B: Uint8Array.of(0, 144, 255) },
      texts: { SS: ['b', 'a'] },
      numbers: { NS: ['3', '1'] },
      binaries: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
      map: { M: { list: { L: [S('x'), { NULL: true }, { BOOL: false }] }, nothing: { M: {} } } },
    };
    expect(content(await put(item))).toEqual({});
    expect(await get(id('types'))).toEqual({ Item: item });
  });

  it('that does not exist is an answer without Item', async () => {
    expect(await get(id('nobody'))).toEqual({});
  });

  it('replaces the one with the same key', async () => {
    await put({ ...id('replaced'), a: S('1') });
    await put({ ...id('replaced'), b: S('2') });
    expect(await get(id('replaced'))).toEqual({ Item: { ...id('replaced'), b: S('2') } });
  });

  it('is found by a table ARN too', async () => {
    const arn = `arn:aws:dynamodb:eu-central-1:123456789012:table/${TableName}`;
    await put(id('arn'), { TableName: arn });
    expect(await get(id('arn'), { TableName: arn })).toEqual({ Item: id('arn') });
  });

  it('may have 400 KB with the names of its attributes, and not more', async () => {
    const size = 400 * 1024 - 'id'.length - 'big'.length - 'text'.length;
    await put({ ...id('big'), text: S('x'.repeat(size)) });
    expect(await refusal(put({ ...id('big'), text: S('x'.repeat(size + 1)) }))).toBe(
      'ValidationException: Item size has exceeded the maximum allowed size',
    );
    const grow = update(id('big'), {
      UpdateExpression: 'SET more = :m',
      ExpressionAttributeValues: { ':m': S('more') },
    });
    expect(await refusal(grow)).toBe(
      'ValidationException: Item size to update has exceeded the maximum allowed size',
    );
  });
});

describe('ReturnValues', () => {
  it('ALL_OLD of a put is the replaced item, if there was one', async () => {
    expect(content(await put({ ...id('old'), a: S('1') }, { ReturnValues: 'ALL_OLD' }))).toEqual({});
    expect(content(await put({ ...id('old'), a: S('2') }, { ReturnValues: 'ALL_OLD' }))).toEqual({
      Attributes: { ...id('old'), a: S('1') },
    });
  });

  it('ALL_OLD of a delete is the deleted item', async () => {
    await put(id('gone'));
    expect(content(await remove(id('gone'), { ReturnValues: 'ALL_OLD' }))).toEqual({
      Attributes: id('gone'),
    });
    expect(content(await remove(id('gone'), { ReturnValues: 'ALL_OLD' }))).toEqual({});
  });

  it('of an update are the whole item or the updated parts, old or new', async () => {
    const start = { a: N('1'), m: { M: { x: N('1'), y: N('2') } }, rest: S('r') };
    const seen: Record<string, unknown> = {};
    for (const ReturnValues of ['ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW', 'NONE'] as const) {
      await put({ ...id('returned'), ...start });
      const answer = await update(id('returned'), {
        UpdateExpression: 'SET a = a + :one, m.x = :one',
        ExpressionAttributeValues: { ':one': N('1') },
        ReturnValues,
      });
      seen[ReturnValues] = answer.Attributes;
    }
    const after = { a: N('2'), m: { M: { x: N('1'), y: N('2') } }, rest: S('r') };
    expect(seen).toEqual({
      ALL_OLD: { ...id('returned'), ...start },
      UPDATED_OLD: { a: N('1'), m: { M: { x: N('1') } } },
      ALL_NEW: { ...id('returned'), ...after },
      UPDATED_NEW: { a: N('2'), m: { M: { x: N('1') } } },
      NONE: undefined,
    });
  });

  it.each(['UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'] as const)(
    '%s is refused for a put and a delete',
    async (ReturnValues) => {
      const message = 'ValidationException: ReturnValues can only be ALL_OLD or NONE';
      expect(await refusal(put(id('a'), { ReturnValues }))).toBe(message);
      expect(await refusal(remove(id('a'), { ReturnValues }))).toBe(message);
    },
  );

  it('of another word is refused', async () => {
    expect(await refusal(put(id('a'), { ReturnValues: 'ALL' as 'NONE' }))).toBe(
      "ValidationException: 1 validation error detected: Value 'ALL' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
    );
  });
});

describe('a condition', () => {
  it('that fails changes nothing', async () => {
    await put({ ...id('kept'), a: S('1') });
    const failed = 'ConditionalCheckFailedException: The conditional request failed';
    const condition = { ConditionExpression: 'attribute_not_exists(id)' };
    expect(await refusal(put(id('kept'), condition))).toBe(failed);
    expect(await refusal(remove(id('kept'), condition))).toBe(failed);
    expect(await refusal(update(id('kept'), { ...condition, UpdateExpression: 'REMOVE a' }))).toBe(failed);
    expect(await get(id('kept'))).toEqual({ Item: { ...id('kept'), a: S('1') } });
  });

  it('that fails shows the item if the request asks for it', async () => {
    await put({ ...id('shown'), price: N('650') });
    const call = put(id('shown'), {
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(call).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { ...id('shown'), price: N('650') },
    });
  });

  it('is also written with the older parameter Expected', async () => {
    await put({ ...id('expected'), n: N('1') });
    const failed = /^ConditionalCheckFailedException/;
    expect(await refusal(put(id('expected'), { Expected: { n: { Value: N('2') } } }))).toMatch(failed);
    expect(await refusal(put(id('expected'), { Expected: { n: { Exists: false } } }))).toMatch(failed);
    const between = { ComparisonOperator: 'BETWEEN' as const, AttributeValueList: [N('0'), N('2')] };
    await put(id('expected'), { Expected: { n: between } });
    expect(await get(id('expected'))).toEqual({ Item: id('expected') });
  });
});

it('a table that does not exist is not named by operations on items', async () => {
  const message = 'ResourceNotFoundException: Requested resource not found';
  const nowhere = { TableName: 'nowhere' };
  expect(await refusal(get(id('a'), nowhere))).toBe(message);
  expect(await refusal(put(id('a'), nowhere))).toBe(message);
  expect(await refusal(update(id('a'), nowhere))).toBe(message);
  expect(await refusal(remove(id('a'), nowhere))).toBe(message);
});

describe('expressions together', () => {
  it.each<[string, Rest<PutItemCommandInput>, string]>([
    [
      'an older and a newer parameter',
      { ConditionExpression: 'attribute_exists(id)', Expected: {} },
      'Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
    ],
    [
      'names without an expression',
      { ExpressionAttributeNames: { '#a': 'a' } },
      'ExpressionAttributeNames can only be specified when using expressions',
    ],
    [
      'values without an expression',
      { ExpressionAttributeValues: { ':a': S('a') } },
      'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
    ],
    [
      'names that are not used',
      { ConditionExpression: 'attribute_exists(id)', ExpressionAttributeNames: { '#a': 'a', '#b': 'b' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}',
    ],
    [
      'values that are not used',
      { ConditionExpression: 'attribute_exists(id)', ExpressionAttributeValues: { ':a': S('a') } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}',
    ],
    [
      'a name without #',
      { ConditionExpression: 'attribute_exists(id)', ExpressionAttributeNames: { a: 'a' } },
      'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
    ],
    [
      'a value without colon',
      { ConditionExpression: 'attribute_exists(id)', ExpressionAttributeValues: { a: S('a') } },
      'ExpressionAttributeValues contains invalid key: Syntax error; key: "a"',
    ],
    [
      'a value that is not valid',
      { ConditionExpression: 'id = :a', ExpressionAttributeValues: { ':a': N('x') } },
      'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :a',
    ],
  ])('refuse %s', async (_what, rest, message) => {
    expect(await refusal(put(id('a'), rest))).toBe(`ValidationException: ${message}`);
  });
});

describe('a projection', () => {
  it('keeps the named parts of an item', async () => {
    const l = { L: [S('0'), { M: { a: N('1'), b: N('2') } }, S('2')] };
    await put({ ...id('projected'), l, m: { M: { x: N('1'), y: N('2') } }, more: S('x') });
    const part = (ProjectionExpression: string) => get(id('projected'), { ProjectionExpression });
    expect(await part('id, m.x')).toEqual({ Item: { ...id('projected'), m: { M: { x: N('1') } } } });
    expect(await part('l[2], l[1].b, l[7]')).toEqual({
      Item: { l: { L: [{ M: { b: N('2') } }, S('2')] } },
    });
    expect(await part('nothing')).toEqual({ Item: {} });
    expect(await get(id('projected'), { AttributesToGet: ['more'] })).toEqual({ Item: { more: S('x') } });
  });

  it.each<[string, string]>([
    [
      'a, a',
      'Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]',
    ],
    ['a,', 'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","'],
    ['size', 'Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: size'],
    [
      'id.x',
      "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: id",
    ],
  ])('refuses %s', async (ProjectionExpression, message) => {
    expect(await refusal(get(id('a'), { ProjectionExpression }))).toBe(`ValidationException: ${message}`);
  });
});

it('ReturnConsumedCapacity answers the units of reads and writes', async () => {
  const wanted = { ReturnConsumedCapacity: 'TOTAL' as const };
  const text = S('x'.repeat(5000));
  expect((await put({ ...id('units'), text }, wanted)).ConsumedCapacity).toEqual({
    TableName,
    CapacityUnits: 5,
  });
  const read = await get(id('units'), { ReturnConsumedCapacity: 'INDEXES', ConsistentRead: true });
  expect(read.ConsumedCapacity).toEqual({ TableName, CapacityUnits: 2, Table: { CapacityUnits: 2 } });
  expect((await get(id('none'), wanted)).ConsumedCapacity).toEqual({ TableName, CapacityUnits: 0.5 });
});

describe('the name of a table', () => {
  const name = (text: string, why: string) =>
    `ValidationException: 1 validation error detected: Value '${text}' at 'tableName' failed to satisfy constraint: ${why}`;
  it.each([
    ['', 'Member must have length greater than or equal to 1'],
    ['ab', 'Member must have length greater than or equal to 3'],
    ['a'.repeat(256), 'Member must have length less than or equal to 255'],
    ['bad table!', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+'],
  ])('%s is refused before anything else', async (text, why) => {
    const wrong = { TableName: text, ReturnValues: 'ALL' as 'NONE' };
    expect(await refusal(put({}, wrong))).toBe(name(text, why));
    expect(await refusal(remove({}, wrong))).toBe(name(text, why));
  });
});

it('ReturnItemCollectionMetrics answers the size of a partition if the table has local indexes', async () => {
  const indexed = await table('with-local-index', 'id place', {
    AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
    LocalSecondaryIndexes: [
      {
        IndexName: 'local',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'other', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  const wanted = { ReturnItemCollectionMetrics: 'SIZE' as const };
  const answer = await put({ ...id('a'), place: S('b') }, { TableName: indexed, ...wanted });
  expect(content(answer)).toEqual({
    ItemCollectionMetrics: { ItemCollectionKey: id('a'), SizeEstimateRangeGB: [0, 1] },
  });
  expect(content(await put(id('a'), wanted))).toEqual({});
});
