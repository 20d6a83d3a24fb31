// Live Tail over HTTP with the SDK, and CloudWatch Logs from a client's view.
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  type LiveTailSessionLogEvent,
  PutLogEventsCommand,
  PutMetricFilterCommand,
  StartLiveTailCommand,
  type StartLiveTailCommandInput,
  type StartLiveTailResponseStream,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type InProcessAws, startInProcess } from '../../in-process.ts';
import { call, logsFixture, start } from './fixture.ts';

let aws: InProcessAws;
let logs: CloudWatchLogsClient;
const arnOf = (group: string) => `arn:aws:logs:eu-central-1:000000000000:log-group:${group}`;
const arn = arnOf('g');

beforeAll(async () => {
  aws = await startInProcess();
  logs = new CloudWatchLogsClient({
    endpoint: aws.endpoint,
    region: 'eu-central-1',
    maxAttempts: 1,
    disableHostPrefix: true,
    credentials: {
      accessKeyId: aws.env.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: aws.env.AWS_SECRET_ACCESS_KEY as string,
    },
  });
  for (const logGroupName of ['g', 'filtered']) {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    for (const logStreamName of ['one', 'two', 'other'])
      await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  }
});

afterAll(() => aws?.stop());
afterEach(() => {
  vi.useRealTimers();
});

const put = (logGroupName: string, logStreamName: string, ...messages: string[]) =>
  logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName,
      logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
    }),
  );

async function session(input: Partial<StartLiveTailCommandInput> = {}) {
  const { responseStream } = await logs.send(
    new StartLiveTailCommand({ logGroupIdentifiers: [arn], ...input }),
  );
  const stream = (responseStream as AsyncIterable<StartLiveTailResponseStream>)[Symbol.asyncIterator]();
  const first = (await stream.next()).value as StartLiveTailResponseStream;
  return {
    start: first.sessionStart,
    /** Reads updates until this many events have arrived. */
    async events(count: number): Promise<LiveTailSessionLogEvent[]> {
      const found: LiveTailSessionLogEvent[] = [];
      while (found.length < count) {
        const { value } = await stream.next();
        const { sessionUpdate } = value as StartLiveTailResponseStream;
        expect(sessionUpdate?.sessionMetadata).toEqual({ sampled: false });
        found.push(...(sessionUpdate?.sessionResults ?? []));
      }
      return found;
    },
    end: () => stream.return?.(undefined),
  };
}

it.concurrent('Live Tail starts with the request, and sends new events', async () => {
  const tail = await session();
  expect(tail.start).toEqual({
    requestId: expect.any(String),
    sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    logGroupIdentifiers: [arn],
    logStreamNames: [],
    logStreamNamePrefixes: [],
    logEventFilterPattern: '',
  });
  await put('g', 'one', 'first', 'second');
  const [first, second] = await tail.events(2);
  expect(first).toEqual({
    logStreamName: 'one',
    logGroupIdentifier: '000000000000:g',
    message: 'first',
    timestamp: expect.any(Number),
    ingestionTime: expect.any(Number),
  });
  expect(second?.message).toBe('second');
  await tail.end();
}, 20_000);

it.concurrent('Live Tail sends matching events of the named streams', async () => {
  const logGroupIdentifiers = [arnOf('filtered')];
  const [matching, named, prefixed] = await Promise.all([
    session({ logGroupIdentifiers, logEventFilterPattern: 'ERROR' }),
    session({ logGroupIdentifiers, logStreamNames: ['two'] }),
    session({ logGroupIdentifiers, logStreamNamePrefixes: ['o'] }),
  ]);
  await put('filtered', 'one', 'fine', 'an ERROR');
  await put('filtered', 'two', 'two');
  await put('filtered', 'other', 'other ERROR');
  const texts = (events: LiveTailSessionLogEvent[]) => events.map(({ message }) => message);
  expect(texts(await matching.events(2))).toEqual(['an ERROR', 'other ERROR']);
  expect(texts(await named.events(1))).toEqual(['two']);
  expect(texts(await prefixed.events(3))).toEqual(['fine', 'an ERROR', 'other ERROR']);
  await Promise.all([matching.end(), named.end(), prefixed.end()]);
}, 20_000);

it('Live Tail refuses invalid requests', async () => {
  const failure = (input: Partial<StartLiveTailCommandInput>) =>
    logs.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn], ...input })).then(
      () => 'no error',
      ({ name, message }: Error) => `${name}: ${message}`,
    );
  expect(await failure({ logGroupIdentifiers: [`${arn}-not`] })).toBe(
    'ResourceNotFoundException: The specified log group does not exist.',
  );
  expect(await failure({ logGroupIdentifiers: Array(11).fill(arn) })).toMatch(
    /at 'logGroupIdentifiers' failed .* less than or equal to 10$/,
  );
  expect(await failure({ logGroupIdentifiers: ['g'] })).toMatch(/^InvalidParameterException/);
  expect(await failure({ logStreamNames: ['a'], logStreamNamePrefixes: ['a'] })).toMatch(
    /^InvalidParameterException/,
  );
  expect(await failure({ logEventFilterPattern: '{ $.a = }' })).toBe(
    'InvalidParameterException: Invalid filter pattern',
  );
});

/** Advances the fake clock by a second: the time between two updates. */
async function afterABeat<T>(next: Promise<T>): Promise<T> {
  next.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1000);
  return next;
}

it('Live Tail samples too many events, and removes a client that has disconnected', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { run, sink, service } = logsFixture();
  const listeners = service.state.listeners.size;
  await run('CreateLogGroup', { logGroupName: 'g' });
  const gone = new AbortController();
  const { responseStream } = await run(
    'StartLiveTail',
    { logGroupIdentifiers: ['arn:aws:logs:eu-west-1:123456789012:log-group:g'] },
    { ...call, signal: gone.signal },
  );
  const many = Array.from({ length: 700 }, (_, index) => ({ timestamp: start, message: `${index}` }));
  sink.append(call, 'g', 's', many);
  const stream = (responseStream as AsyncIterable<StartLiveTailResponseStream>)[Symbol.asyncIterator]();
  await stream.next();
  const { sessionUpdate } = (await afterABeat(stream.next())).value as StartLiveTailResponseStream;
  expect(sessionUpdate?.sessionMetadata?.sampled).toBe(true);
  expect(sessionUpdate?.sessionResults).toHaveLength(500);
  expect(service.state.listeners.size).toBe(listeners + 1);
  gone.abort();
  expect((await stream.next()).done).toBe(true);
  expect(service.state.listeners.size).toBe(listeners);
});

it('Live Tail ends after three hours', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { run, clock, service } = logsFixture();
  const listeners = service.state.listeners.size;
  await run('CreateLogGroup', { logGroupName: 'g' });
  const { responseStream } = await run('StartLiveTail', {
    logGroupIdentifiers: ['arn:aws:logs:eu-west-1:123456789012:log-group:g'],
  });
  const stream = (responseStream as AsyncIterable<StartLiveTailResponseStream>)[Symbol.asyncIterator]();
  await stream.next();
  clock.now += 3 * 3_600_000;
  await expect(afterABeat(stream.next())).rejects.toMatchObject({ name: 'SessionTimeoutException' });
  expect(service.state.listeners.size).toBe(listeners);
});

it('Logs Insights is refused as not supported', async () => {
  const query = new StartQueryCommand({
    logGroupName: 'g',
    queryString: 'fields @message',
    startTime: 0,
    endTime: 1,
  });
  await expect(logs.send(query)).rejects.toMatchObject({
    message: 'logs:StartQuery is not supported locally (slsctl local)',
    $metadata: { httpStatusCode: 501 },
  });
});

it("errors of CloudWatch Logs reach the SDK in AWS's words", async () => {
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
    message: 'The specified log group already exists',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(put('g', 'none', 'x')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'The specified log stream does not exist.',
    $metadata: { httpStatusCode: 400 },
  });
  const metricTransformations = [
    { metricNamespace: 'n', metricName: 'm', metricValue: '1', defaultValue: 0 },
  ];
  await logs.send(
    new PutMetricFilterCommand({
      logGroupName: 'g',
      filterName: 'f',
      filterPattern: ' ',
      metricTransformations,
    }),
  );
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  expect(logGroups?.find(({ logGroupName }) => logGroupName === 'g')).toMatchObject({
    metricFilterCount: 1,
    logGroupArn: arn,
    arn: `${arn}:*`,
  });
});
