// Tags of topics.
import type * as sdk from '@aws-sdk/client-sns';
import { type Tag, TagLimitExceededException } from '@aws-sdk/client-sns';
import { type Call, scopePrefix } from '../../../call.ts';
import type { TaggedResources } from '../../../faces.ts';
import type { Handlers } from '../../../service.ts';
import { toTagList } from '../../tag-lists.ts';
import { checkArnForm } from '../arns.ts';
import { invalid, noResource } from '../errors.ts';
import { type SnsState, type TopicRecord, topicAt, topicKey } from '../state.ts';

type Tags = Readonly<Record<string, string>>;

export const topicTags: Handlers<typeof sdk, SnsState> = {
  TagResource({ ResourceArn, Tags = [] }, { call, state }) {
    const topic = taggable(state, call, ResourceArn);
    retag(state, topic, { ...topic.tags, ...tagsIn(Tags) });
    return {};
  },

  UntagResource({ ResourceArn, TagKeys = [] }, { call, state }) {
    const topic = taggable(state, call, ResourceArn);
    const kept = Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key));
    retag(state, topic, Object.fromEntries(kept));
    return {};
  },

  ListTagsForResource({ ResourceArn }, { call, state }) {
    const { tags } = taggable(state, call, ResourceArn);
    return { Tags: toTagList(tags) };
  },
};

/** @throws InvalidParameterException, ResourceNotFoundException */
function taggable(state: SnsState, { account, region }: Call, arn = ''): TopicRecord {
  checkArnForm('ResourceArn', arn);
  const topic = topicAt(state, arn);
  if (topic?.arn !== arn || topic.account !== account || topic.region !== region) throw noResource();
  return topic;
}

function retag(state: SnsState, topic: TopicRecord, tags: Tags): void {
  checkTags(tags);
  state.topics.put(topicKey(topic), { ...topic, tags });
}

/** @throws InvalidParameterException for a key that occurs twice */
export function tagsIn(list: readonly Tag[]): Tags {
  const found: Record<string, string> = {};
  for (const { Key = '', Value = '' } of list) {
    if (Object.hasOwn(found, Key)) throw invalid('Duplicated keys are not allowed.');
    found[Key] = Value;
  }
  return found;
}

/** @throws InvalidParameterException, TagLimitExceededException */
export function checkTags(tags: Tags): void {
  const all = Object.entries(tags);
  if (all.length > 50) {
    throw new TagLimitExceededException({
      message: 'Could not complete request: tag quota of per resource exceeded',
      $metadata: {},
    });
  }
  for (const [key, value] of all) {
    if (key === '' || key.length > 128 || /^aws:/i.test(key)) throw invalid('TagKey');
    if (value.length > 256) throw invalid('TagValue');
  }
}

/** Topics, for the Resource Groups Tagging API. */
export function taggedTopics(state: SnsState): TaggedResources {
  return {
    *list(call) {
      for (const [, topic] of state.topics.entries(scopePrefix(call))) {
        yield {
          arn: topic.arn,
          type: 'sns:topic',
          tags: topic.tags,
          retag: (tags) => retag(state, topic, tags),
        };
      }
    },
  };
}
