// Subscriptions: the events of a log group reach the function that subscribes to it.
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventSource, Faces, Measured } from '../../../../src/local/faces.ts';
import { ServiceError } from '../../../../src/local/service-error.ts';
import { asynchronous } from '../../composed.ts';
import { call, logsFixture, start } from './fixture.ts';

const destinationArn = 'arn:aws:lambda:eu-west-1:123456789012:function:f';
const logGroupName = 'g';
const filter = { logGroupName, filterName: 'all', filterPattern: '', destinationArn };

interface Delivered {
  functionArn: string;
  source: EventSource | undefined;
  content: {
    messageType: string;
    owner: string;
    logGroup: string;
    logStream: string;
    subscriptionFilters: string[];
    logEvents: { id: string; timestamp: number; message: string }[];
  };
}

let delivered: Delivered[];
let asked: Pick<Delivered, 'functionArn' | 'source'>[];
let counted: (Measured & { FilterName?: string })[];
let refuse: boolean;
let memory: ReturnType<typeof logsFixture>;
let { run, failure, sink } = {} as ReturnType<typeof logsFixture>;

function logs(before?: ReturnType<typeof logsFixture>) {
  return logsFixture(before, {
    functions: {
      ...asynchronous,
      accepts(functionArn, source) {
        asked.push({ functionArn, source });
        return !refuse;
      },
      deliver(functionArn, event, source) {
        if (refuse) throw new ServiceError('AccessDeniedException', 'no', 403);
        const { data } = (event as { awslogs: { data: string } }).awslogs;
        const content = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString());
        delivered.push({ functionArn, source, content });
      },
    },
    metrics: {
      meter: (_scope, namespace, [dimensions]) => ({
        add: (values) => void counted.push(...values.map((one) => ({ ...one, namespace, ...dimensions }))),
      }),
    },
  });
}

beforeEach(async () => {
  vi.useFakeTimers();
  delivered = [];
  asked = [];
  counted = [];
  refuse = false;
  memory = logs();
  ({ run, failure, sink } = memory);
  await run('CreateLogGroup', { logGroupName });
});
afterEach(() => {
  vi.useRealTimers();
});

const write = (stream: string, ...messages: string[]) =>
  sink.append(
    call,
    logGroupName,
    stream,
    messages.map((message) => ({ timestamp: start, message })),
  );
const arrived = () => {
  vi.runAllTimers();
  return delivered.splice(0).map(({ content }) => content);
};
const messages = () =>
  arrived().map(({ logStream, logEvents }) => [logStream, ...logEvents.map((one) => one.message)]);

async function subscribe(more: object = {}) {
  await run('PutSubscriptionFilter', { ...filter, ...more });
}

describe('a subscription of a function', () => {
  it('is stored when the function lets CloudWatch Logs invoke it; it is not invoked to find out', async () => {
    await run('PutSubscriptionFilter', filter);
    expect(asked).toEqual([
      {
        functionArn: destinationArn,
        source: {
          principal: 'logs.amazonaws.com',
          sourceArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:g:*',
          sourceAccount: '123456789012',
        },
      },
    ]);
    expect(arrived()).toEqual([]);
    refuse = true;
    expect(await failure('PutSubscriptionFilter', { ...filter, filterName: 'other' })).toBe(
      'InvalidParameterException: Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
    );
    const { subscriptionFilters } = await run('DescribeSubscriptionFilters', { logGroupName });
    expect(subscriptionFilters).toHaveLength(1);
  });

  it('sends the first events at once, and those that follow together half a second later', async () => {
    await subscribe();
    write('s', 'one');
    vi.advanceTimersByTime(1);
    expect(delivered).toHaveLength(1);
    write('s', 'two');
    vi.advanceTimersByTime(400);
    write('s', 'three');
    expect(delivered).toHaveLength(1);
    expect(messages()).toEqual([
      ['s', 'one'],
      ['s', 'two', 'three'],
    ]);
  });

  it('sends the events of a stream together, with their ids', async () => {
    await subscribe();
    write('s', 'one', 'two');
    write('s', 'three');
    const [content, ...more] = arrived();
    expect(more).toEqual([]);
    const { events = [] } = await run('FilterLogEvents', { logGroupName });
    expect(content).toEqual({
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: 'g',
      logStream: 's',
      subscriptionFilters: ['all'],
      logEvents: events.map(({ eventId, message }) => ({ id: eventId, timestamp: start, message })),
    });
    expect(events.map(({ message }) => message)).toEqual(['one', 'two', 'three']);
    expect(counted).toEqual([
      {
        namespace: 'AWS/Logs',
        DestinationType: 'Lambda',
        FilterName: 'all',
        LogGroupName: 'g',
        name: 'ForwardedLogEvents',
        value: 3,
        unit: 'Count',
      },
    ]);
  });

  it('sends each stream separately, also events that clients put', async () => {
    await subscribe();
    write('a', 'one');
    await run('CreateLogStream', { logGroupName, logStreamName: 'b' });
    const logEvents = [{ timestamp: start, message: 'two' }];
    await run('PutLogEvents', { logGroupName, logStreamName: 'b', logEvents });
    expect(messages()).toEqual([
      ['a', 'one'],
      ['b', 'two'],
    ]);
  });

  it('sends the events that match its pattern, also after a change of the pattern', async () => {
    await subscribe({ filterPattern: 'ERROR' });
    write('s', 'INFO a', 'ERROR b');
    write('t', 'INFO c');
    expect(messages()).toEqual([['s', 'ERROR b']]);
    await subscribe({ filterPattern: 'INFO' });
    write('s', 'INFO a', 'ERROR b');
    expect(messages()).toEqual([['s', 'INFO a']]);
  });

  it('splits many events into several invocations within the size limit', async () => {
    await subscribe();
    write('s', ...Array.from({ length: 10 }, (_, index) => String(index).repeat(100_000)));
    const sizes = arrived().map(({ logEvents }) => logEvents.length);
    expect(sizes).toEqual([5, 5]);
  });

  it('works beside a second one on the same group', async () => {
    await subscribe({ filterPattern: 'a' });
    await subscribe({ filterName: 'b', filterPattern: 'b' });
    write('s', 'a', 'b', 'a b');
    expect(
      arrived().map(({ subscriptionFilters, logEvents }) => [...subscriptionFilters, logEvents.length]),
    ).toEqual([
      ['all', 2],
      ['b', 2],
    ]);
  });

  it('ends with its filter, and with its group', async () => {
    await subscribe();
    write('s', 'one');
    expect(messages()).toHaveLength(1);
    await run('DeleteSubscriptionFilter', { logGroupName, filterName: 'all' });
    write('s', 'two');
    expect(messages()).toEqual([]);
    await subscribe();
    await run('DeleteLogGroup', { logGroupName });
    await run('CreateLogGroup', { logGroupName });
    write('s', 'three');
    expect(messages()).toEqual([]);
  });

  it('continues after a restart', async () => {
    await subscribe();
    ({ run, sink } = logs(memory));
    write('s', 'one');
    expect(messages()).toEqual([['s', 'one']]);
  });

  it('sends the collected events when the service ends', async () => {
    await subscribe();
    write('s', 'one');
    memory.service.flush?.();
    expect(vi.getTimerCount()).toBe(0);
    expect(messages()).toEqual([['s', 'one']]);
  });

  it('counts events that the function no longer accepts', async () => {
    await subscribe();
    refuse = true;
    write('s', 'one');
    expect(messages()).toEqual([]);
    expect(counted).toMatchObject([{ name: 'DeliveryErrors', value: 1, FilterName: 'all' }]);
  });

  it('sends to a Kinesis stream, compressed, with its log stream as the key', async () => {
    const stream = 'arn:aws:kinesis:eu-west-1:123456789012:stream/s';
    const roleArn = 'arn:aws:iam::123456789012:role/r';
    const put: { key: string; content: Delivered['content'] }[] = [];
    const sent = logsFixture(undefined, {
      metrics: { meter: () => ({ add: () => {} }) },
      policies: {
        allowsRole: (role) => role === roleArn,
        allowsCaller: () => true,
        allowsService: () => true,
      },
      kinesis: {
        put(arn, { data, key }) {
          if (arn !== stream) throw new ServiceError('ResourceNotFoundException', 'none');
          put.push({ key, content: JSON.parse(gunzipSync(data).toString()) });
        },
      } as Faces['kinesis'],
    });
    await sent.run('CreateLogGroup', { logGroupName });
    const refused = (changes: object) =>
      sent.failure('PutSubscriptionFilter', { ...filter, destinationArn: stream, roleArn, ...changes });
    const message =
      'InvalidParameterException: Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.';
    expect(await refused({ destinationArn: `${stream}x` })).toBe(message);
    expect(await refused({ roleArn: `${roleArn}x` })).toBe(message);
    expect(await refused({})).toBe('no error');
    sent.sink.append(call, logGroupName, 's', [{ timestamp: start, message: 'one' }]);
    vi.runAllTimers();
    expect(put).toMatchObject([
      { content: { messageType: 'CONTROL_MESSAGE' } },
      { key: 's', content: { messageType: 'DATA_MESSAGE', logStream: 's', logEvents: [{ message: 'one' }] } },
    ]);
  });

  it('to other services is stored, but not carried out', async () => {
    const stream = 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/s';
    await subscribe({ destinationArn: stream, roleArn: 'arn:aws:iam::123456789012:role/r' });
    write('s', 'one');
    expect(messages()).toEqual([]);
  });
});
