// The local CloudWatch: user metrics, queries, and the protocols of its clients.
import type * as sdk from '@aws-sdk/client-cloudwatch';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCloudWatchService } from '../../../src/local/services/cloudwatch/service.ts';
import { Metrics } from '../../../src/local/services/cloudwatch/state.ts';
import {
  addTo,
  type Point,
  pointOf,
  statisticOf,
} from '../../../src/local/services/cloudwatch/statistics.ts';
import { callerOf, someone } from '../call.ts';
import { alone } from '../composed.ts';
import { memoryStore } from '../memory-store.ts';
import { refusal } from './lambda/control.ts';

/** A recent full hour, because old points are not kept. */
const noon = Math.floor(Date.now() / 3_600_000 - 2) * 3_600_000;
const at = (minutes: number) => new Date(noon + minutes * 60_000);
const Namespace = 'Shop';
const Dimensions = [{ Name: 'Page', Value: 'cart' }];

function cloudwatch() {
  return callerOf(alone(createCloudWatchService));
}

async function withValues(values: [minutes: number, value: number][]) {
  const call = cloudwatch();
  const MetricData = values.map(([minutes, Value]) => ({
    MetricName: 'Orders',
    Dimensions,
    Value,
    Timestamp: at(minutes),
    Unit: 'Count' as const,
  }));
  await call('PutMetricData', { Namespace, MetricData });
  const ask = async (Stat: string, Period = 60, ScanBy?: sdk.ScanBy) => {
    const Metric = { Namespace, MetricName: 'Orders', Dimensions };
    const { MetricDataResults } = await call('GetMetricData', {
      MetricDataQueries: [{ Id: 'a', MetricStat: { Metric, Period, Stat } }],
      StartTime: at(0),
      EndTime: at(10),
      ScanBy,
    });
    return MetricDataResults?.[0];
  };
  return { call, ask };
}

describe('GetMetricData', () => {
  it('answers a value for each period that has any, the newest first', async () => {
    const { ask } = await withValues([
      [0, 1],
      [0.5, 2],
      [3, 5],
      [10, 9],
    ]);
    expect(await ask('Sum')).toEqual({
      Id: 'a',
      Label: 'Orders',
      Timestamps: [at(3), at(0)],
      Values: [5, 3],
      StatusCode: 'Complete',
    });
    expect(await ask('Average', 60, 'TimestampAscending')).toMatchObject({ Values: [1.5, 5] });
    expect(await ask('Sum', 300)).toMatchObject({ Timestamps: [at(0)], Values: [8] });
    expect(await ask('SampleCount', 300)).toMatchObject({ Values: [3] });
    expect(await ask('Minimum', 300)).toMatchObject({ Values: [1] });
    expect(await ask('Maximum', 300)).toMatchObject({ Values: [5] });
  });

  it('refuses invalid requests', async () => {
    const { call, ask } = await withValues([[0, 1]]);
    expect(await refusal(ask('p101'))).toContain('not supported locally');
    expect(await refusal(ask('Sum', 61))).toContain('multiple of 60');
    const query = (Id: string) => ({
      Id,
      MetricStat: { Metric: { Namespace, MetricName: 'Orders' }, Period: 60, Stat: 'Sum' },
    });
    const get = (ids: string[], EndTime = at(1)) =>
      refusal(call('GetMetricData', { MetricDataQueries: ids.map(query), StartTime: at(0), EndTime }));
    expect(await get(['A'])).toContain('is not matching the expected pattern');
    expect(await get(['a', 'a'])).toContain('not unique');
    expect(await get(['a'], at(0))).toContain('StartTime must be less than the parameter EndTime');
  });
});

describe('GetMetricStatistics', () => {
  it('answers the requested statistics, with the unit', async () => {
    const { call } = await withValues([
      [0, 1],
      [0, 3],
      [1, 8],
    ]);
    const { Datapoints, Label } = await call('GetMetricStatistics', {
      Namespace,
      MetricName: 'Orders',
      Dimensions,
      StartTime: at(0),
      EndTime: at(5),
      Period: 300,
      Statistics: ['Sum', 'Average'],
      ExtendedStatistics: ['p50'],
    });
    expect(Label).toBe('Orders');
    expect(Datapoints).toEqual([
      { Timestamp: at(0), Sum: 12, Average: 4, ExtendedStatistics: { p50: 3 }, Unit: 'Count' },
    ]);
  });

  it('does not answer more than 1440 points', async () => {
    const { call } = await withValues([]);
    const input = { Namespace, MetricName: 'Orders', StartTime: at(0), EndTime: at(1441), Period: 60 };
    expect(await refusal(call('GetMetricStatistics', { ...input, Statistics: ['Sum'] }))).toContain(
      '1441 datapoints',
    );
    expect(await refusal(call('GetMetricStatistics', { ...input, EndTime: at(1) }))).toContain(
      'Must specify either Statistics or ExtendedStatistics',
    );
  });
});

describe('PutMetricData', () => {
  it('takes values with counts, and sets of statistics', async () => {
    const { call, ask } = await withValues([]);
    const MetricData = [
      { MetricName: 'Orders', Dimensions, Timestamp: at(0), Values: [1, 2], Counts: [3, 1] },
      {
        MetricName: 'Orders',
        Dimensions,
        Timestamp: at(0),
        StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 4, Maximum: 6 },
      },
    ];
    await call('PutMetricData', { Namespace, MetricData });
    expect(await ask('Sum')).toMatchObject({ Values: [15] });
    expect(await ask('SampleCount')).toMatchObject({ Values: [6] });
    expect(await ask('Maximum')).toMatchObject({ Values: [6] });
  });

  it('refuses the namespaces of AWS, and contradictions', async () => {
    const call = cloudwatch();
    const datum = { MetricName: 'x', Value: 1 };
    const put = (Namespace: string, more: object = {}) =>
      refusal(call('PutMetricData', { Namespace, MetricData: [{ ...datum, ...more }] }));
    expect(await put('AWS/Lambda')).toMatch(/^InvalidParameterValueException: .*AWS\/Lambda|AWS\//);
    expect(await put('Shop', { Values: [1] })).toContain('mutually exclusive');
    expect(await put('Shop', { Value: Number.NaN })).toContain('is invalid');
    expect(await put('Shop', { Value: undefined })).toContain('At least one of the parameters');
  });
});

describe('ListMetrics', () => {
  it('finds by namespace, name and dimensions, of one account and region', async () => {
    const service = alone(createCloudWatchService);
    const call = callerOf(service);
    const elsewhere = callerOf(service, someone({ region: 'us-east-1' }));
    for (const MetricName of ['Orders', 'Visits']) {
      await call('PutMetricData', { Namespace, MetricData: [{ MetricName, Dimensions, Value: 1 }] });
    }
    await elsewhere('PutMetricData', { Namespace, MetricData: [{ MetricName: 'Other', Value: 1 }] });
    const names = async (input: sdk.ListMetricsCommandInput) =>
      (await call('ListMetrics', input)).Metrics?.map(({ MetricName }) => MetricName).sort();
    expect(await names({})).toEqual(['Orders', 'Visits']);
    expect(await names({ MetricName: 'Visits' })).toEqual(['Visits']);
    expect(await names({ Dimensions: [{ Name: 'Page' }] })).toEqual(['Orders', 'Visits']);
    expect(await names({ Dimensions: [{ Name: 'Page', Value: 'home' }] })).toEqual([]);
    expect(await names({ Namespace: 'AWS/Lambda' })).toEqual([]);
    expect(await names({ RecentlyActive: 'PT3H' })).toEqual(['Orders', 'Visits']);
  });
});

describe('stored metrics', () => {
  it('contain every value, however they are collected and written', () => {
    const values = fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(values, (all) => {
        const point = pointOf(all[0] as number);
        for (const value of all.slice(1)) addTo(point, pointOf(value));
        const ask = (name: string) => (statisticOf(name) as (point: Point) => number)(point);
        const sorted = all.toSorted((a, b) => a - b);
        expect(ask('Sum')).toBe(all.reduce((sum, value) => sum + value, 0));
        expect(ask('SampleCount')).toBe(all.length);
        expect([ask('Minimum'), ask('Maximum'), ask('p100')]).toEqual([
          sorted[0],
          sorted.at(-1),
          sorted.at(-1),
        ]);
        expect(ask('p50')).toBe(sorted[Math.ceil(all.length / 2) - 1]);
      }),
    );
  });

  it('are counted by a meter in the right minute, under each set of dimensions', () => {
    const scope = { account: '123456789012', region: 'eu-central-1' };
    let now = noon;
    const metrics = new Metrics(memoryStore(), () => now);
    const sets: Record<string, string>[] = [{}, { Page: 'cart' }];
    const meter = metrics.meter(scope, Namespace, sets);
    for (const value of [3, 1, 12.375]) meter.add([{ name: 'Orders', value, unit: 'Count' }]);
    now += 60_000;
    meter.add([{ name: 'Orders', value: 7, unit: 'Count' }]);
    for (const dimensions of sets) {
      const series = { namespace: Namespace, name: 'Orders', dimensions };
      const points = [...metrics.between(scope, series, 0, Number.MAX_SAFE_INTEGER)];
      expect(points).toEqual([
        [noon, { sum: 16.375, count: 3, min: 1, max: 12.375, values: { 1: 1, 3: 1, 12.4: 1 } }],
        [now, { sum: 7, count: 1, min: 7, max: 7, values: { 7: 1 } }],
      ]);
    }
  });

  it('are found by a server that starts later, and deleted after fifteen days', () => {
    const store = memoryStore();
    const scope = { account: '123456789012', region: 'eu-central-1' };
    const series = { namespace: Namespace, name: 'Orders', dimensions: { Page: 'cart' }, unit: 'Count' };
    const day = 86_400_000;
    let now = noon;
    const first = new Metrics(store, () => now);
    first.put(scope, series, now, pointOf(1));
    first.flush();
    const points = () => [
      ...new Metrics(store, () => now).between(scope, series, 0, Number.MAX_SAFE_INTEGER),
    ];
    expect(points()).toHaveLength(1);
    now += 16 * day;
    first.put(scope, series, now, pointOf(2));
    first.flush();
    expect(points()).toMatchObject([[now, { sum: 2 }]]);
  });
});
