// Tags of streams and consumers: by the ARN or, in the older operations, by the name of a stream.
import type * as sdk from '@aws-sdk/client-kinesis';
import type { Call } from '../../call.ts';
import { scopePrefix } from '../../call.ts';
import type { TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { consumerOf } from './consumers.ts';
import { type KinesisState, type StreamNaming, saveStream, streamArn, streamOf } from './state.ts';
import { checkTags, mostTags } from './tag-rules.ts';

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  save(tags: Tags): void;
}

function ofStream(state: KinesisState, call: Call, naming: StreamNaming): Tagged {
  const stream = streamOf(state, call, naming);
  return { tags: stream.tags, save: (tags) => saveStream(state, { ...stream, tags }) };
}

function ofResource(state: KinesisState, call: Call, arn: string): Tagged {
  if (!arn.includes('/consumer/')) return ofStream(state, call, { StreamARN: arn });
  const [key, consumer] = consumerOf(state, call, { ConsumerARN: arn });
  return { tags: consumer.tags, save: (tags) => state.consumers.put(key, { ...consumer, tags }) };
}

function add({ tags, save }: Tagged, more: Tags): Record<string, never> {
  const all = { ...tags, ...more };
  checkTags(all);
  save(all);
  return {};
}

function drop({ tags, save }: Tagged, keys: readonly string[]): Record<string, never> {
  save(Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
  return {};
}

const shown = (tags: Tags) =>
  Object.entries(tags)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([Key, Value]) => ({ Key, Value }));

export const tags: Handlers<typeof sdk, KinesisState> = {
  AddTagsToStream: ({ Tags = {}, ...naming }, { state, call }) => add(ofStream(state, call, naming), Tags),

  RemoveTagsFromStream: ({ TagKeys = [], ...naming }, { state, call }) =>
    drop(ofStream(state, call, naming), TagKeys),

  ListTagsForStream({ ExclusiveStartTagKey = '', Limit = mostTags, ...naming }, { state, call }) {
    new Violations().range(Limit, 'limit', 1, 50).refuse();
    const rest = shown(ofStream(state, call, naming).tags).filter(({ Key }) => Key > ExclusiveStartTagKey);
    return { Tags: rest.slice(0, Limit), HasMoreTags: rest.length > Limit };
  },

  TagResource: ({ ResourceARN = '', Tags = {} }, { state, call }) =>
    add(ofResource(state, call, ResourceARN), Tags),

  UntagResource: ({ ResourceARN = '', TagKeys = [] }, { state, call }) =>
    drop(ofResource(state, call, ResourceARN), TagKeys),

  ListTagsForResource: ({ ResourceARN = '' }, { state, call }) => ({
    Tags: shown(ofResource(state, call, ResourceARN).tags),
  }),
};

export function taggedStreams(state: KinesisState): TaggedResources {
  return {
    *list(call) {
      for (const [, { name, tags }] of state.streams.entries(scopePrefix(call))) {
        const arn = streamArn({ ...call, name });
        yield {
          arn,
          type: 'kinesis:stream',
          tags,
          retag(changed) {
            checkTags(changed);
            ofStream(state, call, { StreamARN: arn }).save(changed);
          },
        };
      }
    },
  };
}
