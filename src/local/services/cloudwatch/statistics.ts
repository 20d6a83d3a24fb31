// The stored values of a metric for one minute, and the statistics over minutes.

/** The values of one minute. */
export interface Point {
  sum: number;
  count: number;
  min: number;
  max: number;
  /** How often each value occurred, rounded to three digits: the basis of percentiles. */
  values: Record<string, number>;
}

export function pointOf(value: number, times = 1): Point {
  return { sum: value * times, count: times, min: value, max: value, values: { [rounded(value)]: times } };
}

function rounded(value: number): number {
  return Number.isInteger(value) && Math.abs(value) < 1000 ? value : Number(value.toPrecision(3));
}

/** Adds one value. The same as `addTo` with a point of this value, but faster. */
export function count(point: Point, value: number): void {
  point.sum += value;
  point.count += 1;
  point.min = Math.min(point.min, value);
  point.max = Math.max(point.max, value);
  const key = rounded(value);
  point.values[key] = (point.values[key] ?? 0) + 1;
}

export function addTo(point: Point, other: Point): void {
  point.sum += other.sum;
  point.count += other.count;
  point.min = Math.min(point.min, other.min);
  point.max = Math.max(point.max, other.max);
  for (const [value, times] of Object.entries(other.values)) {
    point.values[value] = (point.values[value] ?? 0) + times;
  }
}

const simple: Record<string, (point: Point) => number> = {
  Sum: ({ sum }) => sum,
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/** Undefined when this statistic is not supported. */
export function statisticOf(name: string): ((point: Point) => number) | undefined {
  const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
  if (percentile !== undefined) return (point) => percentileOf(point, Number(percentile));
  return Object.hasOwn(simple, name) ? simple[name] : undefined;
}

function percentileOf({ values, count, min, max }: Point, percent: number): number {
  const sorted = Object.entries(values)
    .map(([value, times]) => [Number(value), times] as const)
    .sort(([a], [b]) => a - b);
  let left = (percent / 100) * count;
  for (const [value, times] of sorted) {
    left -= times;
    if (left <= 0) return Math.min(Math.max(value, min), max);
  }
  return max;
}
