// Attributes of target groups.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
import type * as sdk from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handlers } from '../../service.ts';
import { invalid } from './errors.ts';
import type { ElbState, KeptGroup } from './state.ts';
import { requireGroup } from './target-groups.ts';

const ofFunctions: Record<string, string> = { 'lambda.multi_value_headers.enabled': 'false' };

const ofServers: Record<string, string> = {
  'stickiness.enabled': 'false',
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.type': 'lb_cookie',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'slow_start.duration_seconds': '0',
  'load_balancing.algorithm.type': 'round_robin',
};

export const attributes: Handlers<typeof sdk, ElbState> = {
  DescribeTargetGroupAttributes({ TargetGroupArn }, { state }) {
    return { Attributes: listOf(requireGroup(state, TargetGroupArn)) };
  },

  ModifyTargetGroupAttributes({ TargetGroupArn, Attributes = [] }, { state }) {
    const kept = requireGroup(state, TargetGroupArn);
    const known = defaultsOf(kept);
    for (const { Key = '', Value = '' } of Attributes) {
      if (!Object.hasOwn(known, Key)) throw invalid(`Target group attribute key '${Key}' is not recognized`);
      if (/\.enabled$/.test(Key) && !/^(true|false)$/.test(Value)) {
        throw invalid(`'${Value}' is not a valid value for '${Key}'`);
      }
    }
    const given = Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
    const changed = { ...kept, attributes: { ...kept.attributes, ...given } };
    state.targetGroups.put(kept.thing.TargetGroupArn as string, changed);
    return { Attributes: listOf(changed) };
  },
};

const defaultsOf = ({ thing }: KeptGroup) => (thing.TargetType === 'lambda' ? ofFunctions : ofServers);

const listOf = (kept: KeptGroup) =>
  Object.entries({ ...defaultsOf(kept), ...kept.attributes }).map(([Key, Value]) => ({ Key, Value }));
