// Load balancers.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DuplicateLoadBalancerNameException,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList } from '../tag-lists.ts';
import { invalid, noLoadBalancer } from './errors.ts';
import { allOf, arnPrefix, type ElbState, listenersOf, newId } from './state.ts';

export const loadBalancers: Handlers<typeof sdk, ElbState> = {
  CreateLoadBalancer({ Name = '', Type = 'application', Scheme, Tags, ...given }, { state, call }) {
    if (!/^(?!internal-)[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(Name)) {
      throw invalid(`The load balancer name '${Name}' is not valid`);
    }
    const zones = [...(given.Subnets ?? []), ...(given.SubnetMappings ?? []).map(({ SubnetId }) => SubnetId)];
    if (zones.length === 0) throw invalid('At least one subnet must be specified');
    if (allOf(state.loadBalancers, call).some(({ thing }) => thing.LoadBalancerName === Name)) {
      throw new DuplicateLoadBalancerNameException({
        message: `A load balancer with the same name '${Name}' exists, but with different settings`,
        $metadata: {},
      });
    }
    const id = newId();
    const short = Type === 'application' ? 'app' : Type === 'network' ? 'net' : 'gwy';
    const internal = Scheme === 'internal';
    const thing: LoadBalancer = {
      LoadBalancerArn: `${arnPrefix(call)}loadbalancer/${short}/${Name}/${id}`,
      DNSName: `${internal ? 'internal-' : ''}${Name}-${Number.parseInt(id.slice(0, 8), 16)}.${call.region}.elb.amazonaws.com`,
      CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
      CreatedTime: new Date(state.host.now()),
      LoadBalancerName: Name,
      Scheme: Scheme ?? 'internet-facing',
      VpcId: 'vpc-0a1b2c3d4e5f60718',
      State: { Code: 'active' },
      Type,
      AvailabilityZones: zones.map((SubnetId, index) => ({
        ZoneName: `${call.region}${'abcdef'[index % 6]}`,
        SubnetId,
        LoadBalancerAddresses: [],
      })),
      SecurityGroups: given.SecurityGroups ?? [],
      IpAddressType: given.IpAddressType ?? 'ipv4',
    };
    state.loadBalancers.put(thing.LoadBalancerArn as string, { thing, tags: fromTagList(Tags) });
    return { LoadBalancers: [thing] };
  },

  DescribeLoadBalancers({ LoadBalancerArns, Names, Marker, PageSize = 400 }, { state, call }) {
    const all = allOf(state.loadBalancers, call).map(({ thing }) => thing);
    for (const asked of [...(LoadBalancerArns ?? []), ...(Names ?? [])]) {
      const known = all.some((one) => one.LoadBalancerArn === asked || one.LoadBalancerName === asked);
      if (!known) throw noLoadBalancer(asked);
    }
    const found = all.filter(
      ({ LoadBalancerArn = '', LoadBalancerName = '' }) =>
        (!LoadBalancerArns?.length || LoadBalancerArns.includes(LoadBalancerArn)) &&
        (!Names?.length || Names.includes(LoadBalancerName)),
    );
    const { items, next } = page(
      found,
      ({ LoadBalancerArn = '' }) => LoadBalancerArn,
      Marker,
      PageSize,
      () => invalid('Invalid marker'),
    );
    return { LoadBalancers: items, NextMarker: next };
  },

  /** Its listeners and their rules go with it. Succeeds for one that is gone. */
  DeleteLoadBalancer({ LoadBalancerArn = '' }, { state }) {
    for (const { ListenerArn = '' } of listenersOf(state, LoadBalancerArn)) {
      const rules = `${ListenerArn.replace(':listener/', ':listener-rule/')}/`;
      for (const [key] of [...state.rules.entries(rules)]) state.rules.remove(key);
      state.listeners.remove(ListenerArn);
    }
    state.loadBalancers.remove(LoadBalancerArn);
    return {};
  },
};
