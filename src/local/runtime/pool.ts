// Execution environments by function: warm ones are used again, more are started as they are needed.

import { Environment } from './environment.ts';
import type { EnvironmentHost } from './environment-host.ts';
import type { FunctionSpec, Invocation, Outcome } from './function-spec.ts';

/** Milliseconds after which an environment that nobody used is ended. */
const idleLimit = 10 * 60_000;

interface Group {
  revision: string;
  busy: Set<Environment>;
  /** The one used last is at the end. */
  idle: { environment: Environment; reaper: NodeJS.Timeout }[];
}

export class Pool {
  private readonly host: EnvironmentHost;
  private readonly groups = new Map<string, Group>();

  constructor(host: EnvironmentHost) {
    this.host = host;
  }

  /** How many invocations of the function run now, over all its versions. */
  running(account: string, region: string, name: string): number {
    const prefix = `${account}/${region}/${name}/`;
    let count = 0;
    for (const [key, { busy }] of this.groups) if (key.startsWith(prefix)) count += busy.size;
    return count;
  }

  /** Never rejects. */
  async invoke(spec: FunctionSpec, invocation: Invocation): Promise<Outcome> {
    const group = this.groupOf(spec);
    const environment = this.take(group) ?? this.start(spec, group);
    group.busy.add(environment);
    const outcome = await environment.invoke(invocation);
    group.busy.delete(environment);
    if (!environment.usable) return outcome;
    const stale = this.groups.get(keyOf(spec)) !== group;
    if (stale) environment.kill();
    else this.rest(group, environment);
    return outcome;
  }

  /** Ends the environments of all versions of a function; those at work finish first. */
  retire(account: string, region: string, name: string): void {
    const prefix = `${account}/${region}/${name}/`;
    for (const [key, group] of this.groups) {
      if (!key.startsWith(prefix)) continue;
      this.groups.delete(key);
      endIdle(group);
    }
  }

  close(): void {
    for (const group of this.groups.values()) {
      endIdle(group);
      for (const environment of group.busy) environment.kill();
    }
    this.groups.clear();
  }

  private groupOf(spec: FunctionSpec): Group {
    const key = keyOf(spec);
    const known = this.groups.get(key);
    if (known?.revision === spec.revision) return known;
    if (known) endIdle(known);
    const group: Group = { revision: spec.revision, busy: new Set(), idle: [] };
    this.groups.set(key, group);
    return group;
  }

  private take(group: Group): Environment | undefined {
    for (;;) {
      const last = group.idle.pop();
      if (!last) return undefined;
      clearTimeout(last.reaper);
      if (last.environment.usable) return last.environment;
    }
  }

  private start(spec: FunctionSpec, group: Group): Environment {
    return new Environment(spec, this.host, (ended) => {
      group.busy.delete(ended);
      const at = group.idle.findIndex(({ environment }) => environment === ended);
      if (at >= 0) clearTimeout(group.idle.splice(at, 1)[0]?.reaper);
    });
  }

  private rest(group: Group, environment: Environment): void {
    const reaper = setTimeout(() => environment.kill(), idleLimit);
    reaper.unref();
    group.idle.push({ environment, reaper });
  }
}

function keyOf({ account, region, name, version }: FunctionSpec): string {
  return `${account}/${region}/${name}/${version}`;
}

function endIdle(group: Group): void {
  for (const { environment, reaper } of group.idle.splice(0)) {
    clearTimeout(reaper);
    environment.kill();
  }
}
