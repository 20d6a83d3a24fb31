// Metrics as requests name them.
import type { Dimension } from '@aws-sdk/client-cloudwatch';
import type { Dimensions } from '../../faces.ts';
import type { Series } from './state.ts';

export function dimensionsOf(given: readonly Dimension[] = []): Dimensions {
  return Object.fromEntries(given.map(({ Name = '', Value = '' }) => [Name, Value]));
}

export function metricOf({ namespace, name, dimensions }: Series) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: namespace, MetricName: name, Dimensions };
}
