// Listeners of load balancers. The default rule of a listener carries its default actions.
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import { DuplicateListenerException, type Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList } from '../tag-lists.ts';
import { checkedActions, relink } from './actions.ts';
import { invalid, noListener, noLoadBalancer } from './errors.ts';
import { type ElbState, listenersOf, newId, rulesOf } from './state.ts';

export const listeners: Handlers<typeof sdk, ElbState> = {
  CreateListener({ LoadBalancerArn = '', Port, DefaultActions, Tags, ...given }, { state }) {
    if (!state.loadBalancers.get(LoadBalancerArn)) throw noLoadBalancer(LoadBalancerArn);
    if (listenersOf(state, LoadBalancerArn).some((one) => one.Port === Port)) {
      throw new DuplicateListenerException({
        message: 'A listener already exists on this port for this load balancer',
        $metadata: {},
      });
    }
    const ListenerArn = `${LoadBalancerArn.replace(':loadbalancer/', ':listener/')}/${newId()}`;
    const listener: Listener = {
      ListenerArn,
      LoadBalancerArn,
      Port,
      Protocol: given.Protocol ?? 'HTTP',
      ...(given.Certificates ? { Certificates: given.Certificates, SslPolicy: given.SslPolicy } : {}),
      DefaultActions: checkedActions(state, DefaultActions),
    };
    state.listeners.put(ListenerArn, { thing: listener, tags: fromTagList(Tags) });
    putDefaultRule(state, listener, `${ListenerArn.replace(':listener/', ':listener-rule/')}/${newId()}`);
    relink(state, LoadBalancerArn);
    return { Listeners: [listener] };
  },

  DescribeListeners({ LoadBalancerArn, ListenerArns, Marker, PageSize = 400 }, { state }) {
    if (LoadBalancerArn && !state.loadBalancers.get(LoadBalancerArn)) throw noLoadBalancer(LoadBalancerArn);
    const asked = ListenerArns?.map((arn) => requireListener(state, arn));
    const { items, next } = page(
      asked ?? listenersOf(state, LoadBalancerArn),
      ({ ListenerArn = '' }) => ListenerArn,
      Marker,
      PageSize,
      () => invalid('Invalid marker'),
    );
    return { Listeners: items, NextMarker: next };
  },

  ModifyListener({ ListenerArn, DefaultActions, ...given }, { state }) {
    const listener = requireListener(state, ListenerArn);
    const changed: Listener = {
      ...listener,
      Port: given.Port ?? listener.Port,
      Protocol: given.Protocol ?? listener.Protocol,
      DefaultActions: DefaultActions ? checkedActions(state, DefaultActions) : listener.DefaultActions,
    };
    const key = listener.ListenerArn as string;
    state.listeners.put(key, { tags: state.listeners.get(key)?.tags ?? {}, thing: changed });
    const rule = rulesOf(state, key).find(({ IsDefault }) => IsDefault);
    putDefaultRule(state, changed, rule?.RuleArn as string);
    relink(state, listener.LoadBalancerArn as string);
    return { Listeners: [changed] };
  },

  DeleteListener({ ListenerArn }, { state }) {
    const listener = requireListener(state, ListenerArn);
    for (const { RuleArn = '' } of rulesOf(state, ListenerArn)) state.rules.remove(RuleArn);
    state.listeners.remove(listener.ListenerArn as string);
    relink(state, listener.LoadBalancerArn as string);
    return {};
  },
};

/** @throws ListenerNotFoundException */
export function requireListener(state: ElbState, arn = ''): Listener {
  const kept = state.listeners.get(arn);
  if (!kept) throw noListener();
  return kept.thing;
}

function putDefaultRule(state: ElbState, { DefaultActions }: Listener, RuleArn: string): void {
  const thing = { RuleArn, Priority: 'default', Conditions: [], Actions: DefaultActions, IsDefault: true };
  state.rules.put(RuleArn, { thing, tags: {} });
}
