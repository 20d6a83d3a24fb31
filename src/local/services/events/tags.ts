// Tags of rules and buses.
import type * as sdk from '@aws-sdk/client-eventbridge';
import { type Call, scopePrefix } from '../../call.ts';
import type { TaggedResource, TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { fromTagList, toTagList } from '../tag-lists.ts';
import { invalid } from './errors.ts';
import {
  type BusRecord,
  busArn,
  busKey,
  defaultBus,
  type EventsState,
  putRule,
  type RuleRecord,
  requireBus,
  requireRule,
  ruleArn,
  type Tags,
} from './state.ts';

export const tags: Handlers<typeof sdk, EventsState> = {
  TagResource({ ResourceARN, Tags = [] }, { state, call }) {
    const resource = resourceAt(state, call, ResourceARN);
    resource.retag({ ...resource.tags, ...fromTagList(Tags) });
    return {};
  },

  UntagResource({ ResourceARN, TagKeys = [] }, { state, call }) {
    const resource = resourceAt(state, call, ResourceARN);
    const kept = Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key));
    resource.retag(Object.fromEntries(kept));
    return {};
  },

  ListTagsForResource({ ResourceARN }, { state, call }) {
    const { tags } = resourceAt(state, call, ResourceARN);
    return { Tags: toTagList(tags) };
  },
};

export const taggedEvents = (state: EventsState): TaggedResources => ({
  *list(call) {
    for (const [, bus] of state.buses.entries(scopePrefix(call))) {
      // The default bus belongs to nobody until it is tagged.
      if (bus.name === defaultBus && Object.keys(bus.tags).length === 0) continue;
      yield taggedBus(state, call, bus);
    }
    for (const [, rule] of state.rules.entries(scopePrefix(call))) yield taggedRule(state, call, rule);
  },
});

/** @throws ResourceNotFoundException */
function resourceAt(state: EventsState, call: Call, arn = ''): TaggedResource {
  const [, region, account, kind, path = ''] =
    /^arn:[\w-]+:events:([^:]*):([^:]*):(rule|event-bus)\/(.+)$/.exec(arn) ?? [];
  if (region !== call.region || account !== call.account)
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (kind === 'event-bus') return taggedBus(state, call, requireBus(state, call, path));
  const slash = path.lastIndexOf('/');
  const EventBusName = slash < 0 ? defaultBus : path.slice(0, slash);
  return taggedRule(state, call, requireRule(state, call, { Name: path.slice(slash + 1), EventBusName }));
}

const taggedBus = (state: EventsState, call: Call, bus: BusRecord): TaggedResource => ({
  arn: busArn(call, bus.name),
  type: 'events:event-bus',
  tags: bus.tags,
  retag(tags) {
    checkTags(tags);
    state.buses.put(busKey(call, bus.name), { ...bus, tags });
  },
});

const taggedRule = (state: EventsState, call: Call, rule: RuleRecord): TaggedResource => ({
  arn: ruleArn(call, rule),
  type: 'events:rule',
  tags: rule.tags,
  retag(tags) {
    checkTags(tags);
    putRule(state, call, { ...rule, tags });
  },
});

function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > 50) {
    throw invalid('The number of tags exceeds the maximum of 50 for a resource.');
  }
}
