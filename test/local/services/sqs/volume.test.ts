// Queues with many messages: what an operation costs does not grow with the queue, and 20,000 messages pass quickly.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { openStore } from '../../../../src/local/store/lmdb-store.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { temporaryFolder } from '../../../support/project.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const QueueUrl = 'many.fifo';
const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };

/** A store that counts what it is asked. */
function counting(store: Store): { store: Store; counts: { gets: number; reads: number } } {
  const counts = { gets: 0, reads: 0 };
  const counted: Store = {
    ...store,
    committed: () => store.committed(),
    close: () => store.close(),
    collection<T>(name: string) {
      const inner = store.collection<T>(name);
      return {
        get(key: string) {
          counts.gets++;
          return inner.get(key);
        },
        put: inner.put,
        remove: inner.remove,
        *entries(...given: Parameters<typeof inner.entries>) {
          for (const entry of inner.entries(...given)) {
            counts.reads++;
            yield entry;
          }
        },
      };
    },
  };
  return { store: counted, counts };
}

describe('a queue with 100,000 messages', () => {
  let store: Store;
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder('volume');
    store = openStore(join(folder, 'store'));
    const service = alone(createSqsService, { store });
    const call = callerOf(service);
    const queues = service.faces?.queues;
    for (const QueueName of ['many', 'many.fifo']) {
      await call('CreateQueue', { QueueName, Attributes: QueueName.endsWith('.fifo') ? Attributes : {} });
      const arn = `arn:aws:sqs:eu-central-1:123456789012:${QueueName}`;
      for (let n = 0; n < 100_000; n++) {
        queues?.send(arn, { body: `message ${n}`, groupId: `g${n % 1000}` });
        if (n % 1000 === 0) await store.committed();
      }
    }
    await store.committed();
  }, 120_000);
  afterAll(() => store.close());

  it.each(['many', 'many.fifo'])(
    '%s is read once, and then answers without reading more than it hands out',
    async (name) => {
      const { store: counted, counts } = counting(store);
      const call = callerOf(alone(createSqsService, { store: counted }));
      const first = await call('GetQueueAttributes', { QueueUrl: name, AttributeNames: ['All'] });
      expect(Number(first.Attributes?.ApproximateNumberOfMessages)).toBe(100_000);
      await call('SendMessage', { QueueUrl: name, MessageBody: 'first', MessageGroupId: 'new' });
      // Each message once, and what the FIFO queue accepted of late.
      expect(counts.reads).toBeLessThan(201_000);
      counts.gets = 0;
      counts.reads = 0;
      const began = performance.now();
      let received = 0;
      for (let times = 0; times < 500; times++) {
        await call('SendMessage', { QueueUrl: name, MessageBody: `new ${times}`, MessageGroupId: 'new' });
        const { Messages = [] } = await call('ReceiveMessage', { QueueUrl: name, MaxNumberOfMessages: 10 });
        received += Messages.length;
        await call('DeleteMessageBatch', {
          QueueUrl: name,
          Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        });
      }
      expect(received).toBe(5000);
      // One read for the body of each message, and a few for the queue.
      expect(counts.gets).toBeLessThan(8000);
      expect(counts.reads).toBe(0);
      expect(performance.now() - began).toBeLessThan(10_000);
      await counted.committed();
    },
    60_000,
  );
});

describe('20,000 messages', () => {
  it.each(['standard', QueueUrl])(
    'pass through the queue %s, each once',
    async (name) => {
      const folder = await temporaryFolder('volume');
      const store = openStore(join(folder, 'store'));
      const call = callerOf(alone(createSqsService, { store }));
      const fifo = name.endsWith('.fifo');
      await call('CreateQueue', { QueueName: name, Attributes: fifo ? Attributes : {} });
      const seen = new Set<string>();
      for (let n = 0; n < 20_000; n += 10) {
        const Entries = Array.from({ length: 10 }, (_, index) => ({
          Id: String(index),
          MessageBody: String(n + index),
          ...(fifo ? { MessageGroupId: `g${(n + index) % 100}` } : {}),
        }));
        await call('SendMessageBatch', { QueueUrl: name, Entries });
        await store.committed();
      }
      for (;;) {
        const { Messages = [] } = await call('ReceiveMessage', { QueueUrl: name, MaxNumberOfMessages: 10 });
        if (Messages.length === 0) break;
        for (const { Body = '' } of Messages) seen.add(Body);
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await call('DeleteMessageBatch', { QueueUrl: name, Entries });
        await store.committed();
      }
      expect(seen.size).toBe(20_000);
      await store.close();
    },
    60_000,
  );
});
