// Tags of parameters.
import type * as sdk from '@aws-sdk/client-ssm';
import { InvalidResourceType, TooManyTagsError } from '@aws-sdk/client-ssm';
import type { Call } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { fromTagList, toTagList } from '../tag-lists.ts';
import { invalid, invalidResource } from './errors.ts';
import { parseName } from './names.ts';
import { type ParameterRecord, parameterKey, type SsmState } from './state.ts';

type Tags = Readonly<Record<string, string>>;

export const tags: Handlers<typeof sdk, SsmState> = {
  AddTagsToResource({ ResourceType, ResourceId, Tags = [] }, { state, call }) {
    const parameter = tagged(state, call, ResourceType, ResourceId);
    retag(state, call, parameter, { ...parameter.tags, ...fromTagList(Tags) });
    return {};
  },

  RemoveTagsFromResource({ ResourceType, ResourceId, TagKeys = [] }, { state, call }) {
    const parameter = tagged(state, call, ResourceType, ResourceId);
    const kept = Object.entries(parameter.tags).filter(([key]) => !TagKeys.includes(key));
    retag(state, call, parameter, Object.fromEntries(kept));
    return {};
  },

  ListTagsForResource({ ResourceType, ResourceId }, { state, call }) {
    const { tags } = tagged(state, call, ResourceType, ResourceId);
    return { TagList: toTagList(tags) };
  },
};

/** @throws TooManyTagsError, ServiceError for keys that belong to AWS */
export function checkTags(tags: Tags): void {
  const keys = Object.keys(tags);
  if (keys.length > 50) {
    throw new TooManyTagsError({
      message:
        'The Targets parameter includes too many tags. Remove one or more tags and try the command again.',
      $metadata: {},
    });
  }
  if (keys.some((key) => key.toLowerCase().startsWith('aws:')))
    throw invalid('aws: prefixed tag key names are not allowed for external use.');
}

export function retag(state: SsmState, call: Call, parameter: ParameterRecord, tags: Tags): void {
  checkTags(tags);
  state.parameters.put(parameterKey(call, parameter.name), { ...parameter, tags });
}

function tagged(state: SsmState, call: Call, type: string | undefined, id = ''): ParameterRecord {
  if (type !== 'Parameter') {
    throw new InvalidResourceType({
      message:
        'The resource type is not valid. For example, if you are attempting to tag an EC2 instance, the instance must be a registered managed node.',
      $metadata: {},
    });
  }
  const parameter = state.parameters.get(parameterKey(call, parseName(id).name));
  if (!parameter) throw invalidResource();
  return parameter;
}
