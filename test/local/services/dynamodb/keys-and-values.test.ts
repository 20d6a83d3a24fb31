// The rules for keys and values in requests.
import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type Attributes, content, invalid, localDynamo, refusal } from './fixture.ts';

const { dynamo, server, table } = await localDynamo();
const TableName = await table('items');
const ranged = await table('ranged', 'id place:N');

type Of = { TableName?: string };
const put = (Item: Attributes, rest: Of = {}) =>
  dynamo.send(new PutItemCommand({ TableName, Item, ...rest }));
const get = async (Key: Attributes, rest: Of = {}) =>
  content(await dynamo.send(new GetItemCommand({ TableName, Key, ...rest })));
const update = (Key: Attributes, rest: Of = {}) =>
  dynamo.send(new UpdateItemCommand({ TableName, Key, ...rest }));
const remove = (Key: Attributes, rest: Of = {}) =>
  dynamo.send(new DeleteItemCommand({ TableName, Key, ...rest }));

const S = (text: string) => ({ S: text });
const N = (number: string) => ({ N: number });
const id = (text: string) => ({ id: S(text) });

describe('a key', () => {
  const mismatch = 'ValidationException: The provided key element does not match the schema';

  it.each<[string, Attributes]>([
    ['lacks an attribute', id('a')],
    ['has another type', { ...id('a'), place: S('1') }],
    ['has one attribute too many', { ...id('a'), place: N('1'), more: S('x') }],
  ])('is refused when it %s', async (_what, key) => {
    expect(await refusal(get(key, { TableName: ranged }))).toBe(mismatch);
    expect(await refusal(remove(key, { TableName: ranged }))).toBe(mismatch);
    expect(await refusal(update(key, { TableName: ranged }))).toBe(mismatch);
  });

  it('is one for all spellings of a number', async () => {
    await put({ ...id('spelled'), place: N('1.50') }, { TableName: ranged });
    expect(await get({ ...id('spelled'), place: N('0.15e1') }, { TableName: ranged })).toEqual({
      Item: { ...id('spelled'), place: N('1.5') },
    });
  });

  it.each<[string, Attributes, string]>([
    ['without its key', { a: S('x') }, invalid('Missing the key id in the item')],
    ['with a key of another type', { id: N('1') }, invalid('Type mismatch for key id expected: S actual: N')],
    [
      'with an empty key',
      id(''),
      'ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [
      'with a long partition key',
      id('x'.repeat(2049)),
      invalid('Size of hashkey has exceeded the maximum size limit of2048 bytes'),
    ],
  ])('of an item %s is refused', async (_what, item, message) => {
    expect(await refusal(put(item))).toBe(message);
  });

  it('may be as long as AWS allows', async () => {
    const sorted = await table('long-keys', 'id place');
    const item = { id: S('ü'.repeat(1024)), place: S('ü'.repeat(512)) };
    await put(item, { TableName: sorted });
    expect(await get(item, { TableName: sorted })).toEqual({ Item: item });
    expect(await refusal(put({ ...item, place: S('x'.repeat(1025)) }, { TableName: sorted }))).toBe(
      invalid('Aggregated size of all range keys has exceeded the size limit of 1024 bytes'),
    );
  });
});

describe('a value is refused', () => {
  it.each<[string, object, string]>([
    [
      'without type',
      {},
      'ValidationException: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
    ],
    [
      'of two types',
      { S: 'a', N: '1' },
      'ValidationException: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    ],
    [
      'when NULL is false',
      { NULL: false },
      invalid('Null attribute value types must have the value of true'),
    ],
    ['as an empty set', { SS: [] }, invalid('An string set  may not be empty')],
    ['as a set with duplicates', { SS: ['a', 'a'] }, invalid('Input collection [a, a] contains duplicates.')],
    [
      'as numbers that are equal',
      { NS: ['1', '1.0'] },
      'ValidationException: Input collection contains duplicates',
    ],
    [
      'as a text for a number',
      { N: 'x1' },
      'ValidationException: The parameter cannot be converted to a numeric value: x1',
    ],
    ['as no number', { N: '' }, 'ValidationException: The parameter cannot be converted to a numeric value'],
    [
      'as a number above the range',
      { N: '1e126' },
      'ValidationException: Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [
      'as a number below the range',
      { N: '1e-131' },
      'ValidationException: Number underflow. Attempting to store a number with magnitude smaller than supported range',
    ],
    [
      'as a number of 39 digits',
      { N: '1'.repeat(39) },
      'ValidationException: Attempting to store more than 38 significant digits in a Number',
    ],
  ])('%s', async (_what, value, message) => {
    const wire = value as AttributeValue;
    expect(await refusal(put({ ...id('bad'), a: { M: { inner: { L: [wire] } } } }))).toBe(message);
  });
});

describe('values in one another', () => {
  const nested = (levels: number): AttributeValue => (levels === 0 ? S('x') : { L: [nested(levels - 1)] });

  it('have at most 32 levels', async () => {
    await put({ ...id('deep'), list: nested(32) });
    expect(await refusal(put({ ...id('deep'), list: nested(33) }))).toBe(
      'ValidationException: Nesting Levels have exceeded supported limits',
    );
  });

  it('are refused when they are deeper than any stack', async () => {
    const list = `${'{"L":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    const answer = await server.ask({
      service: 'dynamodb',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.PutItem',
      },
      body: `{"TableName":"items","Item":{"id":{"S":"x"},"list":${list}}}`,
    });
    expect([answer.status, answer.code]).toEqual([400, 'SerializationException']);
  });
});
