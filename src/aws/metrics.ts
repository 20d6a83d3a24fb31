// Reads CloudWatch metrics. A separate file, so that the CloudWatch client is loaded only when needed.
import { type CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

/** A metric whose values are added up. */
export interface Counted {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
}

/** The most queries that one GetMetricData accepts. */
const atOnce = 500;

/** The sum of each metric between two times, in the order given; 0 where CloudWatch has no data (yet). */
export async function askSums(
  client: CloudWatchClient,
  metrics: readonly Counted[],
  from: Date,
  to: Date,
): Promise<number[]> {
  const sums = metrics.map(() => 0);
  const groups = Array.from({ length: Math.ceil(metrics.length / atOnce) }, (_, index) => index * atOnce);
  const ask = async (first: number) => {
    const MetricDataQueries = metrics
      .slice(first, first + atOnce)
      .map(({ namespace, name, dimensions }, index) => ({
        Id: `m${first + index}`,
        MetricStat: {
          Metric: {
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          },
          Period: 60,
          Stat: 'Sum',
        },
      }));
    let NextToken: string | undefined;
    do {
      const page = await client.send(
        new GetMetricDataCommand({ MetricDataQueries, StartTime: from, EndTime: to, NextToken }),
      );
      for (const { Id = '', Values = [] } of page.MetricDataResults ?? []) {
        const index = Number(Id.slice(1));
        sums[index] = Values.reduce((sum, value) => sum + value, sums[index] ?? 0);
      }
      NextToken = page.NextToken;
    } while (NextToken);
  };
  await Promise.all(groups.map(ask));
  return sums;
}
