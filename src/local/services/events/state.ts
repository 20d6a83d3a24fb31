// The records of EventBridge in the store, their keys, and how a request finds its bus and its rule.
import type { DeadLetterConfig, RuleState, Target } from '@aws-sdk/client-eventbridge';
import { type Scope, scopePrefix } from '../../call.ts';
import type { Waiting } from '../../deliveries/deliveries.ts';
import type { Pattern } from '../../event-patterns/pattern.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { checkName, forms } from './checks.ts';
import { noBus, noRule } from './errors.ts';

export type Tags = Readonly<Record<string, string>>;

export interface BusRecord {
  readonly name: string;
  /** Epoch milliseconds, as all times here. */
  readonly created: number;
  readonly modified: number;
  readonly description?: string;
  readonly kmsKeyIdentifier?: string;
  readonly deadLetterConfig?: DeadLetterConfig;
  /** The statements of its policy. */
  readonly statements: readonly BusStatement[];
  readonly tags: Tags;
}

export type BusStatement = Readonly<Record<string, unknown>> & { readonly Sid?: string };

export interface RuleRecord {
  readonly name: string;
  readonly bus: string;
  readonly account: string;
  readonly state: RuleState;
  readonly description?: string;
  readonly roleArn?: string;
  readonly pattern?: string;
  readonly schedule?: string;
  /** The time from which a rate counts. */
  readonly start: number;
  /** When the schedule is due next; absent: never. */
  readonly due?: number;
  readonly targets: readonly Target[];
  readonly tags: Tags;
}

/** An event on its way to a target of a rule. */
export interface Delivery {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** The ARN of the rule. */
  readonly rule: string;
  readonly target: Target;
  /** The event, for the dead-letter queue. */
  readonly event: string;
  /** The input of the target, as text. */
  readonly text: string;
  /** The number of buses that the event has passed. */
  readonly hops: number;
}

/** An enabled rule with a pattern. */
export interface ActiveRule {
  readonly rule: RuleRecord;
  readonly matches: Pattern;
}

export interface EventsState {
  /** Keys: `account/region/name`. The default bus exists without a record. */
  readonly buses: Collection<BusRecord>;
  /** Keys: `account/region/bus/name`. */
  readonly rules: Collection<RuleRecord>;
  /** Deliveries to targets that have failed. Keys: their ids. */
  readonly waiting: Collection<Waiting<Delivery>>;
  /** The rules of the buses that events were sent to, by `account/region/bus/`. */
  readonly active: Map<string, readonly ActiveRule[]>;
  readonly host: ServiceHost;
}

export const createEventsState = (host: ServiceHost): EventsState => ({
  buses: cached(host.store.collection<BusRecord>('events.buses')),
  rules: cached(host.store.collection<RuleRecord>('events.rules')),
  waiting: host.store.collection<Waiting<Delivery>>('events.waiting'),
  active: new Map(),
  host,
});

export const defaultBus = 'default';

export const busKey = (scope: Scope, name: string): string => scopePrefix(scope) + name;
export const rulePrefix = (scope: Scope, bus: string): string => `${busKey(scope, bus)}/`;

const arnPrefix = ({ account, region }: Scope): string =>
  `arn:${partitionOf(region)}:events:${region}:${account}:`;

export const busArn = (scope: Scope, name: string): string => `${arnPrefix(scope)}event-bus/${name}`;
export const ruleArn = (scope: Scope, { bus, name }: Pick<RuleRecord, 'bus' | 'name'>): string =>
  `${arnPrefix(scope)}rule/${bus === defaultBus ? '' : `${bus}/`}${name}`;

/** The name in a name or an ARN of a bus; the default bus without one. */
export function busName(scope: Scope, text: string | undefined): string {
  const prefix = busArn(scope, '');
  if (text === undefined) return defaultBus;
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** undefined: it does not exist. */
export function busOf(state: EventsState, scope: Scope, name: string): BusRecord | undefined {
  const key = busKey(scope, name);
  const found = state.buses.get(key);
  if (found || name !== defaultBus) return found;
  const now = state.host.now();
  const bus: BusRecord = { name, created: now, modified: now, statements: [], tags: {} };
  // Kept, so that it has the same times in each answer.
  state.buses.put(key, bus);
  return bus;
}

/** @throws ResourceNotFoundException, ServiceError ValidationException for an impossible name */
export function requireBus(state: EventsState, scope: Scope, text: string | undefined): BusRecord {
  const name = busName(scope, text);
  checkName(text, 'eventBusName', {
    ...forms.bus,
    expression: /^(arn:aws[\w-]*:events:[a-z]{2}-[a-z]+-\d+:\d{12}:event-bus\/)?[/.\-_A-Za-z0-9]+$/,
    longest: 1600,
  });
  const bus = busOf(state, scope, name);
  if (!bus) throw noBus(name);
  return bus;
}

/** @throws ResourceNotFoundException, ServiceError ValidationException for an impossible name */
export function requireRule(
  state: EventsState,
  scope: Scope,
  { Name, EventBusName }: { Name: string | undefined; EventBusName: string | undefined },
  member = 'name',
): RuleRecord {
  checkName(Name, member, forms.rule);
  const bus = requireBus(state, scope, EventBusName);
  const rule = state.rules.get(rulePrefix(scope, bus.name) + Name);
  if (!rule) throw noRule(Name ?? '', bus.name);
  return rule;
}

export function putRule(state: EventsState, scope: Scope, rule: RuleRecord): void {
  const prefix = rulePrefix(scope, rule.bus);
  state.active.delete(prefix);
  state.rules.put(prefix + rule.name, rule);
}

export function removeRule(state: EventsState, scope: Scope, rule: RuleRecord): void {
  const prefix = rulePrefix(scope, rule.bus);
  state.active.delete(prefix);
  state.rules.remove(prefix + rule.name);
}

export function* rulesOf(state: EventsState, scope: Scope, bus: string): Generator<RuleRecord> {
  for (const [, rule] of state.rules.entries(rulePrefix(scope, bus))) yield rule;
}
