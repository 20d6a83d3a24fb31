// How many requests it takes to find the event source mappings of many functions.
import { LambdaClient, type ListEventSourceMappingsRequest } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { mappingsAt } from '../../../src/resources/triggers/mapping/live.ts';

const names = (count: number) => Array.from({ length: count }, (_, index) => `worker${index}`);
const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** A Lambda that has one mapping for each function, and `pages` pages when all mappings are listed. */
function lambdaOf(functions: readonly string[], pages: number) {
  const asked: (string | undefined)[] = [];
  const lambda = new LambdaClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  lambda.middlewareStack.add(
    () =>
      async ({ input }) => {
        const { FunctionName, Marker = '1' } = input as ListEventSourceMappingsRequest;
        asked.push(FunctionName);
        const last = Number(Marker) >= pages;
        const found = FunctionName === undefined ? (last ? functions : []) : [FunctionName];
        const output = {
          EventSourceMappings: found.map((name) => ({ UUID: name, FunctionArn: arn(name) })),
          NextMarker: FunctionName === undefined && !last ? String(Number(Marker) + 1) : undefined,
          $metadata: {},
        };
        return { output, response: {} };
      },
    { step: 'initialize', priority: 'low' },
  );
  return { aws: { lambda } as unknown as Aws, asked };
}

describe('the mappings of functions that are looked for at once', () => {
  it.each([
    { functions: 3, pages: 1, requests: 3 },
    { functions: 40, pages: 1, requests: 1 },
    { functions: 40, pages: 4, requests: 4 },
    // The account has many more mappings than the project: the list is given up half-way.
    { functions: 12, pages: 50, requests: 6 + 12 },
  ])('take $requests requests for $functions functions and $pages pages', async (wanted) => {
    const functions = names(wanted.functions);
    const { aws, asked } = lambdaOf(functions, wanted.pages);
    const found = await Promise.all(functions.map((name) => mappingsAt(aws, name, undefined)));
    expect(found.map((mappings) => mappings.map(({ UUID }) => UUID))).toEqual(
      functions.map((name) => [name]),
    );
    expect(asked).toHaveLength(wanted.requests);
  });
});
