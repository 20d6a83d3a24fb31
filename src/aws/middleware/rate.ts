// Limits the request rate: a token bucket for each class of operations, which slows down when AWS throttles.
import { setTimeout as delay } from 'node:timers/promises';
import type { FinalizeRequestMiddleware, MiddlewareStack } from '@smithy/types';
import { Final } from './final.ts';
import { type Middleware, operationOf } from './middleware.ts';
import { isThrottled } from './throttled.ts';

/** Requests a second, and how many may be sent at once after a pause. */
export interface Rate {
  perSecond: number;
  burst: number;
}

interface Class extends Rate {
  name: string;
}

const same = (name: string, perSecond: number, burst = perSecond): Class => ({ name, perSecond, burst });

/**
 * The class of an operation, in the SDK's names; undefined: no limit. Sources: AWS Lambda Developer Guide, "Lambda
 * quotas" (API requests); CloudWatch Logs User Guide, "CloudWatch Logs quotas". IAM does not publish its rates: the
 * values here are low estimates, and throttling slows them down further.
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

/** The longest interval between two requests after throttling, in milliseconds. */
const longestInterval = 500;

/** A token bucket; requests are served in their order. */
export class Bucket {
  private readonly usual: number;
  private readonly burst: number;
  private readonly now: () => number;
  /** Milliseconds between two requests. */
  private interval: number;
  /** Below zero: tokens promised to requests that wait. */
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
    // Speeds up again, step by step.
    this.interval = Math.max(this.usual, this.interval * 0.9);
    return wait;
  }

  private fill(): void {
    const now = this.now();
    this.tokens = Math.min(this.burst, this.tokens + (now - this.filled) / this.interval);
    this.filled = now;
  }

  /**
   * AWS throttled a request that was sent at this time: empties the bucket and halves its rate. A request that was sent
   * before the previous slow-down is ignored, since it says nothing new.
   */
  slowDown(sent: number): void {
    if (sent < this.slowed) return;
    this.fill();
    this.slowed = this.filled;
    this.tokens = Math.min(this.tokens, 0);
    this.interval = Math.min(longestInterval, this.interval * 2);
  }
}

/** How long a throttled call is retried, in milliseconds. */
const patience = 300_000;
/** After how long the user is told of it, in milliseconds. */
const unnoticed = 2000;

/** The buckets of one AWS account and region, for all clients. */
export class Limiter {
  private readonly buckets = new Map<string, Bucket>();
  private readonly tell: (text: string) => void;
  private readonly told = new Set<Bucket>();

  /** `tell`: says once for each class of operations that AWS throttles it. */
  constructor(tell: (text: string) => void = () => {}) {
    this.tell = tell;
  }

  /** Makes a request when a token is free, and retries while AWS throttles it. Rejects with `Final` after `patience`. */
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
        // `Final`: a retry by the SDK would start with the full patience again.
        const elapsed = performance.now() - started;
        if (elapsed > patience) throw new Final(error);
        if (elapsed > unnoticed && !this.told.has(bucket)) {
          this.told.add(bucket);
          this.tell(`AWS throttles ${operation}: waiting and trying again`);
        }
        bucket.slowDown(sent);
      }
    }
  }

  private bucket(client: string, operation: string): Bucket | undefined {
    const rateClass = classOf(client, operation);
    if (!rateClass) return undefined;
    const bucket = this.buckets.get(rateClass.name) ?? new Bucket(rateClass);
    this.buckets.set(rateClass.name, bucket);
    return bucket;
  }
}

/** Each attempt waits for its token before it is signed, so that the signature does not expire while it waits. */
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
