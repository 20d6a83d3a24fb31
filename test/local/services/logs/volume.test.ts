// The cost of log operations with many events, counted in reads and writes of the store.
import { beforeAll, describe, expect, it } from 'vitest';
import { call, day, logsFixture, start } from './fixture.ts';

const minute = 60_000;
const name = (stream: number) => `2026/01/15/[$LATEST]${String(stream).padStart(32, '0')}`;

/** A day of a function: 2000 streams of 50 events each, one after the other. */
function filled(streams: number) {
  const fixture = logsFixture();
  for (let stream = 0; stream < streams; stream++) {
    const at = start + Math.floor((stream * day) / streams);
    const events = Array.from({ length: 50 }, (_, index) => ({
      timestamp: at + index,
      message: `line ${index}\n`,
    }));
    fixture.sink.append(call, '/aws/lambda/fn', name(stream), events);
  }
  fixture.clock.now = start + day;
  return fixture;
}

const group = { logGroupName: '/aws/lambda/fn' };

describe('a log group with 100,000 events', () => {
  let fixture: ReturnType<typeof logsFixture>;
  let small: ReturnType<typeof logsFixture>;

  beforeAll(() => {
    fixture = filled(2000);
    small = filled(20);
  }, 60_000);

  async function cost(
    of: ReturnType<typeof logsFixture>,
    run: (of: ReturnType<typeof logsFixture>) => unknown,
  ) {
    const { gets, reads, puts } = of.counts;
    await run(of);
    return { gets: of.counts.gets - gets, reads: of.counts.reads - reads, puts: of.counts.puts - puts };
  }

  it('has all of them', () => {
    expect(fixture.size('logs.events')).toBe(100_000);
    expect(small.size('logs.events')).toBe(1000);
  });

  const event = { timestamp: start + day, message: 'new\n' };
  it.each<[string, (of: ReturnType<typeof logsFixture>) => unknown]>([
    ['a line in a new stream', ({ sink }) => sink.append(call, '/aws/lambda/fn', 'new', [event])],
    ['a line in the same stream', ({ sink }) => sink.append(call, '/aws/lambda/fn', 'new', [event])],
    [
      'PutLogEvents',
      ({ run }) => run('PutLogEvents', { ...group, logStreamName: 'new', logEvents: [event] }),
    ],
    ['DescribeLogGroups', ({ run }) => run('DescribeLogGroups', {})],
    [
      'the tail of a stream',
      ({ run }) => run('GetLogEvents', { ...group, logStreamName: name(7), limit: 10 }),
    ],
    [
      'the last five minutes',
      ({ run }) => run('FilterLogEvents', { ...group, startTime: start + day - 5 * minute + 1000 }),
    ],
    ['a page from the beginning', ({ run }) => run('FilterLogEvents', { ...group, limit: 10 })],
    [
      'the newest events first',
      ({ run }) => run('FilterLogEvents', { ...group, startTime: start, startFromHead: false, limit: 10 }),
    ],
    [
      'the newest streams',
      ({ run }) =>
        run('DescribeLogStreams', { ...group, orderBy: 'LastEventTime', descending: true, limit: 5 }),
    ],
  ])('costs no more than with 1000 events: %s', async (_case, run) => {
    const few = await cost(small, run);
    const many = await cost(fixture, run);
    expect(many.puts).toBe(few.puts);
    expect(many.gets).toBeLessThanOrEqual(few.gets + 10);
    // With more streams there are also more in five minutes; each has its few events.
    expect(many.reads).toBeLessThanOrEqual(few.reads + 400);
    expect(many.reads).toBeLessThan(1000);
  });

  it('writes an event, the stream and the size of the group for a line, and reads nothing', async () => {
    const { sink } = fixture;
    sink.append(call, '/aws/lambda/fn', 'warm', [event]);
    expect(await cost(fixture, () => sink.append(call, '/aws/lambda/fn', 'warm', [event]))).toEqual({
      gets: 0,
      reads: 0,
      puts: 3,
    });
  });

  it('finds events by time in both directions, and by a prefix of streams', async () => {
    const { run } = fixture;
    const last = { startTime: start + day - 5 * minute, endTime: start + day - 1 };
    const { events = [] } = await run('FilterLogEvents', { ...group, ...last });
    const streams = new Set(events.map(({ logStreamName }) => logStreamName));
    // 2000 streams a day are almost seven in five minutes.
    expect(streams.size).toBe(6);
    expect(events).toHaveLength(300);
    const reversed = await run('FilterLogEvents', { ...group, ...last, startFromHead: false });
    expect(reversed.events?.map(({ eventId }) => eventId).reverse()).toEqual(
      events.map(({ eventId }) => eventId),
    );
    const one = await run('FilterLogEvents', { ...group, logStreamNamePrefix: name(1234) });
    expect(one.events).toHaveLength(50);
    expect(one.nextToken).toBeUndefined();
    const newest = await run('DescribeLogStreams', {
      ...group,
      orderBy: 'LastEventTime',
      descending: true,
      limit: 4,
    });
    expect(newest.logStreams?.map(({ logStreamName }) => logStreamName)).toEqual([
      'warm',
      'new',
      name(1999),
      name(1998),
    ]);
  });

  it('removes a limited number of expired events at a time, also from streams without new events', async () => {
    const mine = filled(100);
    const { run, clock, counts, size, sink, store } = mine;
    await run('PutRetentionPolicy', { ...group, retentionInDays: 1 });
    clock.now = start + 1.5 * day;
    const before = size('logs.events');
    const reads = counts.reads;
    sink.append(call, '/aws/lambda/fn', 'warm', [{ timestamp: clock.now, message: 'x' }]);
    expect(counts.reads - reads).toBeLessThan(3000);
    expect(size('logs.events')).toBe(before + 1 - 1000);
    const more = () => sink.append(call, '/aws/lambda/fn', 'warm', [{ timestamp: clock.now, message: 'x' }]);
    let held: number;
    do {
      held = size('logs.events');
      more();
    } while (size('logs.events') < held);
    const left = size('logs.events');
    expect(left).toBeLessThan(2600);
    const [described] = (await run('DescribeLogGroups', {})).logGroups ?? [];
    let bytes = 0;
    for (const [, [message]] of store.collection<[string, number]>('logs.events').entries())
      bytes += Buffer.byteLength(message) + 26;
    expect(described?.storedBytes).toBe(bytes);
    await run('DeleteLogGroup', group);
    for (const collection of ['logs.events', 'logs.streams', 'logs.index', 'logs.sizes', 'logs.groups'])
      expect(size(collection)).toBe(0);
  });
});
