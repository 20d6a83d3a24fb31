// Target groups. One of the type `lambda` holds one function.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { fromTagList } from '../tag-lists.ts';
import { groupDiffers, groupInUse, invalid, noLoadBalancer, noTargetGroup } from './errors.ts';
import { allOf, arnPrefix, type ElbState, type KeptGroup, newId } from './state.ts';

export const targetGroups: Handlers<typeof sdk, ElbState> = {
  /** The same request again answers the same group. */
  CreateTargetGroup({ Name = '', Tags, ...given }, { state, call }) {
    if (!/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(Name)) {
      throw invalid(`Target group name '${Name}' is not valid`);
    }
    const made: TargetGroup = {
      TargetGroupArn: `${arnPrefix(call)}targetgroup/${Name}/${newId()}`,
      TargetGroupName: Name,
      ...(given.TargetType === 'lambda' ? lambdaGroup(given) : otherGroup(given)),
      LoadBalancerArns: [],
      IpAddressType: given.IpAddressType ?? 'ipv4',
    };
    const known = allOf(state.targetGroups, call).find(({ thing }) => thing.TargetGroupName === Name);
    if (known) {
      if (!isSame(known.thing, made)) throw groupDiffers(Name);
      return { TargetGroups: [known.thing] };
    }
    const kept = { thing: made, tags: fromTagList(Tags), attributes: {}, targets: [] };
    state.targetGroups.put(made.TargetGroupArn as string, kept);
    return { TargetGroups: [made] };
  },

  DescribeTargetGroups({ LoadBalancerArn, TargetGroupArns, Names, Marker, PageSize = 400 }, { state, call }) {
    if (LoadBalancerArn && !state.loadBalancers.get(LoadBalancerArn)) throw noLoadBalancer(LoadBalancerArn);
    const all = allOf(state.targetGroups, call).map(({ thing }) => thing);
    for (const asked of [...(TargetGroupArns ?? []), ...(Names ?? [])]) {
      if (!all.some((one) => one.TargetGroupArn === asked || one.TargetGroupName === asked))
        throw noTargetGroup();
    }
    const found = all.filter(
      ({ TargetGroupArn = '', TargetGroupName = '', LoadBalancerArns = [] }) =>
        (!LoadBalancerArn || LoadBalancerArns.includes(LoadBalancerArn)) &&
        (!TargetGroupArns?.length || TargetGroupArns.includes(TargetGroupArn)) &&
        (!Names?.length || Names.includes(TargetGroupName)),
    );
    const { items, next } = page(
      found,
      ({ TargetGroupArn = '' }) => TargetGroupArn,
      Marker,
      PageSize,
      () => invalid('Invalid marker'),
    );
    return { TargetGroups: items, NextMarker: next };
  },

  ModifyTargetGroup({ TargetGroupArn, ...given }, { state }) {
    const kept = requireGroup(state, TargetGroupArn);
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const thing = { ...kept.thing, ...changes };
    state.targetGroups.put(thing.TargetGroupArn as string, { ...kept, thing });
    return { TargetGroups: [thing] };
  },

  /** Succeeds for a group that is gone. */
  DeleteTargetGroup({ TargetGroupArn = '' }, { state }) {
    if (state.targetGroups.get(TargetGroupArn)?.thing.LoadBalancerArns?.length)
      throw groupInUse(TargetGroupArn);
    state.targetGroups.remove(TargetGroupArn);
    return {};
  },
};

/** @throws TargetGroupNotFoundException */
export function requireGroup(state: ElbState, arn = ''): KeptGroup {
  const kept = state.targetGroups.get(arn);
  if (!kept) throw noTargetGroup();
  return kept;
}

type Given = Parameters<NonNullable<Handlers<typeof sdk, ElbState>['CreateTargetGroup']>>[0];

function lambdaGroup(given: Partial<Given>): TargetGroup {
  if (given.Protocol || given.Port || given.VpcId) {
    throw invalid("Protocol, port and VPC cannot be specified for target groups with target type 'lambda'");
  }
  return {
    HealthCheckEnabled: given.HealthCheckEnabled ?? false,
    HealthCheckIntervalSeconds: given.HealthCheckIntervalSeconds ?? 35,
    HealthCheckTimeoutSeconds: given.HealthCheckTimeoutSeconds ?? 30,
    HealthyThresholdCount: given.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: given.UnhealthyThresholdCount ?? 2,
    HealthCheckPath: given.HealthCheckPath ?? '/',
    Matcher: given.Matcher ?? { HttpCode: '200' },
    TargetType: 'lambda',
  };
}

function otherGroup(given: Partial<Given>): TargetGroup {
  return {
    Protocol: given.Protocol,
    Port: given.Port,
    VpcId: given.VpcId,
    HealthCheckProtocol: given.HealthCheckProtocol ?? 'HTTP',
    HealthCheckPort: given.HealthCheckPort ?? 'traffic-port',
    HealthCheckEnabled: given.HealthCheckEnabled ?? true,
    HealthCheckIntervalSeconds: given.HealthCheckIntervalSeconds ?? 30,
    HealthCheckTimeoutSeconds: given.HealthCheckTimeoutSeconds ?? 5,
    HealthyThresholdCount: given.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: given.UnhealthyThresholdCount ?? 2,
    HealthCheckPath: given.HealthCheckPath ?? '/',
    Matcher: given.Matcher ?? { HttpCode: '200' },
    TargetType: given.TargetType ?? 'instance',
    ProtocolVersion: given.ProtocolVersion ?? 'HTTP1',
  };
}

function isSame(one: TargetGroup, other: TargetGroup): boolean {
  const settings = ({ TargetGroupArn: _, LoadBalancerArns: __, ...rest }: TargetGroup) =>
    JSON.stringify(rest);
  return settings(one) === settings(other);
}
