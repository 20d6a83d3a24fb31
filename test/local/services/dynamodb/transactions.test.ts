// Batches and transactions.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type Attributes, content, localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const TableName = await table('items');
const other = await table('others', 'id');
const S = (text: string) => ({ S: text });
const N = (number: number) => ({ N: String(number) });
const id = (text: string) => ({ id: S(text) });

const get = async (Key: Attributes, name = TableName) =>
  (await dynamo.send(new GetItemCommand({ TableName: name, Key }))).Item;
const put = (Item: Attributes) => dynamo.send(new PutItemCommand({ TableName, Item }));
const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  dynamo.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
const Put = (Item: Attributes, more = {}) => ({ Put: { TableName, Item, ...more } });
const isNew = { ConditionExpression: 'attribute_not_exists(id)' };

describe('BatchWriteItem', () => {
  const write = (RequestItems: Record<string, object[]>) =>
    dynamo.send(new BatchWriteItemCommand({ RequestItems }));

  it('puts and deletes items of several tables', async () => {
    await put(id('old'));
    const answer = await write({
      [TableName]: [
        { PutRequest: { Item: { ...id('a'), b: { B: Uint8Array.of(1) } } } },
        { DeleteRequest: { Key: id('old') } },
      ],
      [other]: [{ PutRequest: { Item: id('b') } }],
    });
    expect(content(answer)).toEqual({ UnprocessedItems: {} });
    expect([await get(id('a')), await get(id('old')), await get(id('b'), other)]).toEqual([
      { ...id('a'), b: { B: Uint8Array.of(1) } },
      undefined,
      id('b'),
    ]);
  });

  it.each<[string, Record<string, object[]>, string | RegExp]>([
    [
      'an item without its key',
      { [TableName]: [{ PutRequest: { Item: { a: S('x') } } }] },
      'ValidationException: The provided key element does not match the schema',
    ],
    [
      'a key that is not one',
      { [TableName]: [{ DeleteRequest: { Key: { id: N(1) } } }] },
      'ValidationException: The provided key element does not match the schema',
    ],
    [
      'two requests for an item',
      { [TableName]: [{ PutRequest: { Item: id('a') } }, { DeleteRequest: { Key: id('a') } }] },
      'ValidationException: Provided list of item keys contains duplicates',
    ],
    [
      'more than 25 requests',
      { [TableName]: Array.from({ length: 26 }, (_, index) => ({ PutRequest: { Item: id(`${index}`) } })) },
      /^ValidationException: 1 validation error detected: Value '\{items=\[.*\]\}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 25, Member must have length greater than or equal to 1\]$/,
    ],
    [
      'a table that does not exist',
      { nowhere: [{ PutRequest: { Item: id('a') } }] },
      'ResourceNotFoundException: Requested resource not found',
    ],
    ['no requests', {}, 'ValidationException: The requestItems parameter is required for BatchWriteItem'],
  ])('refuses %s', async (_what, requests, message) => {
    const told = await refusal(write(requests));
    if (typeof message === 'string') expect(told).toBe(message);
    else expect(told).toMatch(message);
  });
});

describe('BatchGetItem', () => {
  it('answers the items that exist, by table', async () => {
    await put({ ...id('batch-a'), v: N(1) });
    await put({ ...id('batch-b'), v: N(2) });
    const answer = await dynamo.send(
      new BatchGetItemCommand({
        RequestItems: {
          [TableName]: {
            Keys: [id('batch-b'), id('nobody'), id('batch-a')],
            ProjectionExpression: 'v',
          },
          [other]: { Keys: [id('nobody')] },
        },
      }),
    );
    expect(content(answer)).toEqual({
      Responses: { [TableName]: [{ v: N(2) }, { v: N(1) }], [other]: [] },
      UnprocessedKeys: {},
    });
  });

  it('leaves what does not fit into 16 megabytes', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => id(`large-${index}`));
    for (const key of keys) await put({ ...key, text: S('x'.repeat(390_000)) });
    const found: unknown[] = [];
    let RequestItems: Record<string, { Keys: Attributes[] | undefined }> | undefined = {
      [TableName]: { Keys: keys },
    };
    let requests = 0;
    while (RequestItems && Object.keys(RequestItems).length > 0) {
      const answer: {
        Responses?: Record<string, Attributes[]>;
        UnprocessedKeys?: Record<string, { Keys: Attributes[] | undefined }>;
      } = await dynamo.send(new BatchGetItemCommand({ RequestItems }));
      found.push(...(answer.Responses?.[TableName] ?? []));
      RequestItems = answer.UnprocessedKeys;
      requests++;
    }
    expect([found.length, requests]).toEqual([50, 2]);
  });

  it('refuses a key that is there twice, and more than 100 keys', async () => {
    const ask = (Keys: Attributes[]) =>
      dynamo.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(await refusal(ask([id('a'), id('a')]))).toBe(
      'ValidationException: Provided list of item keys contains duplicates',
    );
    expect(await refusal(ask(Array.from({ length: 101 }, (_, index) => id(`${index}`))))).toBe(
      "ValidationException: 1 validation error detected: Value at 'RequestItems.items.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
  });
});

describe('TransactWriteItems', () => {
  it('writes everything', async () => {
    await put({ ...id('t-update'), n: N(1) });
    await put(id('t-delete'));
    await put(id('t-check'));
    const answer = await transact([
      Put(id('t-put')),
      {
        Update: {
          TableName,
          Key: id('t-update'),
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': N(1) },
        },
      },
      { Delete: { TableName, Key: id('t-delete') } },
      { ConditionCheck: { TableName, Key: id('t-check'), ConditionExpression: 'attribute_exists(id)' } },
    ]);
    expect(content(answer)).toEqual({});
    expect([
      await get(id('t-put')),
      await get(id('t-update')),
      await get(id('t-delete')),
      await get(id('t-check')),
    ]).toEqual([id('t-put'), { ...id('t-update'), n: N(2) }, undefined, id('t-check')]);
  });

  it('writes nothing when a condition fails, and says which', async () => {
    await put({ ...id('taken'), v: N(1) });
    const call = transact([
      Put(id('taken'), { ...isNew, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      Put(id('free'), isNew),
    ]);
    const message =
      'Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None]';
    await expect(call).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message,
      CancellationReasons: [
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...id('taken'), v: N(1) },
        },
        { Code: 'None' },
      ],
    });
    expect(await get(id('free'))).toBeUndefined();
  });

  it('tells an update that does not fit its item from a condition', async () => {
    await put({ ...id('text'), v: S('x') });
    const call = transact([
      Put(id('free')),
      {
        Update: {
          TableName,
          Key: id('text'),
          UpdateExpression: 'ADD v :n',
          ExpressionAttributeValues: { ':n': N(1) },
        },
      },
    ]);
    await expect(call).rejects.toMatchObject({
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ValidationError',
          Message: 'An operand in the update expression has an incorrect data type',
        },
      ],
    });
    expect(await get(id('free'))).toBeUndefined();
  });

  it('is cancelled by a key that does not fit its table', async () => {
    const call = transact([Put({ a: N(1) }), Put(id('free'))]);
    await expect(call).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [
        {
          Code: 'ValidationError',
          Message: 'One or more parameter values were invalid: Missing the key id in the item',
        },
        { Code: 'None' },
      ],
    });
  });

  it('takes effect once for a token', async () => {
    await put({ ...id('counted'), n: N(0) });
    const increment = (by: number): TransactWriteItem[] => [
      {
        Update: {
          TableName,
          Key: id('counted'),
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': N(by) },
        },
      },
    ];
    await transact(increment(1), 'token');
    await transact(increment(1), 'token');
    expect(await get(id('counted'))).toEqual({ ...id('counted'), n: N(1) });
    expect(await refusal(transact(increment(2), 'token'))).toMatch(/^IdempotentParameterMismatchException: /);
    await transact(increment(1), 'another');
    expect(await get(id('counted'))).toEqual({ ...id('counted'), n: N(2) });
  });

  it.each<[string, TransactWriteItem[], string]>([
    [
      'two operations on an item',
      [Put(id('a')), { Delete: { TableName, Key: id('a') } }],
      'ValidationException: Transaction request cannot include multiple operations on one item',
    ],
    [
      'a table that does not exist',
      [{ Put: { TableName: 'nowhere', Item: id('a') } }],
      'ResourceNotFoundException: Requested resource not found',
    ],
    [
      'an expression that cannot be read',
      [Put(id('a'), { ConditionExpression: 'x' })],
      'ValidationException: Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "x"',
    ],
  ])('refuses %s', async (_what, items, message) => {
    expect(await refusal(transact(items))).toBe(message);
  });

  it('refuses more than 100 items', async () => {
    expect(await refusal(transact(Array.from({ length: 101 }, (_, index) => Put(id(`${index}`)))))).toMatch(
      /^ValidationException: 1 validation error detected: Value '.*' at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100$/,
    );
  });
});

it('TransactGetItems answers in the order of the request', async () => {
  await put({ ...id('g-a'), v: N(1), w: N(2) });
  const Get = (key: string, more = {}) => ({ Get: { TableName, Key: id(key), ...more } });
  const answer = await dynamo.send(
    new TransactGetItemsCommand({
      TransactItems: [Get('nobody'), Get('g-a', { ProjectionExpression: 'w' })],
      ReturnConsumedCapacity: 'TOTAL',
    }),
  );
  expect(content(answer)).toEqual({
    Responses: [{}, { Item: { w: N(2) } }],
    ConsumedCapacity: [{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }],
  });
});
