// The queue of asynchronous invocations: retries, throttling, maximum age, and restarts.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type AsyncEvent,
  AsyncQueue,
  type Attempt,
  type Condition,
  type Limits,
  type Ran,
} from '../../../../../src/local/services/lambda/invocations/async-queue.ts';
import {
  type Delivery,
  deliveries,
} from '../../../../../src/local/services/lambda/invocations/destinations.ts';
import { memoryStore } from '../../../memory-store.ts';

const minute = 60_000;
const ok: Ran = { failed: false, version: '$LATEST', payload: Buffer.from('"fine"') };
const bad: Ran = {
  failed: true,
  version: '7',
  payload: Buffer.from('{"errorMessage":"no","errorType":"E"}'),
};
const given = {
  requestId: 'r-1',
  account: '000000000000',
  region: 'us-east-1',
  name: 'f',
  payload: Buffer.from('{"a":1}'),
};

interface Finished {
  event: AsyncEvent;
  condition: Condition;
  last: Ran | undefined;
}

describe('the queue of asynchronous invocations', () => {
  const begin = Date.parse('2026-01-31T12:00:00Z');
  let store: ReturnType<typeof memoryStore>;
  let answers: Attempt[];
  let ran: number[];
  let finished: Finished[];

  beforeEach(() => {
    vi.useFakeTimers({ now: begin });
    store = memoryStore();
    answers = [];
    ran = [];
    finished = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const kept = () => [...store.collection<AsyncEvent>('async').entries()].length;

  function queue(limits: Limits = { retries: 2, maximumAge: 6 * 60 * minute }): AsyncQueue {
    const work = {
      limits: () => limits,
      attempt: async () => {
        ran.push(Date.now() - begin);
        return answers.shift() ?? ok;
      },
      finished: async (event: AsyncEvent, condition: Condition, last: Ran | undefined) => {
        finished.push({ event, condition, last });
      },
    };
    return new AsyncQueue(store.collection('async'), work, minute);
  }

  it('removes an event that succeeded', async () => {
    queue().add(given);
    expect(kept()).toBe(1);
    await vi.runAllTimersAsync();
    expect(ran).toEqual([0]);
    expect(finished).toMatchObject([{ condition: 'Success', last: ok }]);
    expect(kept()).toBe(0);
  });

  it('retries twice: after one minute, then after two more', async () => {
    answers = [bad, bad, bad];
    queue().add(given);
    await vi.runAllTimersAsync();
    expect(ran).toEqual([0, minute, 3 * minute]);
    expect(finished).toMatchObject([{ condition: 'RetriesExhausted', event: { failures: 3 }, last: bad }]);
    expect(kept()).toBe(0);
  });

  it.each([0, 1])('retries %i times when the function is configured so', async (retries) => {
    answers = [bad, bad, bad];
    queue({ retries, maximumAge: 60 * minute }).add(given);
    await vi.runAllTimersAsync();
    expect(ran).toHaveLength(retries + 1);
  });

  it('waits while concurrency is used up, without counting a failure', async () => {
    answers = ['throttled', 'throttled', 'throttled', bad, ok];
    queue().add(given);
    await vi.runAllTimersAsync();
    expect(ran).toEqual([0, 1000, 3000, 7000, 7000 + minute]);
    expect(finished).toMatchObject([{ condition: 'Success', event: { failures: 1 } }]);
  });

  it('gives up an event that is too old', async () => {
    answers = Array.from({ length: 100 }, () => 'throttled' as const);
    queue({ retries: 2, maximumAge: minute }).add(given);
    await vi.runAllTimersAsync();
    expect(finished).toMatchObject([{ condition: 'EventAgeExceeded', last: undefined }]);
    expect(kept()).toBe(0);
  });

  it('does not wait for a retry that would be too late', async () => {
    answers = [bad];
    queue({ retries: 2, maximumAge: minute - 1 }).add(given);
    await vi.runAllTimersAsync();
    expect(ran).toEqual([0]);
    expect(finished).toMatchObject([{ condition: 'EventAgeExceeded', last: bad }]);
  });

  it('gives up at once when reserved concurrency is 0 or the function is deleted', async () => {
    answers = ['forbidden', 'gone'];
    const queued = queue();
    queued.add(given);
    queued.add({ ...given, requestId: 'r-2' });
    await vi.runAllTimersAsync();
    expect(finished).toMatchObject([{ condition: 'ZeroReservedConcurrency' }]);
    expect(kept()).toBe(0);
  });

  it('continues after a restart at the same attempt', async () => {
    answers = [bad];
    const first = queue();
    first.add(given);
    await vi.advanceTimersByTimeAsync(1000);
    first.close();
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(ran).toEqual([0]);
    queue().resume();
    await vi.runAllTimersAsync();
    expect(ran).toHaveLength(2);
    expect(finished).toMatchObject([{ condition: 'Success', event: { requestId: 'r-1', failures: 1 } }]);
  });

  it('keeps an event whose attempt was interrupted by the end of the server', async () => {
    const first = queue();
    first.add(given);
    first.close();
    await vi.runAllTimersAsync();
    expect(finished).toEqual([]);
    expect(kept()).toBe(1);
  });
});

describe('the record of a finished asynchronous invocation', () => {
  const event: AsyncEvent = { ...given, accepted: 0, failures: 3, throttles: 0, due: 0 };
  const targets = { onSuccess: 'arn:s', onFailure: 'arn:f', deadLetter: 'arn:d' };
  const recordIn = (delivery: Delivery | undefined) =>
    delivery?.kind === 'record' ? delivery.record : undefined;

  it('is sent to the destination for successes', () => {
    const traced = { ...event, failures: 1, traceId: 'Root=1' };
    const [delivery, ...more] = deliveries(traced, 'Success', ok, targets);
    expect(more).toEqual([]);
    expect(delivery).toEqual({
      kind: 'record',
      target: 'arn:s',
      trace: 'Root=1',
      record: {
        version: '1.0',
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        requestContext: {
          requestId: 'r-1',
          functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST',
          condition: 'Success',
          approximateInvokeCount: 2,
        },
        requestPayload: { a: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST' },
        responsePayload: 'fine',
      },
    });
  });

  it('is sent to the destination for failures and to the dead-letter queue', () => {
    const [record, letter] = deliveries(event, 'RetriesExhausted', bad, targets);
    expect(recordIn(record)).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      responseContext: { statusCode: 200, executedVersion: '7', functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'no', errorType: 'E' },
    });
    expect(letter).toEqual({
      kind: 'letter',
      target: 'arn:d',
      letter: { text: '{"a":1}', requestId: 'r-1', errorMessage: 'no' },
    });
  });

  it('has no response when the function did not run', () => {
    const [record] = deliveries(event, 'EventAgeExceeded', undefined, targets);
    expect(recordIn(record)).not.toHaveProperty('responseContext');
    expect(recordIn(record)).not.toHaveProperty('responsePayload');
  });

  it('has the first kilobyte of the error in the dead letter, without half a character', () => {
    const errorMessage = `${'a'.repeat(1023)}é`;
    const long = { ...bad, payload: Buffer.from(JSON.stringify({ errorMessage })) };
    const [, letter] = deliveries(event, 'RetriesExhausted', long, targets);
    expect(letter).toMatchObject({ letter: { errorMessage: 'a'.repeat(1023) } });
  });

  it('has the event as it was sent in the dead letter, also one that is not an object', () => {
    const text = '{ "a" : 1 }';
    const [, letter] = deliveries(
      { ...event, payload: Buffer.from(text) },
      'EventAgeExceeded',
      undefined,
      targets,
    );
    expect(letter).toMatchObject({ letter: { text, errorMessage: '' } });
  });

  it('is not sent without a target', () => {
    expect(deliveries(event, 'Success', ok, {})).toEqual([]);
    expect(deliveries(event, 'RetriesExhausted', bad, {})).toEqual([]);
  });
});
