// The rate of calls to AWS: the documented limits, bursts, and a slower rate after AWS refuses.
import * as lambda from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { Bucket, classOf, Limiter } from '../../../src/aws/middleware/rate.ts';
import { isThrottled } from '../../../src/aws/middleware/throttled.ts';

const about = (milliseconds: number) => expect.closeTo(milliseconds, 3);

describe('a token bucket for calls', () => {
  it('lets a burst pass, then keeps its rate', () => {
    let now = 0;
    const bucket = new Bucket({ perSecond: 10, burst: 3 }, () => now);
    expect([1, 2, 3, 4, 5].map(() => bucket.take())).toEqual([0, 0, 0, 100, 200].map(about));
    now = 1000;
    expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([0, 0, 0, 100].map(about));
  });

  it('never lets more pass in a second than its rate plus its burst', () => {
    let now = 0;
    const bucket = new Bucket({ perSecond: 15, burst: 15 }, () => now);
    const at = Array.from({ length: 200 }, () => {
      now += 7;
      return now + bucket.take();
    });
    for (const start of at) {
      expect(at.filter((time) => time >= start && time < start + 1000).length).toBeLessThanOrEqual(30);
    }
    expect((at.at(-1) as number) - (at[0] as number)).toBeGreaterThan(((200 - 15) / 15) * 1000 - 100);
  });

  it('is empty and slower after AWS throttles, and recovers', () => {
    const bucket = new Bucket({ perSecond: 10, burst: 2 }, () => 0);
    bucket.take();
    bucket.slowDown(0);
    // Of the same burst.
    bucket.slowDown(-1);
    const first = bucket.take();
    const second = bucket.take();
    expect(first).toBeGreaterThanOrEqual(200);
    expect(second - first).toBeGreaterThan(150);
    let last = second;
    let step = 0;
    for (let asked = 0; asked < 100; asked++) {
      const wait = bucket.take();
      step = wait - last;
      last = wait;
    }
    expect(step).toBeCloseTo(100);
  });
});

describe('the rate classes', () => {
  it('cover every Lambda operation except invocations, most of them in one bucket', () => {
    const operations = Object.keys(lambda)
      .filter((name) => name.endsWith('Command'))
      .map((name) => name.replace(/Command$/, ''));
    expect(operations.length).toBeGreaterThan(60);
    const classes = new Map(operations.map((name) => [name, classOf('LambdaClient', name)?.name]));
    expect(operations.filter((name) => classes.get(name) === undefined)).toEqual(
      operations.filter((name) => name.startsWith('Invoke')),
    );
    expect(classes.get('CreateFunction')).toBe(classes.get('GetFunctionConfiguration'));
    expect(classOf('LambdaClient', 'GetFunction')?.perSecond).toBe(100);
    expect(classOf('CloudWatchLogsClient', 'CreateLogGroup')?.perSecond).toBe(10);
    expect(classOf('CloudWatchLogsClient', 'FilterLogEvents')).toBeUndefined();
    expect(classOf('STSClient', 'GetCallerIdentity')).toBeUndefined();
  });
});

describe('the rate limiter', () => {
  it('retries throttled calls, and no other refused calls', async () => {
    const limiter = new Limiter();
    const call = { client: 'LambdaClient', operation: 'GetFunction' };
    const answers = [Object.assign(new Error(), { name: 'TooManyRequestsException' }), 'there'];
    const ask = async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    expect(await limiter.run(call, ask)).toBe('there');
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    await expect(limiter.run(call, () => Promise.reject(denied))).rejects.toBe(denied);
    expect(isThrottled({ $metadata: { httpStatusCode: 429 } })).toBe(true);
    expect(isThrottled({ name: 'LimitExceededException' })).toBe(false);
  });

  it('says once that AWS throttles, when a call waits long', async () => {
    const told: string[] = [];
    const limiter = new Limiter((text) => void told.push(text));
    const call = { client: 'LambdaClient', operation: 'GetFunction' };
    const began = performance.now();
    await limiter.run(call, async () => {
      if (performance.now() - began < 3000) throw Object.assign(new Error(), { name: 'ThrottlingException' });
    });
    expect(told).toEqual(['AWS throttles GetFunction: waiting and trying again']);
  });

  it('stops waiting when the program ends', async () => {
    const limiter = new Limiter();
    const abort = new AbortController();
    const calls = Array.from({ length: 17 }, () =>
      limiter.run({ client: 'LambdaClient', operation: 'GetPolicy' }, async () => 1, abort.signal),
    );
    abort.abort();
    await expect(Promise.all(calls)).rejects.toThrow('abort');
  });
});
