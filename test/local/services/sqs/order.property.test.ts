// Properties of queues: any sequence of operations, compared with a simple model, with restarts in between.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSqsService } from '../../../../src/local/services/sqs/service.ts';
import { callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';
import { memoryStore } from '../../memory-store.ts';

type Operation =
  | { kind: 'send'; group: string; id: string; delay: number }
  | { kind: 'receive'; most: number; seconds: number }
  | { kind: 'delete' | 'show'; which: number }
  | { kind: 'pass'; seconds: number }
  | { kind: 'restart' };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      group: fc.constantFrom('a', 'b', 'c'),
      id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', '9'),
      delay: fc.constantFrom(0, 0, 0, 10),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('receive' as const),
      most: fc.integer({ min: 1, max: 10 }),
      seconds: fc.constantFrom(0, 5, 30),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('delete' as const, 'show' as const),
      which: fc.nat({ max: 20 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      seconds: fc.constantFrom(1, 5, 11, 31, 301),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

/** A message as the model sees it. */
interface Known {
  body: string;
  group: string;
  /** Milliseconds from which it is visible. */
  visible: number;
  inFlight: boolean;
  handle: string;
}

/** The queue under test, in a store that outlives the service. */
class Tried {
  now = Date.parse('2026-01-31T12:00:00Z');
  readonly known: Known[] = [];
  private readonly store = memoryStore();
  private readonly name: string;
  private call = this.start();

  constructor(name: string) {
    this.name = name;
  }

  private start() {
    return callerOf(alone(createSqsService, { store: this.store, now: () => this.now }));
  }

  async create(Attributes: Record<string, string>): Promise<void> {
    await this.call('CreateQueue', { QueueName: this.name, Attributes });
  }

  restart(): void {
    this.call = this.start();
  }

  async send(body: string, { group, id, delay }: Operation & { kind: 'send' }, fifo: boolean): Promise<void> {
    const more = fifo ? { MessageGroupId: group, MessageDeduplicationId: id } : { DelaySeconds: delay };
    await this.call('SendMessage', { QueueUrl: this.name, MessageBody: body, ...more });
  }

  async receive({
    most,
    seconds,
  }: Operation & { kind: 'receive' }): Promise<{ body: string; handle: string }[]> {
    const { Messages = [] } = await this.call('ReceiveMessage', {
      QueueUrl: this.name,
      MaxNumberOfMessages: most,
      VisibilityTimeout: seconds,
    });
    return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({ body: Body, handle: ReceiptHandle }));
  }

  async act(kind: 'delete' | 'show', { handle }: Known): Promise<void> {
    const input = { QueueUrl: this.name, ReceiptHandle: handle };
    if (kind === 'delete') await this.call('DeleteMessage', input);
    else await this.call('ChangeMessageVisibility', { ...input, VisibilityTimeout: 0 });
  }

  isVisible = (message: Known): boolean => message.visible <= this.now;

  /** Messages in flight whose time is over are visible again. */
  settle(): void {
    for (const message of this.known) if (this.isVisible(message)) message.inFlight = false;
  }
}

interface Kind {
  readonly fifo: boolean;
  /** Fails unless the queue may hand out these messages. */
  check(queue: Tried, bodies: readonly string[], most: number): void;
}

/** Of each group, the messages up to the first one that is invisible. */
const fifoQueue: Kind = {
  fifo: true,
  check(queue, bodies, most) {
    const runs = new Map<string, string[]>();
    const closed = new Set<string>();
    for (const { group, body, inFlight } of queue.known) {
      if (inFlight) closed.add(group);
      else if (!closed.has(group)) runs.set(group, [...(runs.get(group) ?? []), body]);
    }
    const all = [...runs.values()];
    expect(bodies).toHaveLength(Math.min(most, all.flat().length));
    // Groups come one after the other, all but the last one in full.
    let rest = [...bodies];
    while (rest.length > 0) {
      const run = all.find(([first]) => first === rest[0]) ?? [];
      expect(rest.slice(0, run.length)).toEqual(run.slice(0, rest.length));
      rest = rest.slice(Math.max(1, run.length));
    }
    expect(new Set(bodies).size).toBe(bodies.length);
  },
};

const standardQueue: Kind = {
  fifo: false,
  check(queue, bodies, most) {
    const possible = queue.known.filter(queue.isVisible).map(({ body }) => body);
    expect(bodies).toHaveLength(Math.min(most, possible.length));
    expect(new Set(bodies).size).toBe(bodies.length);
    for (const body of bodies) expect(possible).toContain(body);
  },
};

async function run(operations: readonly Operation[], { fifo, check }: Kind): Promise<void> {
  const queue = new Tried(fifo ? 'q.fifo' : 'q');
  await queue.create(fifo ? { FifoQueue: 'true' } : {});
  const accepted = new Map<string, number>();
  let count = 0;
  for (const one of operations) {
    queue.settle();
    if (one.kind === 'send') {
      const body = `m${count++}`;
      await queue.send(body, one, fifo);
      const known = accepted.get(one.id);
      if (fifo && known !== undefined && known > queue.now) continue;
      accepted.set(one.id, queue.now + 5 * 60_000);
      const visible = queue.now + (fifo ? 0 : one.delay * 1000);
      queue.known.push({ body, group: one.group, visible, inFlight: false, handle: '' });
    } else if (one.kind === 'receive') {
      const got = await queue.receive(one);
      check(
        queue,
        got.map(({ body }) => body),
        one.most,
      );
      for (const { body, handle } of got) {
        const message = queue.known.find((known) => known.body === body) as Known;
        Object.assign(message, { handle, inFlight: true, visible: queue.now + one.seconds * 1000 });
      }
    } else if (one.kind === 'pass') queue.now += one.seconds * 1000;
    else if (one.kind === 'restart') queue.restart();
    else {
      const flying = queue.known.filter(({ inFlight }) => inFlight);
      const message = flying[one.which % flying.length];
      if (!message) continue;
      await queue.act(one.kind, message);
      if (one.kind === 'delete') queue.known.splice(queue.known.indexOf(message), 1);
      else Object.assign(message, { visible: queue.now, inFlight: false });
    }
  }
}

const operations = fc.array(operation, { maxLength: 60, size: 'max' });

describe('any sequence of operations', () => {
  it('on a FIFO queue keeps the order of groups and drops duplicates, over restarts', async () => {
    const property = fc.asyncProperty(operations, (all) => run(all, fifoQueue));
    await fc.assert(property, { numRuns: 200 });
  }, 60_000);

  it('on a standard queue hands out each visible message, and no invisible one, over restarts', async () => {
    const property = fc.asyncProperty(operations, (all) => run(all, standardQueue));
    await fc.assert(property, { numRuns: 200 });
  }, 60_000);
});
