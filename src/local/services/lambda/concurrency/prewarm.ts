// Starts the environments that provisioned concurrency keeps ready.

import type { Scope } from '../../../call.ts';
import { specOf } from '../functions/specs.ts';
import type { FunctionRecord } from '../records.ts';
import { keyOf, type LambdaState, prefixOf } from '../state.ts';

/** The number of environments that a version keeps ready: its own and those of aliases that point to it. */
export function provisionedFor(state: LambdaState, version: FunctionRecord): number {
  let sum = state.provisioned.get(keyOf(version, version.name, version.version))?.requested ?? 0;
  for (const [key, alias] of state.aliases.entries(prefixOf(version, version.name))) {
    if (alias.functionVersion === version.version) sum += state.provisioned.get(key)?.requested ?? 0;
  }
  return sum;
}

/** Starts or ends environments so that each version of the function has its requested number. */
export function prewarm(state: LambdaState, scope: Scope, name: string): void {
  for (const [key, version] of state.functions.entries(prefixOf(scope, name))) {
    if (version.version === '$LATEST') continue;
    const wanted = provisionedFor(state, version);
    if (wanted === 0 && !state.ready.has(key)) continue;
    state.ready.delete(key);
    void state.pool.provision(specOf(state, version), wanted).then((ready) => {
      if (provisionedFor(state, version) === wanted && wanted > 0) state.ready.set(key, ready);
    });
  }
}

/** The same for every function, after a start of the server. */
export function prewarmAll(state: LambdaState): void {
  const functions = new Set<string>();
  for (const [key] of state.provisioned.entries()) functions.add(key.slice(0, key.lastIndexOf('/')));
  for (const one of functions) {
    const [account = '', region = '', name = ''] = one.split('/');
    prewarm(state, { account, region }, name);
  }
}
