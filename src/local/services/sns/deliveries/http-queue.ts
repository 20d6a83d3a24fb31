// The queue of requests to HTTP endpoints. They are kept until they succeed or finally fail, also across restarts.
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Collection } from '../../../store/store.ts';
import { pauseBefore } from '../retry-policy.ts';
import type { HttpDelivery } from '../state.ts';

/** Requests at the same time; more would overload a laptop. */
const parallel = 32;
/** Milliseconds that an endpoint has for its answer. */
const patience = 15_000;

export class HttpQueue {
  private readonly deliveries: Collection<HttpDelivery>;
  private readonly failed: (delivery: HttpDelivery, reason: Error) => void;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly waiting: HttpDelivery[] = [];
  private running = 0;
  private closed = false;

  /** `failed` is called with a delivery that is not repeated any more. */
  constructor(deliveries: Collection<HttpDelivery>, failed: (delivery: HttpDelivery, reason: Error) => void) {
    this.deliveries = deliveries;
    this.failed = failed;
  }

  add(delivery: HttpDelivery): void {
    this.deliveries.put(delivery.id, delivery);
    this.schedule(delivery);
  }

  /** Continues with the deliveries that an earlier server left. */
  resume(): void {
    for (const [, delivery] of this.deliveries.entries()) this.schedule(delivery);
  }

  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private schedule(delivery: HttpDelivery): void {
    // Never in the turn of the caller: its answer comes first.
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        this.waiting.push(delivery);
        this.drive();
      },
      Math.max(delivery.due - Date.now(), 0),
    );
    timer.unref();
    this.timers.add(timer);
  }

  private drive(): void {
    while (this.running < parallel && !this.closed) {
      const delivery = this.waiting.shift();
      if (!delivery) return;
      this.running += 1;
      void this.attempt(delivery).finally(() => {
        this.running -= 1;
        this.drive();
      });
    }
  }

  private async attempt(delivery: HttpDelivery): Promise<void> {
    const problem = await post(delivery);
    if (this.closed) return;
    if (!problem) return this.deliveries.remove(delivery.id);
    const retries = delivery.retries + 1;
    const pause = problem.permanent ? undefined : pauseBefore(retries, delivery.policy);
    if (pause !== undefined) return this.add({ ...delivery, retries, due: Date.now() + pause });
    this.deliveries.remove(delivery.id);
    this.failed(delivery, problem.error);
  }
}

interface Problem {
  readonly error: Error;
  /** The endpoint refuses the message, so that no retry can help. */
  readonly permanent: boolean;
}

/** Resolves with the problem of a request that did not succeed. Never rejects. */
function post({ url, headers, body }: HttpDelivery): Promise<Problem | undefined> {
  return new Promise((resolve) => {
    const target = new URL(url);
    const isHttps = target.protocol === 'https:';
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: target.hostname.endsWith('.localhost') ? thisMachine : undefined,
      timeout: patience,
      // Endpoints of this machine have certificates of their own.
      rejectUnauthorized: false,
    };
    const sent = (isHttps ? secure : plain)(target, options, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) return resolve(undefined);
      const permanent = status >= 400 && status < 500 && status !== 429;
      resolve({ error: new Error(`it answers ${status}`), permanent });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${patience / 1000} seconds`)));
    sent.on('error', (error) => resolve({ error, permanent: false }));
    sent.end(body);
  });
}

const thisMachine: LookupFunction = (_host, options, done) => {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};
