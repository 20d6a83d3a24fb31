// Tags of queues, also for the Resource Groups Tagging API.
import type * as sdk from '@aws-sdk/client-sqs';
import { scopePrefix } from '../../call.ts';
import type { TaggedResources } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { invalid, required } from './errors.ts';
import { queueArn } from './names.ts';
import type { SqsState } from './state.ts';

export const tags: Handlers<typeof sdk, SqsState> = {
  ListQueueTags({ QueueUrl }, { state, call }) {
    const { tags: all } = state.byUrl(call, QueueUrl);
    return { Tags: Object.keys(all).length > 0 ? { ...all } : undefined };
  },

  TagQueue({ QueueUrl, Tags }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const all = { ...queue.tags, ...required(Tags, 'Tags') };
    checkTags(all);
    state.save({ ...queue, tags: all });
    return {};
  },

  UntagQueue({ QueueUrl, TagKeys }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const gone = required(TagKeys, 'TagKeys');
    const kept = Object.entries(queue.tags).filter(([key]) => !gone.includes(key));
    state.save({ ...queue, tags: Object.fromEntries(kept) });
    return {};
  },
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html */
export function checkTags(all: Readonly<Record<string, string>>): void {
  const entries = Object.entries(all);
  if (entries.length > 50) throw invalid(`Too many tags added for queue. The limit is 50.`);
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128)
      throw invalid('Tag keys must be between 1 and 128 characters in length.');
    if (value.length > 256) throw invalid('Tag values must be between 0 and 256 characters in length.');
    if (/^aws:/i.test(key)) throw invalid(`Tag keys cannot start with 'aws:': ${key}`);
  }
}

export function taggedQueues(state: SqsState): TaggedResources {
  return {
    *list(call) {
      for (const [, queue] of state.queues.entries(scopePrefix(call))) {
        yield {
          arn: queueArn(queue),
          type: 'sqs:queue',
          tags: queue.tags,
          retag(all) {
            checkTags(all);
            state.save({ ...queue, tags: all });
          },
        };
      }
    },
  };
}
