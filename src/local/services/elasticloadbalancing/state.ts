// What Elastic Load Balancing keeps in the store. Keys are ARNs, so a listener's key starts with its load balancer's path.
import { randomBytes } from 'node:crypto';
import type {
  Listener,
  LoadBalancer,
  Rule,
  TargetDescription,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Scope } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import type { Collection } from '../../store/store.ts';

export interface Kept<Thing> {
  readonly thing: Thing;
  readonly tags: Readonly<Record<string, string>>;
}

export interface KeptGroup extends Kept<TargetGroup> {
  readonly attributes: Readonly<Record<string, string>>;
  readonly targets: readonly TargetDescription[];
}

export interface ElbState {
  readonly loadBalancers: Collection<Kept<LoadBalancer>>;
  readonly listeners: Collection<Kept<Listener>>;
  readonly rules: Collection<Kept<Rule>>;
  readonly targetGroups: Collection<KeptGroup>;
  readonly host: ServiceHost;
}

export const createElbState = (host: ServiceHost): ElbState => ({
  loadBalancers: host.store.collection<Kept<LoadBalancer>>('elb.load-balancers'),
  listeners: host.store.collection<Kept<Listener>>('elb.listeners'),
  rules: host.store.collection<Kept<Rule>>('elb.rules'),
  targetGroups: host.store.collection<KeptGroup>('elb.target-groups'),
  host,
});

export const arnPrefix = ({ account, region }: Scope): string =>
  `arn:${partitionOf(region)}:elasticloadbalancing:${region}:${account}:`;

/** `50dc6c495c0c9188` */
export const newId = (): string => randomBytes(8).toString('hex');

/** Everything of this account and region in the collection. */
export function allOf<Thing>(collection: Collection<Thing>, scope: Scope): Thing[] {
  return Array.from(collection.entries(arnPrefix(scope)), ([, kept]) => kept);
}

export const listenersOf = (state: ElbState, loadBalancerArn = ''): Listener[] =>
  Array.from(
    state.listeners.entries(`${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/`),
    ([, kept]) => kept.thing,
  );

/** In the order of their priorities; the default one is the last. */
export function rulesOf(state: ElbState, listenerArn = ''): Rule[] {
  const found = Array.from(
    state.rules.entries(`${listenerArn.replace(':listener/', ':listener-rule/')}/`),
    ([, kept]) => kept.thing,
  );
  const order = ({ Priority }: Rule) =>
    Priority === 'default' ? Number.POSITIVE_INFINITY : Number(Priority);
  return found.sort((one, other) => order(one) - order(other));
}
