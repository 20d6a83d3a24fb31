// How fast AWS may be asked: a bucket of tokens for each class of operations, and slower when AWS says so.
import { setTimeout as delay } from 'node:timers/promises';
import type { FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import { Final } from './final.ts';
import { type Middleware, operationOf } from './middleware.ts';
import { isThrottled } from './throttled.ts';

/** Requests a second, and how many may come at once after a pause. */
export interface Rate {
  perSecond: number;
  burst: number;
}

interface Class extends Rate {
  name: string;
}

const same = (name: string, perSecond: number, burst = perSecond): Class => ({ name, perSecond, burst });

/**
 * The class of an operation, by the SDK's names; undefined: as fast as it comes. Sources: AWS Lambda Developer
 * Guide, "Lambda quotas" (API requests); CloudWatch Logs User Guide, "CloudWatch Logs quotas". IAM says nothing
 * of its rates: those here are careful, and what it refuses slows them down.
 */
export function classOf(client: string, operation: string): Class | undefined {
  switch (client) {
    case 'LambdaClient':
      if (operation.startsWith('Invoke')) return undefined;
      if (operation === 'GetFunction') return same('lambda GetFunction', 100);
      if (operation === 'GetPolicy') return same('lambda GetPolicy', 15);
      return same('lambda', 15);
    case 'CloudWatchLogsClient':
      return /LogGroups?$|RetentionPolicy$|Resource$/.test(operation)
        ? same(`logs ${operation}`, 10)
        : undefined;
    case 'IAMClient':
      return /^(Get|List)/.test(operation) ? same('iam reads', 100) : same('iam changes', 20, 60);
    default:
      return undefined;
  }
}

/** Milliseconds between two requests that AWS has slowed down, at most. */
const slowest = 500;

/** One bucket, first come, first served. */
export class Bucket {
  private readonly usual: number;
  private readonly burst: number;
  private readonly now: () => number;
  /** Milliseconds between two requests. */
  private interval: number;
  /** Below zero: promised to those who wait. */
  private tokens: number;
  private filled: number;
  private slowed = Number.NEGATIVE_INFINITY;

  constructor({ perSecond, burst }: Rate, now: () => number = () => performance.now()) {
    this.usual = 1000 / perSecond;
    this.interval = this.usual;
    this.burst = burst;
    this.tokens = burst;
    this.now = now;
    this.filled = now();
  }

  /** Takes a token; answers after how many milliseconds it may be used. */
  take(): number {
    this.fill();
    this.tokens -= 1;
    const wait = Math.max(0, -this.tokens * this.interval);
    // Faster again, little by little.
    this.interval = Math.max(this.usual, this.interval * 0.9);
    return wait;
  }

  private fill(): void {
    const now = this.now();
    this.tokens = Math.min(this.burst, this.tokens + (now - this.filled) / this.interval);
    this.filled = now;
  }

  /**
   * AWS refused what was sent then: what is left in the bucket is gone, and it fills half as fast. What was
   * sent before the last refusal was known says nothing new.
   */
  slowDown(sent: number): void {
    if (sent < this.slowed) return;
    this.fill();
    this.slowed = this.filled;
    this.tokens = Math.min(this.tokens, 0);
    this.interval = Math.min(slowest, this.interval * 2);
  }
}

/** For how long a call that AWS refuses for its rate is tried again, in milliseconds. */
const patience = 300_000;

/** The buckets of one AWS account and region, for all clients. */
export class Limiter {
  private readonly buckets = new Map<string, Bucket>();

  /** Makes a request when its time has come, and again while AWS says that it is asked too often: then rejects with `Final`. */
  async run<T>(
    { client, operation }: Record<'client' | 'operation', string>,
    request: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const bucket = this.bucket(client, operation);
    if (!bucket) return request();
    const started = performance.now();
    for (;;) {
      const wait = bucket.take();
      if (wait > 0) await delay(wait, undefined, { signal });
      const sent = performance.now();
      try {
        return await request();
      } catch (error) {
        if (!isThrottled(error)) throw error;
        // Another attempt of the SDK would begin with all of the patience again.
        if (performance.now() - started > patience) throw new Final(error);
        bucket.slowDown(sent);
      }
    }
  }

  private bucket(client: string, operation: string): Bucket | undefined {
    const found = classOf(client, operation);
    if (!found) return undefined;
    const bucket = this.buckets.get(found.name) ?? new Bucket(found);
    this.buckets.set(found.name, bucket);
    return bucket;
  }
}

/** Each attempt waits for its turn; it is signed after that. */
export const limitRate =
  (limiter: Limiter, signal?: AbortSignal): Middleware =>
  <Input extends object, Output extends object>(stack: MiddlewareStack<Input, Output>) => {
    const limited: FinalizeRequestMiddleware<Input, Output> = (next, context) => (args) =>
      limiter.run(operationOf(context), () => next(args), signal);
    stack.addRelativeTo(limited, {
      relation: 'before',
      toMiddleware: 'httpSigningMiddleware',
      name: 'slsctlRate',
    });
  };
