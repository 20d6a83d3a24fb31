// Any numbers, keys, items and updates, compared with a plain model.
import { join } from 'node:path';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoService } from '../../../../src/local/services/dynamodb/service.ts';
import {
  addNumbers,
  normalNumber,
  sortableNumber,
} from '../../../../src/local/services/dynamodb/values/number.ts';
import { openStore } from '../../../../src/local/store/lmdb-store.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { temporaryFolder } from '../../../support/project.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

/** A decimal number as an integer times 10 to the power of -scale. */
interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

const scaled = fc.record({
  units: fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
  scale: fc.integer({ min: -80, max: 80 }),
});
const written = ({ units, scale }: Scaled): string => `${units}e${-scale}`;
const most = 200;
const exact = ({ units, scale }: Scaled): bigint => units * 10n ** BigInt(most - scale);

describe('a number', () => {
  it('keeps its value, however it is written', () => {
    fc.assert(
      fc.property(scaled, fc.integer({ min: 0, max: 5 }), (number, zeros) => {
        const text = normalNumber(written(number));
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
        const more = { units: number.units * 10n ** BigInt(zeros), scale: number.scale + zeros };
        expect(normalNumber(written(more))).toBe(text);
        expect(normalNumber(text)).toBe(text);
        const [whole = '', fraction = ''] = text.split('.');
        expect(exact({ units: BigInt(whole + fraction), scale: fraction.length })).toBe(exact(number));
      }),
    );
  });

  it('is sorted by its value', () => {
    const close = scaled.chain((one) =>
      fc.tuple(
        fc.constant(one),
        fc.oneof(
          scaled,
          fc.bigInt({ min: -9n, max: 9n }).map((more) => ({ ...one, units: one.units + more })),
        ),
      ),
    );
    fc.assert(
      fc.property(close, ([one, two]) => {
        const sign = (order: boolean, other: boolean) => (order ? -1 : other ? 1 : 0);
        const [a, b] = [sortableNumber(written(one)), sortableNumber(written(two))];
        expect(sign(a < b, a > b)).toBe(sign(exact(one) < exact(two), exact(one) > exact(two)));
      }),
      { numRuns: 1000 },
    );
  });

  it('is added exactly', () => {
    const small = fc.record({
      units: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      scale: fc.integer({ min: -9, max: 9 }),
    });
    fc.assert(
      fc.property(small, small, fc.boolean(), (one, two, subtract) => {
        const result = addNumbers(normalNumber(written(one)), normalNumber(written(two)), subtract);
        const wanted = exact(one) + (subtract ? -exact(two) : exact(two));
        expect(result).toBe(normalNumber(`${wanted}e${-most}`));
      }),
    );
  });
});

let store: Store;
let ask: ReturnType<typeof callerOf<typeof import('@aws-sdk/client-dynamodb'), unknown>>;
beforeAll(async () => {
  store = openStore(join(await temporaryFolder('dynamodb'), 'store'));
  ask = callerOf(alone(createDynamoService, { store })) as unknown as typeof ask;
});
afterAll(() => store.close());

let tables = 0;
async function table(type: 'S' | 'N' | 'B'): Promise<string> {
  const TableName = `table-${tables++}`;
  await ask('CreateTable', {
    TableName,
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: type },
      { AttributeName: 'by', AttributeType: type },
    ],
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'index',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'by', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  return TableName;
}

const text = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', '~', 'ü', '\u0000', '\uFFFF', '\u{1F600}'),
  minLength: 1,
  maxLength: 6,
});
const bytes = fc
  .uint8Array({ minLength: 1, maxLength: 5, min: 0, max: 255 })
  .map((all) => all.map((one) => (one > 250 ? 255 : one < 5 ? 0 : one)));

/** For each type: keys as attribute values, and as buffers or numbers in the order of DynamoDB. */
const kinds = {
  S: {
    any: text.map((S): AttributeValue => ({ S })),
    plain: ({ S }: AttributeValue) => Buffer.from(S ?? ''),
  },
  B: {
    any: bytes.map((B): AttributeValue => ({ B })),
    plain: ({ B }: AttributeValue) => Buffer.from(B ?? []),
  },
  N: {
    any: fc.integer({ min: -300, max: 300 }).map((n): AttributeValue => ({ N: String(n / 4) })),
    plain: ({ N }: AttributeValue) => Number(N),
  },
} as const;

type Plain = Buffer | number;
const order = (one: Plain, two: Plain): number =>
  typeof one === 'number' ? one - (two as number) : Buffer.compare(one, two as Buffer);

const operators = {
  '=': (value: Plain, [one]: Plain[]) => order(value, one as Plain) === 0,
  '<': (value: Plain, [one]: Plain[]) => order(value, one as Plain) < 0,
  '<=': (value: Plain, [one]: Plain[]) => order(value, one as Plain) <= 0,
  '>': (value: Plain, [one]: Plain[]) => order(value, one as Plain) > 0,
  '>=': (value: Plain, [one]: Plain[]) => order(value, one as Plain) >= 0,
  BETWEEN: (value: Plain, [low, high]: Plain[]) =>
    order(value, low as Plain) >= 0 && order(value, high as Plain) <= 0,
  begins_with: (value: Plain, [start]: Plain[]) =>
    (value as Buffer).subarray(0, (start as Buffer).length).equals(start as Buffer),
};
type Operator = keyof typeof operators;

const conditionOn = (operator: Operator, name: string): string => {
  if (operator === 'BETWEEN') return `${name} BETWEEN :a AND :b`;
  return operator === 'begins_with' ? `begins_with(${name}, :a)` : `${name} ${operator} :a`;
};

describe.each(['S', 'N', 'B'] as const)('a query of a table with the sort key %s', (type) => {
  const { any } = kinds[type];
  const plain: (value: AttributeValue) => Plain = kinds[type].plain;
  const usable = (Object.keys(operators) as Operator[]).filter(
    (one) => type !== 'N' || one !== 'begins_with',
  );

  it.each(['table', 'index'])('answers the %s in order, page by page, as a model does', async (where) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(any, any), { maxLength: 25 }),
        fc.constantFrom(...usable),
        fc.tuple(any, any),
        fc.boolean(),
        fc.integer({ min: 1, max: 7 }),
        async (pairs, operator, [one, two], forward, Limit) => {
          const TableName = await table(type);
          const model = new Map<string, { at: AttributeValue; by: AttributeValue }>();
          for (const [at, by] of pairs) {
            model.set(JSON.stringify(plain(at)), { at, by });
            await ask('PutItem', { TableName, Item: { id: { S: 'x' }, at, by } });
          }
          await ask('PutItem', { TableName, Item: { id: { S: 'y' }, at: one, by: two } });
          const name = where === 'table' ? 'at' : 'by';
          const bounds = [one, two].toSorted((a, b) => order(plain(a), plain(b)));
          const values = operator === 'BETWEEN' ? { ':a': bounds[0], ':b': bounds[1] } : { ':a': one };
          const found: unknown[] = [];
          let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
          do {
            const page = await ask('Query', {
              TableName,
              ...(where === 'index' && { IndexName: 'index' }),
              KeyConditionExpression: `id = :x AND ${conditionOn(operator, '#n')}`,
              ExpressionAttributeNames: { '#n': name },
              ExpressionAttributeValues: { ':x': { S: 'x' }, ...values } as Record<string, AttributeValue>,
              ScanIndexForward: forward,
              Limit,
              ExclusiveStartKey,
            });
            found.push(...(page.Items ?? []).map((item) => plain(item[name] as AttributeValue)));
            ExclusiveStartKey = page.LastEvaluatedKey;
          } while (ExclusiveStartKey);
          const used = operator === 'BETWEEN' ? bounds : [one];
          const wanted = [...model.values()]
            .map((item) => plain(item[name]))
            .filter((value) => operators[operator](value, used.map(plain)))
            .sort(order);
          expect(found).toEqual(forward ? wanted : wanted.reverse());
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('an update of a list', () => {
  it('removes and sets the elements as they were before it', async () => {
    const TableName = await table('S');
    const key = { id: { S: 'x' }, at: { S: 'x' } };
    const positions = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 6 }), positions, positions, async (length, removed, set) => {
        const sets = set.filter((position) => !removed.includes(position));
        fc.pre(removed.length + sets.length > 0);
        const list = Array.from({ length }, (_, index) => ({ N: String(index) }));
        await ask('PutItem', { TableName, Item: { ...key, list: { L: list } } });
        const parts = [
          sets.length > 0 ? `SET ${sets.map((position) => `#l[${position}] = :v`).join(', ')}` : '',
          removed.length > 0 ? `REMOVE ${removed.map((position) => `#l[${position}]`).join(', ')}` : '',
        ];
        const { Attributes } = await ask('UpdateItem', {
          TableName,
          Key: key,
          UpdateExpression: parts.join(' '),
          ExpressionAttributeNames: { '#l': 'list' },
          ...(sets.length > 0 && { ExpressionAttributeValues: { ':v': { N: '100' } } }),
          ReturnValues: 'ALL_NEW',
        });
        const kept = list
          .map((value, index) => (sets.includes(index) ? { N: '100' } : value))
          .filter((_, index) => !removed.includes(index));
        const beyond = sets.filter((position) => position >= length).map(() => ({ N: '100' }));
        expect(Attributes?.list).toEqual({ L: [...kept, ...beyond] });
      }),
    );
  });
});

/** A condition as a text, and what it says about an item. */
interface Judged {
  readonly text: string;
  readonly holds: boolean;
  /** Whether it consists of parts. */
  readonly joined: boolean;
}

describe('a condition', () => {
  it('of any form holds as logic says', async () => {
    const TableName = await table('S');
    await ask('PutItem', { TableName, Item: { id: { S: 'x' }, at: { S: 'x' }, n: { N: '5' } } });
    const comparison = fc
      .tuple(fc.constantFrom('=', '<>', '<', '<=', '>', '>='), fc.constantFrom(4, 5, 6))
      .map(([operator, number]): Judged => {
        const holds = {
          '=': 5 === number,
          '<>': 5 !== number,
          '<': 5 < number,
          '<=': 5 <= number,
          '>': 5 > number,
          '>=': 5 >= number,
        };
        return { text: `n ${operator} :${number}`, holds: holds[operator as '='], joined: false };
      });
    const inParts = ({ text, joined }: Judged): string => (joined ? `(${text})` : text);
    const { any } = fc.letrec<{ any: Judged }>((tie) => ({
      any: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        comparison,
        tie('any').map((one) => ({ text: `NOT ${inParts(one)}`, holds: !one.holds, joined: true })),
        fc.tuple(tie('any'), tie('any')).map(([one, two]) => ({
          text: `${inParts(one)} AND ${inParts(two)}`,
          holds: one.holds && two.holds,
          joined: true,
        })),
        fc.tuple(tie('any'), tie('any')).map(([one, two]) => ({
          text: `${inParts(one)} OR ${inParts(two)}`,
          holds: one.holds || two.holds,
          joined: true,
        })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(any, async ({ text, holds }) => {
        fc.pre(text.length < 4000);
        const used = [4, 5, 6].filter((number) => text.includes(`:${number}`));
        const { Count } = await ask('Scan', {
          TableName,
          FilterExpression: text,
          ExpressionAttributeValues: Object.fromEntries(used.map((n) => [`:${n}`, { N: String(n) }])),
        });
        expect({ text, holds: Count === 1 }).toEqual({ text, holds });
      }),
      { numRuns: 200 },
    );
  });
});
