// Scan: filters, segments and refusals.
import { BatchWriteItemCommand, ScanCommand, type ScanCommandInput } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Attributes, content, localDynamo, refusal } from './fixture.ts';

const { dynamo, table } = await localDynamo();
const S = (text: string) => ({ S: text });
const N = (number: number) => ({ N: String(number) });
const scan = async (TableName: string, rest: Partial<ScanCommandInput> = {}) =>
  content(await dynamo.send(new ScanCommand({ TableName, ...rest })));

describe('a scan', () => {
  beforeAll(async () => {
    await table('scanned', 'id');
    for (let batch = 0; batch < 4; batch++) {
      const scanned = Array.from({ length: 25 }, (_, index) => ({
        PutRequest: { Item: { id: S(`${batch}-${index}`), n: N(index) } },
      }));
      await dynamo.send(new BatchWriteItemCommand({ RequestItems: { scanned } }));
    }
  });
  const ids = (answer: { Items?: Attributes[] | undefined }) => (answer.Items ?? []).map(({ id }) => id?.S);

  it('answers all items of a table', async () => {
    expect(new Set(ids(await scan('scanned'))).size).toBe(100);
  });

  it('takes a filter', async () => {
    const filter = { FilterExpression: 'n >= :n', ExpressionAttributeValues: { ':n': N(20) } };
    expect(await scan('scanned', { ...filter, Select: 'COUNT' })).toEqual({ Count: 20, ScannedCount: 100 });
    const ScanFilter = { n: { ComparisonOperator: 'GE' as const, AttributeValueList: [N(20)] } };
    expect((await scan('scanned', { ScanFilter })).Count).toBe(20);
  });

  it.each([1, 3, 7, 1000])('in %i segments answers everything once', async (TotalSegments) => {
    const all: (string | undefined)[] = [];
    for (let Segment = 0; Segment < Math.min(TotalSegments, 1000); Segment += 1) {
      let ExclusiveStartKey: Attributes | undefined;
      do {
        const page = await scan('scanned', { Segment, TotalSegments, Limit: 13, ExclusiveStartKey });
        all.push(...ids(page));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    }
    expect(all.length).toBe(100);
    expect(new Set(all).size).toBe(100);
  });

  it.each<[string, Partial<ScanCommandInput>, string]>([
    [
      'without the number of segments',
      { Segment: 1 },
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    ],
    [
      'without a segment',
      { TotalSegments: 2 },
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    ],
    [
      'of a segment beyond the last',
      { Segment: 2, TotalSegments: 2 },
      'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2',
    ],
  ])('%s is refused', async (_what, rest, message) => {
    expect(await refusal(scan('scanned', rest))).toBe(`ValidationException: ${message}`);
  });
});
