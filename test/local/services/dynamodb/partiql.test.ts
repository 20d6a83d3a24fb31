// PartiQL: statements alone, in batches and in transactions.
import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  ExecuteTransactionCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const S = (text: string) => ({ S: text });
const N = (number: number) => ({ N: String(number) });

const run = (
  Statement: string,
  Parameters?: AttributeValue[],
  more: Partial<ExecuteStatementCommandInput> = {},
) => dynamo.send(new ExecuteStatementCommand({ Statement, Parameters, ...more }));
const items = async (statement: string, parameters?: AttributeValue[]) =>
  (await run(statement, parameters)).Items;

beforeAll(async () => {
  await table('music', 'artist:S year:N', {
    AttributeDefinitions: [{ AttributeName: 'label', AttributeType: 'S' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-label',
        KeySchema: [{ AttributeName: 'label', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
});

describe('INSERT', () => {
  it('writes an item with values of every type', async () => {
    await table('types');
    const statement = `INSERT INTO "types" VALUE {'id': 'it''s', 'n': -5.5, 't': true, 'nothing': null, 'p': ?,
      'l': ['a', 1], 'm': {'x': {'y': 'z'}}, 'ss': <<'a', 'b'>>, 'ns': <<1, 2>>}`;
    expect(await items(statement, [{ B: Uint8Array.of(1, 2) }])).toEqual([]);
    const { Items } = await dynamo.send(new ScanCommand({ TableName: 'types' }));
    expect(Items).toEqual([
      {
        id: S("it's"),
        n: { N: '-5.5' },
        t: { BOOL: true },
        nothing: { NULL: true },
        p: { B: Uint8Array.of(1, 2) },
        l: { L: [S('a'), N(1)] },
        m: { M: { x: { M: { y: S('z') } } } },
        ss: { SS: ['a', 'b'] },
        ns: { NS: ['1', '2'] },
      },
    ]);
    expect(await items(`SELECT m.x.y, l[1] FROM types WHERE id = 'it''s'`)).toEqual([
      { m: { M: { x: { M: { y: S('z') } } } }, l: { L: [N(1)] } },
    ]);
  });

  it('refuses an item that is there already', async () => {
    await table('twice');
    await run(`INSERT INTO twice VALUE {'id': 'a'}`);
    expect(await refusal(run(`INSERT INTO twice VALUE {'id': 'a'}`))).toBe(
      'DuplicateItemException: Duplicate primary key exists in table',
    );
  });
});

describe('SELECT', () => {
  beforeAll(async () => {
    for (const [artist, year, more] of [
      ['Nina', 1959, `, 'label': 'Colpix', 'title': 'Town Hall'`],
      ['Nina', 1965, `, 'label': 'Philips', 'title': 'Pastel Blues'`],
      ['Nina', 1969, `, 'label': 'RCA'`],
      ['Abbey', 1961, `, 'label': 'Candid', 'title': 'Straight Ahead'`],
    ] as const) {
      await run(`INSERT INTO music VALUE {'artist': '${artist}', 'year': ${year}${more}}`);
    }
  });

  it.each<[string, AttributeValue[] | undefined, number[]]>([
    [`WHERE artist = 'Nina'`, undefined, [1959, 1965, 1969]],
    ['WHERE artist = ? AND "year" > ?', [S('Nina'), N(1960)], [1965, 1969]],
    [`WHERE artist = 'Nina' AND year BETWEEN 1959 AND 1965`, undefined, [1959, 1965]],
    [`WHERE artist = 'Nina' ORDER BY year DESC`, undefined, [1969, 1965, 1959]],
    [`WHERE artist = 'Nina' AND title IS MISSING`, undefined, [1969]],
    [`WHERE artist = 'Nina' AND title IS NOT MISSING`, undefined, [1959, 1965]],
    [`WHERE artist = 'Nina' AND (title = 'Town Hall' OR label IN ['RCA', 'x'])`, undefined, [1959, 1969]],
    [`WHERE artist = 'Nina' AND year IN (1959, 1969)`, undefined, [1959, 1969]],
    [`WHERE artist = 'Nina' AND year = 1969 OR artist = 'Abbey' AND year > 1960`, undefined, [1961, 1969]],
    [`WHERE contains(title, 'Blues')`, undefined, [1965]],
    [`WHERE begins_with("title", 'S') AND NOT artist = 'Nina'`, undefined, [1961]],
    [`WHERE label != 'RCA' AND artist <> 'Abbey' AND size(label) > 6`, undefined, [1965]],
  ])('%s', async (where, parameters, years) => {
    const found = (await items(`SELECT * FROM "music" ${where}`, parameters)) ?? [];
    const numbers = found.map(({ year }) => Number(year?.N));
    expect(where.includes('ORDER') ? numbers : numbers.toSorted()).toEqual(years);
  });

  it('reads an index, and the attributes that it names', async () => {
    expect(await items(`SELECT title, year FROM "music"."by-label" WHERE label = 'Candid'`)).toEqual([
      { title: S('Straight Ahead'), year: N(1961) },
    ]);
  });

  it('is answered in pages', async () => {
    const years: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await run(`SELECT * FROM music WHERE artist = 'Nina'`, undefined, { Limit: 2, NextToken });
      years.push(...(page.Items ?? []).map(({ year }) => year?.N));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(years).toEqual(['1959', '1965', '1969']);
  });
});

describe('UPDATE and DELETE', () => {
  it('change one item, and return what is asked for', async () => {
    await table('counters', 'id:S');
    await run(`INSERT INTO counters VALUE {'id': 'a', 'n': 1, 'old': true, 'l': ['x']}`);
    const statement = `UPDATE counters SET n = n + 5 SET l = list_append(l, ?) REMOVE old WHERE id = 'a' AND n < 9 RETURNING ALL NEW *`;
    expect(await items(statement, [{ L: [S('y')] }])).toEqual([
      { id: S('a'), n: N(6), l: { L: [S('x'), S('y')] } },
    ]);
    expect(await refusal(run(`UPDATE counters SET n = 0 WHERE id = 'a' AND n > 9`))).toMatch(
      /^ConditionalCheckFailedException/,
    );
    expect(await refusal(run(`UPDATE counters SET n = 0 WHERE id = 'nobody'`))).toMatch(
      /^ConditionalCheckFailedException/,
    );
    expect(await refusal(run(`DELETE FROM counters WHERE id = 'a' AND n > 9`))).toMatch(
      /^ConditionalCheckFailedException/,
    );
    expect(await items(`DELETE FROM counters WHERE id = 'nobody'`)).toEqual([]);
    expect(await items(`DELETE FROM counters WHERE id = 'a' RETURNING ALL OLD *`)).toMatchObject([
      { id: S('a') },
    ]);
    expect(await items('SELECT * FROM counters')).toEqual([]);
  });
});

describe('several statements', () => {
  it('in a batch are answered one by one, with their errors', async () => {
    await table('users', 'name:S');
    const batch = async (...Statements: { Statement: string; Parameters?: AttributeValue[] }[]) =>
      (await dynamo.send(new BatchExecuteStatementCommand({ Statements }))).Responses;
    expect(
      await batch(
        { Statement: 'INSERT INTO users VALUE {"name": ?}', Parameters: [S('one')] },
        { Statement: `INSERT INTO users VALUE {'name': 'two', 'age': 20}` },
      ),
    ).toEqual([{ TableName: 'users' }, { TableName: 'users' }]);
    expect(
      await batch(
        { Statement: `SELECT * FROM users WHERE name = 'two'` },
        { Statement: `SELECT * FROM users WHERE name = 'nobody'` },
        { Statement: `INSERT INTO users VALUE {'name': 'one'}` },
        { Statement: 'SELECT * FROM users' },
        { Statement: `SELECT * FROM nothing WHERE name = 'x'` },
      ),
    ).toMatchObject([
      { TableName: 'users', Item: { name: S('two'), age: N(20) } },
      { TableName: 'users' },
      { TableName: 'users', Error: { Code: 'DuplicateItem' } },
      { TableName: 'users', Error: { Code: 'ValidationError' } },
      { Error: { Code: 'ResourceNotFound' } },
    ]);
  });

  it('in a transaction are done together, or not at all', async () => {
    await table('accounts', 'id:S');
    const transaction = (...statements: string[]) =>
      dynamo.send(
        new ExecuteTransactionCommand({ TransactStatements: statements.map((Statement) => ({ Statement })) }),
      );
    const { $metadata: _, ...done } = await transaction(
      `INSERT INTO accounts VALUE {'id': 'a', 'n': 5}`,
      `INSERT INTO accounts VALUE {'id': 'b', 'n': 0}`,
    );
    expect(done).toEqual({ Responses: [] });
    await expect(
      transaction(`UPDATE accounts SET n = n - 5 WHERE id = 'a'`, `INSERT INTO accounts VALUE {'id': 'b'}`),
    ).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'DuplicateItem' }],
    });
    const { Responses } = await transaction(
      `SELECT n FROM accounts WHERE id = 'a'`,
      `SELECT * FROM accounts WHERE id = 'b'`,
    );
    expect(Responses).toEqual([{ Item: { n: N(5) } }, { Item: { id: S('b'), n: N(0) } }]);
  });
});

describe('a statement', () => {
  it.each<[string, AttributeValue[] | undefined, string | RegExp]>([
    ['SELECT FROM', undefined, /^ValidationException: Statement wasn't well formed, can't be processed: /],
    ['DROP TABLE music', undefined, /^ValidationException: Statement wasn't well formed/],
    [
      `SELECT * FROM music WHERE artist = 'x`,
      undefined,
      /^ValidationException: Statement wasn't well formed/,
    ],
    [
      'SELECT * FROM music WHERE artist = ?',
      undefined,
      "ValidationException: Number of parameters in request and statement don't match.",
    ],
    [
      'SELECT * FROM music',
      [S('x')],
      "ValidationException: Number of parameters in request and statement don't match.",
    ],
    [
      'SELECT * FROM music',
      [],
      "ValidationException: 1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      `UPDATE music SET title = 'x' WHERE artist = 'Nina'`,
      undefined,
      'ValidationException: Where clause does not contain a mandatory equality on all key attributes',
    ],
    [
      `SELECT * FROM nothing WHERE id = 'x'`,
      undefined,
      'ResourceNotFoundException: Requested resource not found',
    ],
  ])('%s is refused', async (statement, parameters, message) => {
    const said = await refusal(run(statement, parameters));
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
});
