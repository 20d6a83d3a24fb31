// Throttling of routes: a bucket of tokens for each, in memory.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
import type { RouteSettings } from '@aws-sdk/client-apigatewayv2';
import type { ServedStage } from './served.ts';

/** The limits of an account, when a stage sets only one of the two. */
const account = { rate: 10_000, burst: 5_000 };
/** The number of buckets that are kept; the oldest is dropped first. */
const most = 10_000;

interface Bucket {
  tokens: number;
  /** Epoch milliseconds. */
  at: number;
  readonly rate: number;
  readonly burst: number;
}

export class Throttle {
  private readonly buckets = new Map<string, Bucket>();

  /** Whether the route may take one more request now. Stages without limits take all. */
  admits({ api, scope, stage }: ServedStage, routeKey: string, now: number): boolean {
    const limits = limitsOf(stage.routes[routeKey]) ?? limitsOf(stage.defaults);
    if (!limits) return true;
    const key = `${scope.account}/${scope.region}/${api.id}/${stage.name}/${routeKey}`;
    const known = this.buckets.get(key);
    const same = known?.rate === limits.rate && known.burst === limits.burst;
    const bucket = same ? known : { ...limits, tokens: limits.burst, at: now };
    if (!same) {
      if (this.buckets.size >= most) this.buckets.delete(this.buckets.keys().next().value as string);
      this.buckets.set(key, bucket);
    }
    const passed = Math.max(0, now - bucket.at);
    bucket.tokens = Math.min(bucket.burst, bucket.tokens + (passed / 1000) * bucket.rate);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

function limitsOf(settings: RouteSettings | undefined): { rate: number; burst: number } | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  if (rate === undefined && burst === undefined) return undefined;
  return { rate: rate ?? account.rate, burst: burst ?? account.burst };
}
