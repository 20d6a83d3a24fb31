// Tags of rules.
import type * as sdk from '@aws-sdk/client-iot';
import { ResourceNotFoundException } from '@aws-sdk/client-iot';
import { type Call, scopePrefix } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { fromTagList, toTagList } from '../tag-lists.ts';
import { type IotState, type RuleRecord, ruleArn, ruleKey } from './state.ts';

export const ruleTags: Handlers<typeof sdk, IotState> = {
  TagResource({ resourceArn, tags = [] }, { state, call }) {
    const rule = ruleAt(state, call, resourceArn);
    rule.retag({ ...rule.tags, ...fromTagList(tags) });
    return {};
  },

  UntagResource({ resourceArn, tagKeys = [] }, { state, call }) {
    const rule = ruleAt(state, call, resourceArn);
    rule.retag(Object.fromEntries(Object.entries(rule.tags).filter(([key]) => !tagKeys.includes(key))));
    return {};
  },

  ListTagsForResource({ resourceArn }, { state, call }) {
    const { tags } = ruleAt(state, call, resourceArn);
    return { tags: toTagList(tags) };
  },
};

export const taggedRules = (state: IotState): TaggedResources => ({
  *list(call) {
    for (const [, rule] of state.rules.entries(scopePrefix(call))) yield tagged(state, call, rule);
  },
});

const tagged = (state: IotState, call: Call, rule: RuleRecord): TaggedResource => ({
  arn: ruleArn(call, rule.name),
  type: 'iot:rule',
  tags: rule.tags,
  retag: (tags) => state.rules.put(ruleKey(call, rule.name), { ...rule, tags }),
});

/** @throws ResourceNotFoundException */
function ruleAt(state: IotState, call: Call, arn = ''): TaggedResource {
  const prefix = ruleArn(call, '');
  const rule = arn.startsWith(prefix) && state.rules.get(ruleKey(call, arn.slice(prefix.length)));
  if (rule) return tagged(state, call, rule);
  throw new ResourceNotFoundException({ message: `No resource found with ARN ${arn}`, $metadata: {} });
}
