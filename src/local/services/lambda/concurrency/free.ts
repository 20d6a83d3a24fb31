// Whether the concurrency of a function allows another invocation.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
import type { FunctionRecord } from '../records.ts';
import { keyOf, type LambdaState, prefixOf } from '../state.ts';
import { accountConcurrency } from './reserved.ts';

/**
 * `reserved`: the concurrency that the function reserves. The part of it that is provisioned is left to the versions
 * that it is provisioned for; when they need more, they share the rest with the others.
 */
export function hasFreeConcurrency(
  state: LambdaState,
  version: FunctionRecord,
  reserved = accountConcurrency,
): boolean {
  const { pool, ready } = state;
  const { account, region, name } = version;
  const running = pool.running(account, region, name);
  if (ready.size === 0) return running < reserved;
  const own = keyOf(version, name, version.version);
  const prefix = prefixOf(version, name);
  let provisioned = 0;
  let used = 0;
  for (const [key, count] of ready) {
    if (!key.startsWith(prefix)) continue;
    const busy = pool.running(account, region, name, versionIn(key.slice(prefix.length)));
    if (key === own && busy < count) return true;
    provisioned += count;
    used += Math.min(busy, count);
  }
  return running - used < reserved - provisioned;
}

/** Keys have versions with leading zeros. */
const versionIn = (padded: string): string => padded.replace(/^0+(?=\d+$)/, '');
