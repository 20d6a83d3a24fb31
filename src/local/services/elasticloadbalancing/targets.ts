// Targets of target groups. A function must let the load balancer call it before it is registered.
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers } from '../../service.ts';
import { invalid, mayNotInvoke } from './errors.ts';
import type { ElbState } from './state.ts';
import { requireGroup } from './target-groups.ts';

export const targets: Handlers<typeof sdk, ElbState> = {
  RegisterTargets({ TargetGroupArn = '', Targets = [] }, { state, call }) {
    const kept = requireGroup(state, TargetGroupArn);
    const others = kept.targets.filter(({ Id }) => !Targets.some((one) => one.Id === Id));
    const after = [...others, ...Targets];
    if (kept.thing.TargetType === 'lambda') {
      for (const { Id = '' } of Targets) {
        if (!/^arn:[\w-]+:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/.test(Id)) {
          throw invalid(`The Lambda function ARN '${Id}' is not valid`);
        }
        const source = {
          principal: 'elasticloadbalancing.amazonaws.com',
          sourceArn: TargetGroupArn,
          sourceAccount: call.account,
        };
        if (!state.host.face('functions').accepts(Id, source)) throw mayNotInvoke(Id, TargetGroupArn);
      }
      if (after.length > 1) {
        throw invalid("Only one target can be registered to target groups with target type 'lambda'");
      }
    }
    state.targetGroups.put(TargetGroupArn, { ...kept, targets: after });
    return {};
  },

  DeregisterTargets({ TargetGroupArn = '', Targets = [] }, { state }) {
    const kept = requireGroup(state, TargetGroupArn);
    const left = kept.targets.filter(({ Id }) => !Targets.some((one) => one.Id === Id));
    state.targetGroups.put(TargetGroupArn, { ...kept, targets: left });
    return {};
  },

  DescribeTargetHealth({ TargetGroupArn, Targets }, { state }) {
    const { targets: all, thing } = requireGroup(state, TargetGroupArn);
    const asked = Targets?.length ? Targets : all;
    return {
      TargetHealthDescriptions: asked.map((one) => {
        const Target = all.find(({ Id }) => Id === one.Id) ?? one;
        return {
          Target: { AvailabilityZone: 'all', ...Target },
          TargetHealth: healthOf(all.includes(Target), thing),
        };
      }),
    };
  },
};

function healthOf(
  registered: boolean,
  {
    LoadBalancerArns = [],
    HealthCheckEnabled,
  }: { LoadBalancerArns?: string[]; HealthCheckEnabled?: boolean },
) {
  if (!registered) {
    return {
      State: 'unused' as const,
      Reason: 'Target.NotRegistered' as const,
      Description: 'Target is not registered to the target group',
    };
  }
  if (LoadBalancerArns.length === 0) {
    return {
      State: 'unused' as const,
      Reason: 'Target.NotInUse' as const,
      Description: 'Target group is not configured to receive traffic from the load balancer',
    };
  }
  if (HealthCheckEnabled) return { State: 'healthy' as const };
  return {
    State: 'unavailable' as const,
    Reason: 'Target.HealthCheckDisabled' as const,
    Description: 'Health checks are not enabled for this target',
  };
}
