import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digits, eventId, numberOf, placeOf } from '../../../../src/local/services/logs/events/event-id.ts';
import { call, day, logsFixture, start } from './fixture.ts';

type Fixture = ReturnType<typeof logsFixture>;

async function withStream(fixture: Fixture, messages: Record<string, number> = {}): Promise<void> {
  await fixture.run('CreateLogGroup', { logGroupName: 'g' });
  await fixture.run('CreateLogStream', { logGroupName: 'g', logStreamName: 's' });
  for (const [message, at] of Object.entries(messages))
    fixture.sink.append(call, 'g', 's', [{ timestamp: start + at, message }]);
}

const texts = (events: { message?: string | undefined }[] | undefined): string =>
  (events ?? []).map(({ message }) => message).join(' ');

describe('event ids', () => {
  it('have 56 digits, sort like events and encode their place', () => {
    const place = fc.record({
      timestamp: fc.integer({ min: start - 1000, max: start + 1000 }),
      sequence: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      streamId: fc.stringMatching(/^[0-9a-f]{12}$/),
    });
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(eventId(a)).toMatch(/^\d{56}$/);
        expect(placeOf(numberOf(a))).toEqual(a);
        expect(digits(numberOf(a))).toBe(eventId(a));
        if (a.timestamp !== b.timestamp) expect(eventId(a) < eventId(b)).toBe(a.timestamp < b.timestamp);
        else if (a.sequence !== b.sequence) expect(eventId(a) < eventId(b)).toBe(a.sequence < b.sequence);
      }),
    );
  });
});

describe('events of the same millisecond', () => {
  const message = (index: number) => `${index} ${'x'.repeat(index % 90)}`;

  it('are read page by page in order, in both directions, from the end of any page', async () => {
    const fixture = logsFixture();
    await withStream(fixture);
    const all = Array.from({ length: 300 }, (_, index) => message(index));
    const at = (index: number) => start + Math.floor(index / 130);
    const events = all.map((text, index) => ({ timestamp: at(index), message: text }));
    for (const [from, to] of [
      [0, 1],
      [1, 140],
      [140, 300],
    ] as const)
      fixture.sink.append(call, 'g', 's', events.slice(from, to));
    const stream = { logGroupName: 'g', logStreamName: 's', limit: 7 };
    for (const startFromHead of [true, false]) {
      const found: string[] = [];
      for (let nextToken: string | undefined; ; ) {
        const page = await fixture.run('GetLogEvents', { ...stream, startFromHead, nextToken });
        const texts = (page.events ?? []).map((event) => event.message ?? '');
        if (texts.length === 0) break;
        if (startFromHead) found.push(...texts);
        else found.unshift(...texts);
        nextToken = startFromHead ? page.nextForwardToken : page.nextBackwardToken;
      }
      expect(found).toEqual(all);
    }
    const stored = async () => (await fixture.run('DescribeLogGroups', {})).logGroups?.[0]?.storedBytes;
    const bytes = all.reduce((sum, text) => sum + text.length + 26, 0);
    expect(await stored()).toBe(bytes);
    await fixture.run('DeleteLogStream', { logGroupName: 'g', logStreamName: 's' });
    expect(await stored()).toBe(0);
  });
});

describe('PutLogEvents', () => {
  const put = (...events: [number, string][]) => ({
    logGroupName: 'g',
    logStreamName: 's',
    logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
  });

  it('answers a sequence token and the rejected events', async () => {
    const fixture = logsFixture();
    await withStream(fixture);
    const { run, clock } = fixture;
    expect(await run('PutLogEvents', put([clock.now, 'a']))).toEqual({
      nextSequenceToken: expect.stringMatching(/^\d{56}$/),
    });
    const old = await run('PutLogEvents', put([start - 14 * day - 1, 'x'], [start - 14 * day, 'y']));
    expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
    const ahead = await run('PutLogEvents', put([start, 'b'], [start + 7_200_001, 'z']));
    expect(ahead.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    await run('PutRetentionPolicy', { logGroupName: 'g', retentionInDays: 3 });
    const late = await run('PutLogEvents', put([start - 3 * day - 5, 'e'], [start - 3 * day, 'c']));
    expect(late.rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    expect(texts((await run('FilterLogEvents', { logGroupName: 'g' })).events)).toBe('c a b');
  });

  it('refuses a batch that breaks the rules', async () => {
    const fixture = logsFixture();
    const { failure } = fixture;
    expect(await failure('PutLogEvents', put([start, 'a']))).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
    await withStream(fixture);
    expect(await failure('PutLogEvents', { ...put([start, 'a']), logStreamName: 'no' })).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
    expect(await failure('PutLogEvents', put([start, 'a'], [start - 1, 'b']))).toBe(
      'InvalidParameterException: Log events in a single PutLogEvents request must be in chronological order.',
    );
    expect(await failure('PutLogEvents', put([start - day - 1, 'a'], [start, 'b']))).toMatch(
      /cannot span more than 24 hours\.$/,
    );
    expect(await failure('PutLogEvents', put([start, 'x'.repeat(1_048_576)]))).toBe(
      'InvalidParameterException: Upload too large: 1048602 bytes exceeds limit of 1048576',
    );
    expect(await failure('PutLogEvents', put())).toMatch(/at 'logEvents' failed/);
    expect(await failure('PutLogEvents', put([start, '']))).toMatch(/at 'logEvents.1.member.message' failed/);
  });
});

describe('GetLogEvents', () => {
  it('gives the latest events, or the earliest when asked', async () => {
    const fixture = logsFixture();
    await withStream(fixture, { a: 1, c: 3, b: 2, d: 4 });
    const stream = { logGroupName: 'g', logStreamName: 's' };
    const { run, clock, failure } = fixture;
    expect((await run('GetLogEvents', stream)).events).toEqual(
      ['a', 'b', 'c', 'd'].map((message, index) => ({
        timestamp: start + index + 1,
        message,
        ingestionTime: clock.now,
      })),
    );
    expect(texts((await run('GetLogEvents', { ...stream, limit: 2 })).events)).toBe('c d');
    expect(texts((await run('GetLogEvents', { ...stream, limit: 2, startFromHead: true })).events)).toBe(
      'a b',
    );
    const between = { startTime: start + 2, endTime: start + 4 };
    expect(texts((await run('GetLogEvents', { ...stream, ...between })).events)).toBe('b c');
    expect(await failure('GetLogEvents', { ...stream, nextToken: 'x' })).toBe(
      'InvalidParameterException: The specified nextToken is invalid.',
    );
    expect(await failure('GetLogEvents', { ...stream, logGroupName: 'no' })).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
    expect(await failure('GetLogEvents', { ...stream, logStreamName: 'no' })).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
    expect(await failure('GetLogEvents', { ...stream, limit: 10_001 })).toMatch(
      /Member must have value less than or equal to 10000$/,
    );
  });

  it('pages forward and backward, and gives the same token at the end', async () => {
    const fixture = logsFixture();
    await withStream(fixture, { a: 1, b: 2, c: 3, d: 3, e: 4 });
    const page = (nextToken?: string) =>
      fixture.run('GetLogEvents', {
        logGroupName: 'g',
        logStreamName: 's',
        limit: 2,
        startFromHead: true,
        nextToken,
      });
    const first = await page();
    const second = await page(first.nextForwardToken);
    const third = await page(second.nextForwardToken);
    const end = await page(third.nextForwardToken);
    expect([first, second, third, end].map(({ events }) => texts(events))).toEqual(['a b', 'c d', 'e', '']);
    expect(end.nextForwardToken).toBe(third.nextForwardToken);
    expect(first.nextForwardToken).toMatch(/^f\/\d{56}\/s$/);
    expect(texts((await page(third.nextBackwardToken)).events)).toBe('c d');
    expect(texts((await page(end.nextBackwardToken)).events)).toBe('d e');
    const before = await page(first.nextBackwardToken);
    expect(before).toEqual({
      events: [],
      nextBackwardToken: first.nextBackwardToken,
      nextForwardToken: expect.any(String),
    });
    expect(texts((await page(before.nextForwardToken)).events)).toBe('a b');

    fixture.sink.append(call, 'g', 's', [{ timestamp: start + 5, message: 'f' }]);
    expect(texts((await page(end.nextForwardToken)).events)).toBe('f');
  });

  it('answers tokens for an empty stream that find later events', async () => {
    const fixture = logsFixture();
    await withStream(fixture);
    const stream = { logGroupName: 'g', logStreamName: 's', startFromHead: true };
    const empty = await fixture.run('GetLogEvents', stream);
    fixture.sink.append(call, 'g', 's', [{ timestamp: start, message: 'a' }]);
    const later = await fixture.run('GetLogEvents', { ...stream, nextToken: empty.nextForwardToken });
    expect(texts(later.events)).toBe('a');
  });
});

describe('FilterLogEvents', () => {
  async function pages(
    { run }: Fixture,
    input: Partial<Parameters<Fixture['run']>[1]> & Record<string, unknown>,
  ): Promise<string[]> {
    const found: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await run('FilterLogEvents', { logGroupName: 'g', ...input, nextToken });
      found.push(...(page.events ?? []).map(({ message }) => message ?? ''));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  it('merges the streams of a group in order of time', async () => {
    const fixture = logsFixture();
    const { sink, run, clock, failure } = fixture;
    sink.append(call, 'g', 'x/1', [{ timestamp: start + 1, message: 'a ERROR' }]);
    sink.append(call, 'g', 'y/1', [{ timestamp: start + 2, message: 'b' }]);
    sink.append(call, 'g', 'x/2', [{ timestamp: start + 1, message: 'c ERROR' }]);
    sink.append(call, 'g', 'x/1', [{ timestamp: start + 3, message: 'd' }]);
    expect(await run('FilterLogEvents', { logGroupName: 'g', filterPattern: 'ERROR', limit: 1 })).toEqual({
      events: [
        {
          logStreamName: 'x/1',
          timestamp: start + 1,
          message: 'a ERROR',
          ingestionTime: clock.now,
          eventId: expect.stringMatching(/^\d{56}$/),
        },
      ],
      searchedLogStreams: [],
      nextToken: expect.any(String),
    });
    expect(await pages(fixture, {})).toEqual(['a ERROR', 'c ERROR', 'b', 'd']);
    expect(await pages(fixture, { limit: 1, interleaved: true })).toEqual(['a ERROR', 'c ERROR', 'b', 'd']);
    expect(await pages(fixture, { limit: 3, startFromHead: false, startTime: start })).toEqual([
      'd',
      'b',
      'c ERROR',
      'a ERROR',
    ]);
    expect(await pages(fixture, { startTime: start + 2, endTime: start + 3 })).toEqual(['b', 'd']);
    expect(await pages(fixture, { logStreamNames: ['x/2', 'y/1'] })).toEqual(['c ERROR', 'b']);
    expect(await pages(fixture, { logStreamNamePrefix: 'x/' })).toEqual(['a ERROR', 'c ERROR', 'd']);
    const arn = 'arn:aws:logs:eu-west-1:123456789012:log-group:g';
    expect(texts((await run('FilterLogEvents', { logGroupIdentifier: arn })).events)).toBe(
      'a ERROR c ERROR b d',
    );
    for (const operation of ['FilterLogEvents', 'GetLogEvents', 'DescribeLogStreams'] as const)
      expect(await failure(operation, { logGroupIdentifier: `${arn}:*`, logStreamName: 'x/1' })).toBe(
        `InvalidParameterException: 1 validation error detected: Value '${arn}:*' at 'logGroupIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w#+=/:,.@-]*`,
      );

    const failed = (input: object) => failure('FilterLogEvents', { logGroupName: 'g', ...input });
    expect(await failed({ logGroupName: 'no' })).toBe(
      'ResourceNotFoundException: The specified log group does not exist.',
    );
    expect(await failed({ logStreamNames: ['no'] })).toBe(
      'ResourceNotFoundException: The specified log stream does not exist.',
    );
    expect(await failed({ nextToken: 'no' })).toBe(
      'InvalidParameterException: The specified nextToken is invalid.',
    );
    expect(await failed({ filterPattern: '{ $.a = }' })).toBe(
      'InvalidParameterException: Invalid filter pattern',
    );
    expect(await failed({ logStreamNames: ['x/1'], logStreamNamePrefix: 'x' })).toMatch(
      /^InvalidParameterException/,
    );
    expect(await failed({ startFromHead: false })).toMatch(/^InvalidParameterException/);
  });

  it('answers each event once, whatever the streams, the order of arrival and the size of the pages', async () => {
    const written = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 20 })), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        written,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (events, limit, newest) => {
          const fixture = logsFixture();
          await withStream(fixture);
          const expected = events.map(([stream, at], index) => {
            const message = `${at} ${index}`;
            fixture.sink.append(call, 'g', `s${stream}`, [{ timestamp: start + at, message }]);
            return { at, index, message };
          });
          expected.sort((a, b) => a.at - b.at || a.index - b.index);
          if (newest) expected.reverse();
          const found = await pages(fixture, { limit, startFromHead: !newest, startTime: start });
          expect(found).toEqual(expected.map(({ message }) => message));
          expect(fixture.counts.open).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads no more of 100,000 events than a page needs', async () => {
    const fixture = logsFixture();
    const { sink, run, counts } = fixture;
    for (let stream = 0; stream < 10; stream++) {
      const events = Array.from({ length: 10_000 }, (_, index) => ({
        timestamp: start + index,
        message: `${stream} ${index}${index === 9_999 ? ' LAST' : ''}`,
      }));
      sink.append(call, 'g', `s${stream}`, events);
    }
    const reads = async (input: object): Promise<number> => {
      const before = counts.reads;
      await run('FilterLogEvents', { logGroupName: 'g', ...input });
      return counts.reads - before;
    };
    expect(await reads({ limit: 5 })).toBeLessThan(50);
    expect(await reads({ limit: 5, startTime: start + 9_000 })).toBeLessThan(50);
    expect(await reads({ limit: 5, startTime: start, startFromHead: false })).toBeLessThan(50);
    const { nextToken } = await run('FilterLogEvents', { logGroupName: 'g', limit: 10_000 });
    expect(await reads({ limit: 5, nextToken })).toBeLessThan(60);
    const before = counts.reads;
    await run('GetLogEvents', { logGroupName: 'g', logStreamName: 's3', limit: 5 });
    expect(counts.reads - before).toBeLessThan(10);

    const { events, ...rest } = await run('FilterLogEvents', { logGroupName: 'g', filterPattern: 'LAST' });
    expect(events).toHaveLength(10);
    expect(rest.nextToken).toBeUndefined();
    expect(counts.open).toBe(0);
  });

  it('stops when the client has disconnected', async () => {
    const { sink, run } = logsFixture();
    const many = Array.from({ length: 6000 }, (_, index) => ({ timestamp: start + index, message: 'x' }));
    sink.append(call, 'g', 's', many);
    const gone = { ...call, signal: AbortSignal.abort() };
    await expect(run('FilterLogEvents', { logGroupName: 'g', filterPattern: 'y' }, gone)).rejects.toThrow();
  });

  it('ends a page at a megabyte', async () => {
    const fixture = logsFixture();
    for (let index = 0; index < 5; index++)
      fixture.sink.append(call, 'g', 's', [{ timestamp: start + index, message: 'x'.repeat(400_000) }]);
    const page = await fixture.run('FilterLogEvents', { logGroupName: 'g' });
    expect(page.events).toHaveLength(3);
    expect(await pages(fixture, {})).toHaveLength(5);
    const got = await fixture.run('GetLogEvents', { logGroupName: 'g', logStreamName: 's' });
    expect(got.events).toHaveLength(2);
  });
});

it('fractions are refused in limits and search times, and cut off in event times', async () => {
  const { run, failure } = logsFixture();
  await run('CreateLogGroup', { logGroupName: 'g' });
  await run('CreateLogStream', { logGroupName: 'g', logStreamName: 's' });
  await run('PutLogEvents', {
    logGroupName: 'g',
    logStreamName: 's',
    logEvents: [{ timestamp: start + 0.7, message: 'a' }],
  });
  expect((await run('FilterLogEvents', { logGroupName: 'g' })).events?.[0]?.timestamp).toBe(start);
  for (const input of [{ limit: 1.5 }, { startTime: 0.5 }, { endTime: 0.5 }])
    expect(await failure('FilterLogEvents', { logGroupName: 'g', ...input })).toMatch(
      /^SerializationException/,
    );
});

describe('the log sink', () => {
  it('creates group and stream, and needs three puts for a line', () => {
    const { sink, counts } = logsFixture();
    sink.append(call, 'new', 's', [{ timestamp: start, message: 'a\n' }]);
    expect(counts.puts).toBe(5);
    const before = { ...counts };
    sink.append(call, 'new', 's', [{ timestamp: start + 1, message: 'b\n' }]);
    expect(counts).toEqual({ ...before, puts: before.puts + 3 });
  });

  it('accepts times that are not whole numbers', async () => {
    const { sink, run } = logsFixture();
    sink.append(call, 'g', 's', [{ timestamp: start + 0.7, message: 'a' }]);
    const { events } = await run('FilterLogEvents', { logGroupName: 'g' });
    expect(events?.[0]?.timestamp).toBe(start);
  });
});
