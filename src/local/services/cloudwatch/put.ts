// PutMetricData: the user's own metrics.

import type * as sdk from '@aws-sdk/client-cloudwatch';
import {
  InvalidParameterCombinationException,
  InvalidParameterValueException,
} from '@aws-sdk/client-cloudwatch';
import type { Handlers } from '../../service.ts';
import { invalid } from './errors.ts';
import { dimensionsOf } from './metric.ts';
import type { Metrics } from './state.ts';
import { addTo, type Point, pointOf } from './statistics.ts';

export const put: Handlers<typeof sdk, Metrics> = {
  PutMetricData({ Namespace = '', MetricData = [] }, { state, call }) {
    if (Namespace.startsWith('AWS/')) {
      throw value(`The value AWS/ for parameter Namespace is invalid.`);
    }
    if (Namespace === '' || Namespace.length > 255 || Namespace.startsWith(':')) {
      throw value(`The value ${Namespace} for parameter Namespace is invalid.`);
    }
    if (MetricData.length > 1000)
      throw invalid('The collection MetricData must not have a size greater than 1000.');
    for (const [index, datum] of MetricData.entries()) {
      const at = datum.Timestamp?.getTime() ?? Date.now();
      const { MetricName = '', Unit = 'None' } = datum;
      const point = pointIn(datum, `MetricData.member.${index + 1}`);
      const series = {
        namespace: Namespace,
        name: MetricName,
        dimensions: dimensionsOf(datum.Dimensions),
        unit: Unit,
      };
      state.put(call, series, at, point);
    }
    return {};
  },
};

function pointIn({ Value, Values, Counts, StatisticValues }: sdk.MetricDatum, place: string): Point {
  const given = [Value, Values, StatisticValues].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw new InvalidParameterCombinationException({
      message: `The parameters ${place}.Value and ${place}.Values are mutually exclusive and you have specified both.`,
      $metadata: {},
    });
  }
  if (Value !== undefined) return pointOf(finite(Value, `${place}.Value`));
  if (StatisticValues) {
    const { Sum = 0, SampleCount = 0, Minimum = 0, Maximum = 0 } = StatisticValues;
    const mean = SampleCount > 0 ? Sum / SampleCount : 0;
    return { ...pointOf(mean, SampleCount), sum: Sum, min: Minimum, max: Maximum };
  }
  const [first, ...rest] = (Values ?? []).map((one, index) =>
    pointOf(finite(one, `${place}.Values.member.${index + 1}`), Counts?.[index] ?? 1),
  );
  if (!first)
    throw invalid(`At least one of the parameters must be specified: ${place}.Value, ${place}.Values`);
  for (const other of rest) addTo(first, other);
  return first;
}

function finite(number: number, place: string): number {
  if (Number.isFinite(number)) return number;
  throw value(`The value ${number} for parameter ${place} is invalid.`);
}

function value(message: string) {
  return new InvalidParameterValueException({ message, $metadata: {} });
}
