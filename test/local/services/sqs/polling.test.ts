// Long polling: it ends with the first message, after its time, or when the client goes away; nothing runs meanwhile.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { callerOf, someone } from '../../call.ts';
import { alone } from '../../composed.ts';
import { type SqsFixture, sqsFixture } from './fixture.ts';

let sqs: SqsFixture;
let ask: SqsFixture['ask'];
beforeAll(async () => {
  sqs = await sqsFixture();
  ({ ask } = sqs);
});
afterAll(() => sqs.stop());

const poll = async (QueueUrl: string, WaitTimeSeconds?: number) => {
  const began = Date.now();
  const { Messages = [] } = await ask('ReceiveMessage', { QueueUrl, WaitTimeSeconds });
  return { bodies: Messages.map(({ Body }) => Body), took: Date.now() - began };
};

describe('long polling', () => {
  it('ends with the first message', async () => {
    const url = await sqs.queue();
    const waiting = poll(url, 20);
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'm' });
    const { bodies, took } = await waiting;
    expect(bodies).toEqual(['m']);
    expect(took).toBeLessThan(10_000);
  });

  it('ends after its time without a message', async () => {
    const { bodies, took } = await poll(await sqs.queue(), 1);
    expect(bodies).toEqual([]);
    expect(took).toBeGreaterThanOrEqual(950);
  });

  it('is what the queue says, unless the request says otherwise', async () => {
    const url = await sqs.queue({ ReceiveMessageWaitTimeSeconds: '20' });
    expect((await poll(url, 0)).bodies).toEqual([]);
    const waiting = poll(url);
    await ask('SendMessage', { QueueUrl: url, MessageBody: 'm' });
    expect((await waiting).bodies).toEqual(['m']);
  });

  it('gives each message to one of those who wait', async () => {
    const url = await sqs.queue();
    const waiting = ['a', 'b', 'c'].map(() => poll(url, 20));
    for (const MessageBody of ['a', 'b', 'c']) await ask('SendMessage', { QueueUrl: url, MessageBody });
    const all = (await Promise.all(waiting)).flatMap(({ bodies }) => bodies);
    expect(all.sort()).toEqual(['a', 'b', 'c']);
  });

  it('ends without a message when the queue is deleted', async () => {
    const url = await sqs.queue();
    const waiting = poll(url, 20);
    await sleep(50);
    await ask('DeleteQueue', { QueueUrl: url });
    const { bodies, took } = await waiting;
    expect(bodies).toEqual([]);
    expect(took).toBeLessThan(10_000);
  });
});

describe('a long poll inside the server', () => {
  async function fixture() {
    const service = alone(createSqsService);
    const abort = new AbortController();
    const call = callerOf(service);
    await call('CreateQueue', { QueueName: 'q' });
    const waiting = callerOf(service, someone({ signal: abort.signal }))('ReceiveMessage', {
      QueueUrl: 'q',
      WaitTimeSeconds: 20,
    });
    return { service, call, waiting, abort };
  }

  it('ends when its client goes away, and takes no message then', async () => {
    const { call, waiting, abort } = await fixture();
    abort.abort();
    expect(await waiting).toEqual({ Messages: undefined });
    await call('SendMessage', { QueueUrl: 'q', MessageBody: 'm' });
    const { Messages } = await call('ReceiveMessage', { QueueUrl: 'q' });
    expect(Messages?.map(({ Body }) => Body)).toEqual(['m']);
  });

  it('ends when the server stops', async () => {
    const { service, waiting } = await fixture();
    const began = Date.now();
    await service.close?.();
    expect(await waiting).toEqual({ Messages: undefined });
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  it('does not look at the queue while nothing happens', async () => {
    vi.useFakeTimers();
    try {
      const { service, waiting } = await fixture();
      const looks = vi.spyOn(service.state.queues, 'get');
      await vi.advanceTimersByTimeAsync(19_999);
      expect(looks).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(await waiting).toEqual({ Messages: undefined });
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
