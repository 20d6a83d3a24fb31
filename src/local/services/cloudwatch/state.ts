// The metrics of the local CloudWatch: one point per minute for each, collected in memory before they are written.
import { createHash } from 'node:crypto';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Dimensions, Meter, MetricSink } from '../../faces.ts';
import type { Collection, Store } from '../../store/store.ts';
import { addTo, count, type Point, pointOf } from './statistics.ts';

/** A metric, identified by namespace, name and dimensions. */
export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
  readonly unit: string;
}

/** The values that a meter counted in one minute. */
interface Counter {
  readonly scope: Scope;
  readonly namespace: string;
  readonly dimensions: readonly Dimensions[];
  /** Epoch milliseconds. */
  from: number;
  readonly points: Map<string, { readonly unit: string; readonly point: Point }>;
}

/** AWS keeps points of a minute for 15 days. */
const kept = 15 * 86_400_000;
export const minute = 60_000;
/** Milliseconds until collected points are written. */
const moment = 1000;

export class Metrics implements MetricSink {
  private readonly series: Collection<Series & { last: number }>;
  private readonly points: Collection<Point>;
  /** Points that are not written to the store yet, by key. */
  private readonly gathered = new Map<string, { id: string; series: Series; at: number; point: Point }>();
  /** The counters of meters that are not written yet. */
  private readonly counted = new Set<Counter>();
  private readonly ids = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly now: () => number;

  /** `now` returns epoch milliseconds. */
  constructor(store: Store, now: () => number = Date.now) {
    this.series = store.collection('cloudwatch/series');
    this.points = store.collection('cloudwatch/points');
    this.now = now;
  }

  /** A value is counted once, however many sets of dimensions there are. They are separated when it is written. */
  meter(scope: Scope, namespace: string, dimensions: readonly Dimensions[]): Meter {
    const counter: Counter = { scope, namespace, dimensions, from: 0, points: new Map() };
    return {
      add: (values) => {
        const from = minuteOf(this.now());
        if (counter.from !== from) this.take(counter);
        counter.from = from;
        for (const { name, value, unit } of values) {
          const found = counter.points.get(name);
          if (found) count(found.point, value);
          else counter.points.set(name, { unit, point: pointOf(value) });
        }
        this.counted.add(counter);
        this.timer ??= setTimeout(() => this.flush(), moment).unref();
      },
    };
  }

  private take({ scope, namespace, dimensions, from, points }: Counter): void {
    for (const [name, { unit, point }] of points) {
      for (const set of dimensions) {
        const own = { ...point, values: { ...point.values } };
        this.put(scope, { namespace, name, dimensions: set, unit }, from, own);
      }
    }
    points.clear();
  }

  /** `at`: epoch milliseconds. */
  put(scope: Scope, series: Series, at: number, point: Point): void {
    const id = this.idOf(scope, series);
    const from = minuteOf(at);
    const key = pointKey(id, from);
    const found = this.gathered.get(key);
    if (found) addTo(found.point, point);
    else this.gathered.set(key, { id, series, at: from, point });
    this.timer ??= setTimeout(() => this.flush(), moment).unref();
  }

  /** Writes the collected points. */
  flush(): void {
    for (const counter of this.counted) this.take(counter);
    this.counted.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
    const all = [...this.gathered];
    this.gathered.clear();
    for (const [key, { id, series, at, point }] of all) {
      const before = this.points.get(key);
      if (before) addTo(point, before);
      else this.renew(id, series, at);
      this.points.put(key, point);
    }
  }

  /** Called for a new minute of a metric: marks the metric as active and removes its oldest points. */
  private renew(id: string, series: Series, at: number): void {
    const last = this.series.get(id)?.last ?? 0;
    if (at > last) this.series.put(id, { ...series, last: at });
    const oldest = pointKey(id, this.now() - kept);
    const old = [...this.points.entries(`${id}/`, { limit: 100 })].map(([key]) => key);
    for (const key of old) if (key < oldest) this.points.remove(key);
  }

  /** Points of a metric from one time (inclusive) to another (exclusive), in epoch milliseconds, the oldest first. */
  *between(scope: Scope, series: Omit<Series, 'unit'>, from: number, to: number): Iterable<[number, Point]> {
    this.flush();
    const id = this.idOf(scope, series);
    for (const [key, point] of this.points.entries(`${id}/`, { start: pointKey(id, from) })) {
      const at = Number(key.slice(id.length + 1));
      if (at >= to) return;
      yield [at, point];
    }
  }

  unitOf(scope: Scope, series: Omit<Series, 'unit'>): string | undefined {
    this.flush();
    return this.series.get(this.idOf(scope, series))?.unit;
  }

  /** All metrics, with the time of their last point. */
  *all({ account, region }: Scope): Iterable<[id: string, Series & { last: number }]> {
    this.flush();
    yield* this.series.entries(scopePrefix({ account, region }));
  }

  private idOf({ account, region }: Scope, { namespace, name, dimensions }: Omit<Series, 'unit'>): string {
    const pairs = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
    const text = `${account}/${region}/${JSON.stringify([namespace, name, ...pairs])}`;
    let id = this.ids.get(text);
    if (id === undefined) {
      const hash = createHash('sha256').update(text).digest('hex').slice(0, 32);
      id = `${account}/${region}/${hash}`;
      if (this.ids.size > 10_000) this.ids.clear();
      this.ids.set(text, id);
    }
    return id;
  }
}

function minuteOf(time: number): number {
  return Math.floor(time / minute) * minute;
}

function pointKey(id: string, at: number): string {
  return `${id}/${String(Math.max(0, at)).padStart(14, '0')}`;
}
