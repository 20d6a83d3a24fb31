// GetMetricData and GetMetricStatistics: statistics of metrics over time.

import type * as sdk from '@aws-sdk/client-cloudwatch';
import {
  InvalidParameterCombinationException,
  type MetricDataQuery,
  MissingRequiredParameterException,
} from '@aws-sdk/client-cloudwatch';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { invalid, notHere } from './errors.ts';
import { dimensionsOf } from './metric.ts';
import type { Metrics, Series } from './state.ts';
import { addTo, type Point, statisticOf } from './statistics.ts';

const mostQueries = 500;
const mostPoints = 1440;

export const data: Handlers<typeof sdk, Metrics> = {
  GetMetricData({ MetricDataQueries = [], StartTime, EndTime, ScanBy }, { state, call }) {
    const span = spanOf(StartTime, EndTime);
    if (MetricDataQueries.length > mostQueries) {
      throw invalid(`The collection MetricDataQueries must not have a size greater than ${mostQueries}.`);
    }
    checkIds(MetricDataQueries);
    const shown = MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false);
    return {
      MetricDataResults: shown.map((query, index) =>
        resultOf(state, call, query, index + 1, { ...span, ScanBy }),
      ),
      Messages: [],
    };
  },

  GetMetricStatistics(input, { state, call }) {
    const { Namespace = '', MetricName = '', Dimensions, StartTime, EndTime, Period = 0 } = input;
    const { Statistics = [], ExtendedStatistics = [] } = input;
    const span = spanOf(StartTime, EndTime);
    checkPeriod(Period, 'Period');
    if (Statistics.length + ExtendedStatistics.length === 0) {
      throw new MissingRequiredParameterException({
        message: 'Must specify either Statistics or ExtendedStatistics',
        $metadata: {},
      });
    }
    const requested = Math.ceil((span.to - span.from) / (Period * 1000));
    if (requested > mostPoints) {
      throw new InvalidParameterCombinationException({
        message: `You have requested up to ${requested} datapoints, which exceeds the limit of ${mostPoints}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
        $metadata: {},
      });
    }
    const series = { namespace: Namespace, name: MetricName, dimensions: dimensionsOf(Dimensions) };
    const Unit = state.unitOf(call, series) as sdk.StandardUnit | undefined;
    const other = input.Unit !== undefined && input.Unit !== Unit;
    const points = other ? [] : grouped(state, call, series, span, Period);
    return {
      Label: MetricName,
      Datapoints: points.map(([at, point]) => ({
        Timestamp: new Date(at),
        ...Object.fromEntries(Statistics.map((name) => [name, known(name)(point)])),
        ...(ExtendedStatistics.length > 0
          ? {
              ExtendedStatistics: Object.fromEntries(
                ExtendedStatistics.map((name) => [name, known(name)(point)]),
              ),
            }
          : {}),
        Unit,
      })),
    };
  },
};

interface Span {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

function spanOf(start: Date | undefined, end: Date | undefined): Span {
  const [from, to] = [start?.getTime() ?? 0, end?.getTime() ?? 0];
  if (from < to) return { from, to };
  throw invalid('The parameter StartTime must be less than the parameter EndTime.');
}

function checkIds(queries: readonly MetricDataQuery[]): void {
  const seen = new Set<string>();
  for (const [index, { Id = '' }] of queries.entries()) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(Id)) {
      throw invalid(
        `The value ${Id} for parameter MetricDataQueries.member.${index + 1}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      );
    }
    if (seen.has(Id)) throw invalid(`The values for parameter id in MetricDataQueries are not unique.`);
    seen.add(Id);
  }
}

function checkPeriod(period: number, place: string): void {
  if ([1, 5, 10, 30].includes(period) || (period > 0 && period % 60 === 0)) return;
  throw invalid(`The parameter ${place} must be 1, 5, 10, 30, or a multiple of 60.`);
}

function known(name: string): (point: Point) => number {
  const statistic = statisticOf(name);
  if (statistic) return statistic;
  throw notHere(`The statistic ${name}`);
}

function resultOf(
  state: Metrics,
  call: Call,
  query: MetricDataQuery,
  number: number,
  { ScanBy, ...span }: Span & { ScanBy?: string },
) {
  const { Id, Label, MetricStat, Expression } = query;
  const place = `MetricDataQueries.member.${number}`;
  if (Expression !== undefined) throw notHere('Metric math');
  if (!MetricStat) throw invalid(`The parameter ${place}.MetricStat is required.`);
  const { Metric, Period = 0, Stat = '', Unit } = MetricStat;
  checkPeriod(Period, `${place}.MetricStat.Period`);
  const statistic = known(Stat);
  const series = {
    namespace: Metric?.Namespace ?? '',
    name: Metric?.MetricName ?? '',
    dimensions: dimensionsOf(Metric?.Dimensions),
  };
  const other = Unit !== undefined && Unit !== state.unitOf(call, series);
  const points = other ? [] : grouped(state, call, series, span, Period);
  if (ScanBy !== 'TimestampAscending') points.reverse();
  return {
    Id,
    Label: Label ?? series.name,
    Timestamps: points.map(([at]) => new Date(at)),
    Values: points.map(([, point]) => statistic(point)),
    StatusCode: 'Complete' as const,
  };
}

/** The points of each period that has any, the oldest period first. Values within one minute are not distinguished. */
function grouped(
  state: Metrics,
  call: Call,
  series: Omit<Series, 'unit'>,
  { from, to }: Span,
  period: number,
): [at: number, point: Point][] {
  const length = Math.max(period, 60) * 1000;
  const start = Math.floor(from / length) * length;
  const groups = new Map<number, Point>();
  for (const [at, point] of state.between(call, series, start, to)) {
    const group = Math.floor(at / length) * length;
    const found = groups.get(group);
    if (found) addTo(found, point);
    else groups.set(group, { ...point, values: { ...point.values } });
  }
  return [...groups];
}
