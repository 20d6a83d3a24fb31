// UpdateItem: its expressions, and what they are refused for.
import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { type Attributes, content, invalid, localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const TableName = await table('updates');

const put = (Item: Attributes) => dynamo.send(new PutItemCommand({ TableName, Item }));
const get = async (Key: Attributes) => content(await dynamo.send(new GetItemCommand({ TableName, Key })));
const update = (Key: Attributes, rest: Partial<UpdateItemCommandInput> = {}) =>
  dynamo.send(new UpdateItemCommand({ TableName, Key, ...rest }));

const S = (text: string) => ({ S: text });
const N = (number: string) => ({ N: number });
const id = (text: string) => ({ id: S(text) });

describe('UpdateItem', () => {
  it('creates an item that does not exist', async () => {
    await update(id('new'));
    expect(await get(id('new'))).toEqual({ Item: id('new') });
    await update(id('counter'), {
      UpdateExpression: 'ADD hits :one, tags :tags',
      ExpressionAttributeValues: { ':one': N('1'), ':tags': { SS: ['a'] } },
    });
    expect(await get(id('counter'))).toEqual({
      Item: { ...id('counter'), hits: N('1'), tags: { SS: ['a'] } },
    });
  });

  const start: Attributes = {
    n: N('5'),
    s: S('text'),
    l: { L: [S('a'), S('b'), S('c')] },
    m: { M: { nested: { M: { deep: N('1') } } } },
    ss: { SS: ['x', 'y'] },
    ns: { NS: ['1', '2'] },
  };
  const values: Record<string, AttributeValue> = {
    ':1': N('1'),
    ':s': S('new'),
    ':l': { L: [S('z')] },
    ':ss': { SS: ['y', 'z'] },
    ':ns': { NS: ['1', '2'] },
    ':z': N('0'),
  };
  const used = (text: string) => {
    const names = Object.keys(values).filter((name) => text.match(/:\w+/g)?.includes(name));
    return names.length === 0
      ? {}
      : {
          ExpressionAttributeValues: Object.fromEntries(
            names.map((name) => [name, values[name] as AttributeValue]),
          ),
        };
  };

  it.each<[string, Attributes]>([
    ['SET n = n + :1', { n: N('6') }],
    ['SET n = :1 - n', { n: N('-4') }],
    ['SET s = :s, fresh = s', { s: S('new'), fresh: S('text') }],
    ['SET l = list_append(l, :l)', { l: { L: [S('a'), S('b'), S('c'), S('z')] } }],
    ['SET l = list_append(:l, l)', { l: { L: [S('z'), S('a'), S('b'), S('c')] } }],
    ['SET extra = list_append(if_not_exists(extra, :l), :l)', { extra: { L: [S('z'), S('z')] } }],
    ['SET hits = if_not_exists(hits, :z) + :1', { hits: N('1') }],
    ['SET n = if_not_exists(n, :z)', {}],
    ['SET l[1] = :s', { l: { L: [S('a'), S('new'), S('c')] } }],
    ['SET l[9] = :s', { l: { L: [S('a'), S('b'), S('c'), S('new')] } }],
    ['SET l[2000000000] = :s, l[5] = :1', { l: { L: [S('a'), S('b'), S('c'), N('1'), S('new')] } }],
    ['SET m.nested.deep = m.nested.deep + :1', { m: { M: { nested: { M: { deep: N('2') } } } } }],
    ['SET m.more = :s', { m: { M: { nested: { M: { deep: N('1') } }, more: S('new') } } }],
    ['REMOVE l[0], l[1]', { l: { L: [S('c')] } }],
    ['REMOVE l[7]', {}],
    ['REMOVE m.nested.deep', { m: { M: { nested: { M: {} } } } }],
    ['SET l[0] = :s REMOVE l[1]', { l: { L: [S('new'), S('c')] } }],
    ['ADD n :1', { n: N('6') }],
    ['ADD ss :ss', { ss: { SS: ['x', 'y', 'z'] } }],
    ['DELETE ss :ss', { ss: { SS: ['x'] } }],
    ['set n = :1 remove s add ns :ns', { n: N('1'), s: undefined as never }],
  ])('applies %s', async (UpdateExpression, changes) => {
    await put({ ...id('updated'), ...start });
    await update(id('updated'), { UpdateExpression, ...used(UpdateExpression) });
    const wanted = Object.entries({ ...id('updated'), ...start, ...changes }).filter(([, value]) => value);
    expect(await get(id('updated'))).toEqual({ Item: Object.fromEntries(wanted) });
  });

  it('removes a set when its last member is deleted', async () => {
    await put({ ...id('set'), ns: { NS: ['2', '1'] } });
    await update(id('set'), { UpdateExpression: 'DELETE ns :ns', ...used(':ns') });
    expect(await get(id('set'))).toEqual({ Item: id('set') });
  });

  const expression = (message: string) => `ValidationException: Invalid UpdateExpression: ${message}`;
  it.each<[string, string]>([
    ['SET id = :s', invalid('Cannot update attribute id. This attribute is part of the key')],
    [
      'SET nothing.inside = :s',
      'ValidationException: The document path provided in the update expression is invalid for update',
    ],
    [
      'SET a = nothing',
      'ValidationException: The provided expression refers to an attribute that does not exist in the item',
    ],
    ['SET a = s + :1', 'ValidationException: An operand in the update expression has an incorrect data type'],
    ['ADD s :1', 'ValidationException: An operand in the update expression has an incorrect data type'],
    [
      'SET n = :1, n = :z',
      expression(
        'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]',
      ),
    ],
    [
      'SET m.a = :1, m[0] = :z',
      expression(
        'Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m, [0]]',
      ),
    ],
    ['SET name = :s', expression('Attribute name is a reserved keyword; reserved keyword: name')],
    [
      'SET a = :none',
      expression('An expression attribute value used in expression is not defined; attribute value: :none'),
    ],
    [
      'SET #a = :s',
      expression('An expression attribute name used in the document path is not defined; attribute name: #a'),
    ],
    ['SET a = :s SET b = :s', expression('The "SET" section can only be used once in an update expression;')],
    ['SET a = nofun(b, :1)', expression('Invalid function name; function: nofun')],
    [
      'SET a = if_not_exists(b)',
      expression(
        'Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1',
      ),
    ],
    [
      'SET a = list_append(b, :1)',
      expression(
        'Incorrect operand type for operator or function; operator or function: list_append, operand type: N',
      ),
    ],
    [
      'SET a = b + :s',
      expression('Incorrect operand type for operator or function; operator or function: +, operand type: S'),
    ],
    [
      'ADD a :s',
      expression('Incorrect operand type for operator or function; operator: ADD, operand type: STRING'),
    ],
    [
      'DELETE a :1',
      expression('Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER'),
    ],
    ['SET a', expression('Syntax error; token: "<EOF>", near: "a"')],
    ['SETT a = :s', expression('Syntax error; token: "SETT", near: "SETT a"')],
    ['', expression('The expression can not be empty;')],
  ])('refuses %s', async (UpdateExpression, message) => {
    await put({ ...id('refused'), ...start });
    expect(await refusal(update(id('refused'), { UpdateExpression, ...used(UpdateExpression) }))).toBe(
      message,
    );
    expect(await get(id('refused'))).toEqual({ Item: { ...id('refused'), ...start } });
  });

  it('takes the older parameter AttributeUpdates', async () => {
    await put({ ...id('older'), ...start });
    await update(id('older'), {
      AttributeUpdates: {
        n: { Action: 'ADD', Value: N('2') },
        s: { Action: 'DELETE' },
        ss: { Action: 'DELETE', Value: { SS: ['x'] } },
        new: { Value: S('put') },
      },
    });
    const { s: _, ...rest } = start;
    expect(await get(id('older'))).toEqual({
      Item: { ...id('older'), ...rest, n: N('7'), ss: { SS: ['y'] }, new: S('put') },
    });
  });
});
