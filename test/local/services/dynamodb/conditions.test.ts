// Conditions: which items they match, and which texts are refused.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const TableName = await table('conditions');

const values: Record<string, AttributeValue> = {
  ':s': { S: 'text' },
  ':t': { S: 'te' },
  ':1': { N: '1' },
  ':5': { N: '5' },
  ':6': { N: '6.0' },
  ':b': { B: Uint8Array.of(1, 2) },
  ':true': { BOOL: true },
  ':null': { NULL: true },
  ':SS': { SS: ['b', 'a'] },
  ':S': { S: 'S' },
  ':N': { S: 'N' },
  ':X': { S: 'X' },
  ':a': { S: 'a' },
  ':m': { M: { x: { N: '1' } } },
};

beforeAll(async () => {
  const Item = {
    id: { S: 'one' },
    s: { S: 'text' },
    n: { N: '5' },
    b: { B: Uint8Array.of(1, 2, 3) },
    t: { BOOL: true },
    nothing: { NULL: true },
    ss: { SS: ['a', 'b'] },
    ns: { NS: ['1', '2'] },
    bs: { BS: [Uint8Array.of(1, 2)] },
    l: { L: [{ S: 'a' }, { N: '1' }] },
    m: { M: { x: { N: '1' }, l: { L: [{ S: 'deep' }] } } },
    also5: { N: '5' },
    emptyText: { S: '' },
  } satisfies Record<string, AttributeValue>;
  await dynamo.send(new PutItemCommand({ TableName, Item }));
});

async function matches(FilterExpression: string): Promise<boolean> {
  const used = (FilterExpression.match(/:\w+/g) ?? []).filter((name) => name in values);
  const given = Object.fromEntries(used.map((name) => [name, values[name] as AttributeValue]));
  const { Count } = await dynamo.send(
    new ScanCommand({
      TableName,
      FilterExpression,
      ...(used.length > 0 && { ExpressionAttributeValues: given }),
    }),
  );
  return Count === 1;
}

describe('an item matches', () => {
  it.each([
    's = :s',
    's <> :t',
    'absent <> :t',
    'n < :6',
    'n <= :5',
    'n > :1',
    'n >= :5',
    'n = also5',
    ':1 < n',
    'n BETWEEN :1 AND :6',
    'n BETWEEN :5 AND also5',
    'n IN (:1, :5)',
    's IN (:t, :s, :1)',
    'b > :b',
    't = :true',
    'nothing = :null',
    'ss = :SS',
    'attribute_exists(m.x)',
    'attribute_not_exists(m.y)',
    'attribute_not_exists(l[2])',
    'attribute_type(s, :S)',
    'begins_with(s, :t)',
    'begins_with(b, :b)',
    'contains(s, :t)',
    'contains(ss, :a)',
    'contains(ns, :1)',
    'contains(b, :b)',
    'contains(bs, :b)',
    'contains(l, :a)',
    'contains(l, :1)',
    'size(s) < :5',
    'size(b) BETWEEN :1 AND :5',
    'size(ss) > :1',
    'size(l) > :1',
    'size(m) > :1',
    'size(emptyText) < :1',
    'size(s) < size(m) OR :1 < size(s)',
    'm.l[0] > :a',
    'NOT n = :1',
    'NOT (n = :1 OR n = :6)',
    '(n) = :5',
    'n = :5 AND s = :s OR n = :1 AND s = :t',
    'n = :1 AND s = :t OR n = :5',
    'n = :5 and not s = :t or n in (:1)',
    '(n = :1 OR n = :5) AND (s = :s)',
  ])('%s', async (condition) => {
    expect(await matches(condition)).toBe(true);
  });

  it.each([
    's = :1',
    'absent = :1',
    's < :1',
    'absent < :1',
    'n BETWEEN :6 AND also5',
    'attribute_exists(absent)',
    'attribute_type(s, :N)',
    'contains(s, :1)',
    'contains(absent, :1)',
    'begins_with(n, :t)',
    'size(n) > :1',
    'm = :m',
    'n = :1 AND (s = :s OR n = :5)',
  ])('but not %s', async (condition) => {
    expect(await matches(condition)).toBe(false);
  });
});

describe('a condition is refused', () => {
  const wrong = (name: string, type: string, kind = 'operator or function') =>
    `Incorrect operand type for operator or function; ${kind}: ${name}, operand type: ${type}`;
  it.each<[string, string]>([
    ['', 'The expression can not be empty;'],
    ['n', 'Syntax error; token: "<EOF>", near: "n"'],
    ['n = ', 'Syntax error; token: "<EOF>", near: "="'],
    ['n = :1 AND', 'Syntax error; token: "<EOF>", near: "AND"'],
    ['n == :1', 'Syntax error; token: "=", near: "== :1"'],
    ['n = :1 $ s', 'Syntax error; token: "$", near: ":1 $ s"'],
    ['n = 5', 'Syntax error; token: "5", near: "= 5"'],
    ['l[a] = :1', 'Syntax error; token: "a", near: "[a]"'],
    ['((n = :1))', 'The expression has redundant parentheses;'],
    ['size = :1', 'Attribute name is a reserved keyword; reserved keyword: size'],
    ['m.value = :1', 'Attribute name is a reserved keyword; reserved keyword: value'],
    ['nofun(n)', 'Invalid function name; function: nofun'],
    ['size(s)', 'The function is not allowed to be used this way in an expression; function: size'],
    [
      'contains(s, :t) = :true',
      'The function is not allowed to be used this way in an expression; function: contains',
    ],
    [
      'contains(s)',
      'Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1',
    ],
    ['n = :none', 'An expression attribute value used in expression is not defined; attribute value: :none'],
    ['#n = :1', 'An expression attribute name used in the document path is not defined; attribute name: #n'],
    [
      'n = n',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]',
    ],
    [
      'attribute_exists(:1)',
      'Operator or function requires a document path; operator or function: attribute_exists',
    ],
    ['begins_with(s, :1)', wrong('begins_with', 'N')],
    ['attribute_type(s, :1)', wrong('attribute_type', 'N')],
    [
      'attribute_type(s, :X)',
      'Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}',
    ],
    ['size(:1) > :1', wrong('size', 'N')],
    ['n > :true', wrong('>', 'BOOL', 'operator')],
    [
      'n BETWEEN :6 AND :1',
      'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:1}',
    ],
    [
      'n BETWEEN :s AND :1',
      'The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:text}, upper bound operand: AttributeValue: {N:1}',
    ],
    [
      `n = :1${' OR n = :1'.repeat(500)}`,
      'Expression size has exceeded the maximum allowed size; expression size: 5006',
    ],
  ])('%s', async (condition, message) => {
    expect(await refusal(matches(condition))).toBe(
      `ValidationException: Invalid FilterExpression: ${message}`,
    );
  });
});
