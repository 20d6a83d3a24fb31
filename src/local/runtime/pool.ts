// Execution environments by function: warm ones are reused, more are started on demand.
import { Environment } from './environment/environment.ts';
import { awsLimits, type EnvironmentHost } from './environment-host.ts';
import type { FunctionSpec, Invocation, Outcome } from './function-spec.ts';
import { Scratch } from './process/scratch.ts';

interface Group {
  revision: string;
  busy: Set<Environment>;
  /** The most recently used is last. */
  idle: { environment: Environment; reaper?: NodeJS.Timeout }[];
}

export class Pool {
  private readonly host: EnvironmentHost;
  private readonly scratch: Scratch;
  private readonly groups = new Map<string, Group>();
  private readonly counts = new Map<string, number>();
  private readonly ending = new Set<Promise<void>>();

  constructor(host: EnvironmentHost) {
    this.host = host;
    this.scratch = new Scratch(host.cache);
  }

  /** The number of running invocations of the function, over all its versions or of one of them. */
  running(account: string, region: string, name: string, version?: string): number {
    const key = `${account}/${region}/${name}`;
    return this.counts.get(version === undefined ? key : `${key}/${version}`) ?? 0;
  }

  /** Never rejects. */
  async invoke(spec: FunctionSpec, invocation: Invocation): Promise<Outcome> {
    const key = keyOf(spec, invocation);
    const group = this.groupOf(spec, key);
    const environment = this.take(group) ?? this.start(spec, group);
    group.busy.add(environment);
    this.count(spec, 1);
    const outcome = await environment.invoke(invocation);
    this.count(spec, -1);
    group.busy.delete(environment);
    if (!environment.usable) return outcome;
    const stale = this.groups.get(key) !== group;
    if (stale) this.end(environment);
    else this.rest(group, environment);
    return outcome;
  }

  /**
   * Keeps this many environments of the version started, used or not. Resolves with the number whose init succeeded.
   */
  async provision(spec: FunctionSpec, count: number): Promise<number> {
    const group = this.groupOf(spec);
    const all = [...group.busy, ...group.idle.map(({ environment }) => environment)];
    const provisioned = all.filter((environment) => environment.provisioned);
    for (let index = provisioned.length; index < count; index++) {
      const environment = this.start(spec, group, true);
      provisioned.push(environment);
      group.idle.push({ environment });
    }
    for (const surplus of provisioned.splice(count)) {
      const at = group.idle.findIndex(({ environment }) => environment === surplus);
      if (at < 0) continue;
      group.idle.splice(at, 1);
      this.end(surplus);
    }
    const ready = await Promise.all(provisioned.map((environment) => environment.ready));
    return ready.filter(Boolean).length;
  }

  /** Ends the environments of all versions of a function; busy ones finish first. */
  retire(account: string, region: string, name: string): void {
    const prefix = `${account}/${region}/${name}/`;
    for (const [key, group] of this.groups) {
      if (!key.startsWith(prefix)) continue;
      this.groups.delete(key);
      this.endIdle(group);
    }
  }

  /** Resolves when all environments have ended. */
  async close(): Promise<void> {
    for (const group of this.groups.values()) {
      this.endIdle(group);
      for (const environment of group.busy) this.end(environment);
    }
    this.groups.clear();
    await Promise.all(this.ending);
    await this.scratch.close();
  }

  private groupOf(spec: FunctionSpec, key = keyOf(spec)): Group {
    const known = this.groups.get(key);
    if (known?.revision === spec.revision) return known;
    if (known) this.endIdle(known);
    const group: Group = { revision: spec.revision, busy: new Set(), idle: [] };
    this.groups.set(key, group);
    return group;
  }

  /** Provisioned environments first, unless their init is not done or has failed; then the most recently used. */
  private take(group: Group): Environment | undefined {
    const { idle } = group;
    const provisioned = idle.findLastIndex(
      ({ environment }) => environment.provisioned && environment.initialized,
    );
    const at =
      provisioned < 0 ? idle.findLastIndex(({ environment }) => !environment.provisioned) : provisioned;
    if (at < 0) return undefined;
    const [taken] = idle.splice(at, 1);
    clearTimeout(taken?.reaper);
    return taken?.environment;
  }

  private start(spec: FunctionSpec, group: Group, provisioned = false): Environment {
    const onEnd = (ended: Environment) => {
      group.busy.delete(ended);
      const at = group.idle.findIndex(({ environment }) => environment === ended);
      if (at >= 0) clearTimeout(group.idle.splice(at, 1)[0]?.reaper);
    };
    return new Environment(spec, this.host, this.scratch, onEnd, provisioned);
  }

  private rest(group: Group, environment: Environment): void {
    if (environment.provisioned) return void group.idle.push({ environment });
    const reaper = setTimeout(() => this.end(environment), this.host.limits?.idle ?? awsLimits.idle);
    reaper.unref();
    group.idle.push({ environment, reaper });
  }

  private endIdle(group: Group): void {
    for (const { environment, reaper } of group.idle.splice(0)) {
      clearTimeout(reaper);
      this.end(environment);
    }
  }

  private end(environment: Environment): void {
    const ended = environment.kill().finally(() => this.ending.delete(ended));
    this.ending.add(ended);
  }

  private count({ account, region, name, version }: FunctionSpec, change: number): void {
    const all = `${account}/${region}/${name}`;
    for (const key of [all, `${all}/${version}`]) {
      const count = (this.counts.get(key) ?? 0) + change;
      if (count > 0) this.counts.set(key, count);
      else this.counts.delete(key);
    }
  }
}

function keyOf(
  { account, region, name, version, tenantIsolation }: FunctionSpec,
  { tenantId = '' }: Pick<Invocation, 'tenantId'> = {},
): string {
  return `${account}/${region}/${name}/${version}${tenantIsolation ? `/${tenantId}` : ''}`;
}
