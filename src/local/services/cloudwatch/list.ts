// ListMetrics: the metrics that exist.
import type * as sdk from '@aws-sdk/client-cloudwatch';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { invalid } from './errors.ts';
import { metricOf } from './metric.ts';
import type { Metrics } from './state.ts';

const pageSize = 500;
const invalidToken = () => invalid('The value for parameter NextToken is invalid.');
/** The value PT3H of RecentlyActive, in milliseconds. */
const recentlyActive = 3 * 3_600_000;

export const list: Handlers<typeof sdk, Metrics> = {
  ListMetrics({ Namespace, MetricName, Dimensions = [], NextToken, RecentlyActive }, { state, call }) {
    if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') {
      throw invalid(`The parameter RecentlyActive must be one of: [PT3H]`);
    }
    const since = RecentlyActive ? Date.now() - recentlyActive : 0;
    const found = [...state.all(call)].filter(
      ([, series]) =>
        series.last >= since &&
        (Namespace === undefined || series.namespace === Namespace) &&
        (MetricName === undefined || series.name === MetricName) &&
        Dimensions.every(
          ({ Name = '', Value }) =>
            Name in series.dimensions && (Value === undefined || series.dimensions[Name] === Value),
        ),
    );
    const { items, next } = page(found, ([id]) => id, NextToken, pageSize, invalidToken);
    return { Metrics: items.map(([, series]) => metricOf(series)), NextToken: next };
  },
};
