// Metric filters, subscription filters and resource policies: stored and described as on AWS.
import { describe, expect, it } from 'vitest';
import { call, logsFixture, start } from './fixture.ts';

const missing = 'ResourceNotFoundException: The specified log group does not exist.';
const transformation = { metricNamespace: 'namespace', metricName: 'metric', metricValue: '1' };
const filter = {
  logGroupName: 'g',
  filterName: 'f',
  filterPattern: 'pattern',
  metricTransformations: [transformation],
};

async function withGroup() {
  const fixture = logsFixture();
  await fixture.run('CreateLogGroup', { logGroupName: 'g' });
  return fixture;
}

describe('metric filters', () => {
  it('are described as they were put, and counted', async () => {
    const { run } = await withGroup();
    await run('PutMetricFilter', {
      ...filter,
      filterPattern: ' ',
      metricTransformations: [{ ...transformation, defaultValue: 0 }],
    });
    expect(await run('DescribeMetricFilters', { logGroupName: 'g', filterNamePrefix: 'f' })).toEqual({
      metricFilters: [
        {
          filterName: 'f',
          filterPattern: ' ',
          metricTransformations: [{ ...transformation, defaultValue: 0 }],
          creationTime: start,
          logGroupName: 'g',
          applyOnTransformedLogs: false,
        },
      ],
    });
    await run('PutMetricFilter', { ...filter, filterPattern: '{$.message = "test"}' });
    expect((await run('DescribeLogGroups', {})).logGroups?.[0]?.metricFilterCount).toBe(1);
    await run('DeleteMetricFilter', { logGroupName: 'g', filterName: 'f' });
    expect((await run('DescribeMetricFilters', { logGroupName: 'g' })).metricFilters).toEqual([]);
    expect((await run('DescribeLogGroups', {})).logGroups?.[0]?.metricFilterCount).toBe(0);
  });

  it('are found by name across groups, by metric, and in pages', async () => {
    const { run, failure } = await withGroup();
    await run('CreateLogGroup', { logGroupName: 'h' });
    const metricNamespace = 'A.B-c_d/1#2:metricNamespace';
    for (const [logGroupName, filterName] of [
      ['h', 'f1'],
      ['g', 'f2'],
      ['g', 'x'],
    ] as const) {
      const metricTransformations = [{ ...transformation, metricNamespace, metricName: filterName }];
      await run('PutMetricFilter', { ...filter, logGroupName, filterName, metricTransformations });
    }
    const names = async (input: object) =>
      (await run('DescribeMetricFilters', input)).metricFilters?.map(({ filterName }) => filterName);
    expect(await names({ filterNamePrefix: 'f' })).toEqual(['f1', 'f2']);
    expect(await names({ metricName: 'x', metricNamespace })).toEqual(['x']);
    const first = await run('DescribeMetricFilters', { limit: 2 });
    expect(await names({ limit: 2, nextToken: first.nextToken })).toEqual(['x']);
    expect(await failure('DescribeMetricFilters', { logGroupName: 'no' })).toBe(missing);
    await run('DeleteLogGroup', { logGroupName: 'g' });
    expect(await names({})).toEqual(['f1']);
  });

  it("are refused in AWS's words", async () => {
    const { failure } = await withGroup();
    const violation = (value: string, place: string, most: number) =>
      `InvalidParameterException: 1 validation error detected: Value '${value}' at '${place}' failed to satisfy constraint: Member must have length less than or equal to ${most}`;
    const long = 'X'.repeat(513);
    expect(await failure('PutMetricFilter', { ...filter, filterName: long })).toBe(
      violation(long, 'filterName', 512),
    );
    const pattern = 'X'.repeat(1025);
    expect(await failure('PutMetricFilter', { ...filter, filterPattern: pattern })).toBe(
      violation(pattern, 'filterPattern', 1024),
    );
    const two = [1, 2].map((number) => ({
      metricNamespace: `namespace${number}`,
      metricName: `metric${number}`,
      metricValue: '1',
    }));
    expect(await failure('PutMetricFilter', { ...filter, metricTransformations: two })).toBe(
      violation(
        '[MetricTransformation(metricName=metric1, metricNamespace=namespace1, metricValue=1, defaultValue=null, unit=null, dimensions=null), MetricTransformation(metricName=metric2, metricNamespace=namespace2, metricValue=1, defaultValue=null, unit=null, dimensions=null)]',
        'metricTransformations',
        1,
      ),
    );
    expect(await failure('DeleteMetricFilter', { logGroupName: 'g', filterName: long })).toBe(
      violation(long, 'filterName', 512),
    );
    expect(await failure('DeleteMetricFilter', { logGroupName: long, filterName: 'f' })).toBe(
      'InvalidParameterException: Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    );
    expect(await failure('DeleteMetricFilter', { logGroupName: 'g', filterName: 'f' })).toBe(
      'ResourceNotFoundException: The specified metric filter does not exist.',
    );
    expect(await failure('DescribeMetricFilters', { filterNamePrefix: long })).toBe(
      violation(long, 'filterNamePrefix', 512),
    );
    const metricName = 'X'.repeat(256);
    expect(await failure('DescribeMetricFilters', { metricName, metricNamespace: 'valid' })).toBe(
      violation(metricName, 'metricName', 255),
    );
    expect(await failure('PutMetricFilter', { ...filter, filterPattern: '{ $.a = }' })).toBe(
      'InvalidParameterException: Invalid filter pattern',
    );
    expect(await failure('PutMetricFilter', { ...filter, logGroupName: 'no' })).toBe(missing);
  });

  it('can be tested: the answer has the matches and the values of the names in the pattern', async () => {
    const { run, failure } = logsFixture();
    const test = async (filterPattern: string, ...logEventMessages: string[]) =>
      (await run('TestMetricFilter', { filterPattern, logEventMessages })).matches;
    expect(await test('ERROR', 'an ERROR', 'fine')).toEqual([
      { eventNumber: 1, eventMessage: 'an ERROR', extractedValues: {} },
    ]);
    const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /apache_pb.gif HTTP/1.0" 200 1534';
    const pattern = '[ip, identity, user_id, timestamp, request, status_code = 200, size]';
    expect(await test(pattern, line.replace(' 200 ', ' 404 '), line)).toEqual([
      {
        eventNumber: 2,
        eventMessage: line,
        extractedValues: {
          $ip: '127.0.0.1',
          $identity: '-',
          $user_id: 'frank',
          $timestamp: '10/Oct/2000:13:25:15 -0700',
          $request: 'GET /apache_pb.gif HTTP/1.0',
          $status_code: '200',
          $size: '1534',
        },
      },
    ]);
    const json = '{"level":"ERROR","user":{"ids":[7,8]}}';
    expect(await test('{ $.level = "$.x" || $.user.ids[1] > 3 }', json)).toEqual([
      { eventNumber: 1, eventMessage: json, extractedValues: { '$.level': 'ERROR', '$.user.ids[1]': '8' } },
    ]);
    expect(await failure('TestMetricFilter', { filterPattern: 'a', logEventMessages: [] })).toMatch(
      /at 'logEventMessages' failed .* greater than or equal to 1$/,
    );
  });
});

describe('subscription filters', () => {
  const destinationArn = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
  const subscription = { logGroupName: 'g', filterName: 'test', filterPattern: '', destinationArn };

  it('are described as they were put; a group has at most two', async () => {
    const { run, failure, clock } = await withGroup();
    expect(await run('DescribeSubscriptionFilters', { logGroupName: 'g' })).toEqual({
      subscriptionFilters: [],
    });
    await run('PutSubscriptionFilter', subscription);
    clock.now += 5;
    await run('PutSubscriptionFilter', { ...subscription, filterPattern: '[]' });
    expect(await run('DescribeSubscriptionFilters', { logGroupName: 'g' })).toEqual({
      subscriptionFilters: [
        {
          ...subscription,
          filterPattern: '[]',
          distribution: 'ByLogStream',
          applyOnTransformedLogs: false,
          creationTime: start,
        },
      ],
    });
    await run('PutSubscriptionFilter', { ...subscription, filterName: 'test-2' });
    expect(await failure('PutSubscriptionFilter', { ...subscription, filterName: 'test-3' })).toBe(
      'LimitExceededException: Resource limit exceeded.',
    );
    await run('DeleteSubscriptionFilter', { logGroupName: 'g', filterName: 'test' });
    const { subscriptionFilters } = await run('DescribeSubscriptionFilters', { logGroupName: 'g' });
    expect(subscriptionFilters?.map(({ filterName }) => filterName)).toEqual(['test-2']);
  });

  it("are refused in AWS's words", async () => {
    const { failure } = await withGroup();
    for (const logGroupName of ['no', 'g']) {
      const elsewhere = destinationArn.replace('123456789012', '210987654321');
      expect(
        await failure('PutSubscriptionFilter', { ...subscription, logGroupName, destinationArn: elsewhere }),
      ).toBe(
        'AccessDeniedException: Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
      );
    }
    expect(await failure('PutSubscriptionFilter', { ...subscription, logGroupName: 'no' })).toBe(missing);
    expect(
      await failure('PutSubscriptionFilter', {
        ...subscription,
        destinationArn: 'arn:aws:kinesis:us-east-1:123456789012:stream/unknown-stream',
      }),
    ).toBe('InvalidParameterException: destinationArn for vendor kinesis cannot be used without roleArn');
    expect(await failure('DeleteSubscriptionFilter', { logGroupName: 'no', filterName: 'f' })).toBe(missing);
    expect(await failure('DeleteSubscriptionFilter', { logGroupName: 'g', filterName: 'f' })).toBe(
      'ResourceNotFoundException: The specified subscription filter does not exist.',
    );
    expect(await failure('DescribeSubscriptionFilters', { logGroupName: 'no' })).toBe(missing);
  });
});

describe('resource policies', () => {
  it('are stored, up to ten in a region', async () => {
    const { run, failure } = logsFixture();
    const policyDocument = '{"Version":"2012-10-17","Statement":[]}';
    const shown = (policyName: string) => ({
      policyName,
      policyDocument,
      lastUpdatedTime: start,
      policyScope: 'ACCOUNT',
    });
    expect(await run('PutResourcePolicy', { policyName: 'p0', policyDocument })).toEqual({
      resourcePolicy: shown('p0'),
    });
    for (let index = 1; index < 10; index++)
      await run('PutResourcePolicy', { policyName: `p${index}`, policyDocument });
    expect(await failure('PutResourcePolicy', { policyName: 'p10', policyDocument })).toBe(
      'LimitExceededException: Resource limit exceeded.',
    );
    await run('PutResourcePolicy', { policyName: 'p0', policyDocument }, { ...call, region: 'eu-west-2' });
    const { resourcePolicies, nextToken } = await run('DescribeResourcePolicies', { limit: 2 });
    expect(resourcePolicies).toEqual([shown('p0'), shown('p1')]);
    expect((await run('DescribeResourcePolicies', { nextToken })).resourcePolicies).toHaveLength(8);
    await run('DeleteResourcePolicy', { policyName: 'p0' });
    expect(await failure('DeleteResourcePolicy', { policyName: 'p0' })).toBe(
      'ResourceNotFoundException: Policy with name [p0] does not exist.',
    );
  });
});
