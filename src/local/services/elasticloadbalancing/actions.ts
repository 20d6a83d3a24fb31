// The actions of listeners and rules, and the load balancers that a target group belongs to by them.
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { invalid, noTargetGroup } from './errors.ts';
import { type ElbState, listenersOf, rulesOf } from './state.ts';

/** As the answers show them: with an order, and with both forms of a forward. @throws TargetGroupNotFoundException */
export function checkedActions(state: ElbState, actions: readonly Action[] = []): Action[] {
  if (actions.length === 0) throw invalid('You must specify at least one action');
  return actions.map((action) => {
    if (action.Type !== 'forward') return action;
    const groups = groupsOf(action);
    if (groups.length === 0) throw invalid('A forward action must name a target group');
    for (const arn of groups) if (!state.targetGroups.get(arn)) throw noTargetGroup();
    const { ForwardConfig } = action;
    return {
      ...action,
      ...(groups.length === 1 ? { TargetGroupArn: groups[0] } : {}),
      ForwardConfig: {
        TargetGroups: (ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: groups[0] }]).map((one) => ({
          Weight: 1,
          ...one,
        })),
        TargetGroupStickinessConfig: ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
      },
    };
  });
}

export function groupsOf({ TargetGroupArn, ForwardConfig }: Action): string[] {
  const named = (ForwardConfig?.TargetGroups ?? []).map(({ TargetGroupArn: arn = '' }) => arn);
  return [...new Set([...(TargetGroupArn ? [TargetGroupArn] : []), ...named])];
}

/** Writes into each target group which load balancers forward to it. */
export function relink(state: ElbState, loadBalancerArn: string): void {
  const used = new Set(
    listenersOf(state, loadBalancerArn)
      .flatMap(({ ListenerArn }) => rulesOf(state, ListenerArn))
      .flatMap(({ Actions = [] }) => Actions.flatMap(groupsOf)),
  );
  const scope = loadBalancerArn.slice(0, loadBalancerArn.indexOf(':loadbalancer/') + 1);
  for (const [arn, kept] of [...state.targetGroups.entries(scope)]) {
    const before = kept.thing.LoadBalancerArns ?? [];
    const others = before.filter((one) => one !== loadBalancerArn);
    const after = used.has(arn) ? [...others, loadBalancerArn] : others;
    if (after.length === before.length) continue;
    state.targetGroups.put(arn, { ...kept, thing: { ...kept.thing, LoadBalancerArns: after } });
  }
}
