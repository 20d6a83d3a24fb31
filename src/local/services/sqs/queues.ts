// Queues: create, find, list, purge, delete.
import type * as sdk from '@aws-sdk/client-sqs';
import type { Handlers } from '../../service.ts';
import { firstPage, keyIn } from '../pages.ts';
import { checkedAttributes, merged, settingsOf } from './attributes.ts';
import {
  attributeValue,
  deletedRecently,
  invalid,
  noQueue,
  purging,
  queueExists,
  required,
} from './errors.ts';
import { checkName, queueKey, queueUrl } from './names.ts';
import { checkPolicy } from './permissions.ts';
import type { QueueRecord } from './records.ts';
import { checkRedrive } from './redrive.ts';
import type { SqsState } from './state.ts';
import { checkTags } from './tags.ts';

/** Milliseconds. */
const minute = 60_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
const largestPage = 1000;

export const queues: Handlers<typeof sdk, SqsState> = {
  CreateQueue({ QueueName, Attributes = {}, tags = {} }, { state, call }) {
    const name = required(QueueName, 'QueueName');
    const { FifoQueue } = Attributes;
    const fifo = FifoQueue?.toLowerCase() === 'true';
    checkName(name, fifo);
    if (fifo === false && FifoQueue !== undefined && !/^false$/i.test(FifoQueue))
      throw attributeValue('FifoQueue');
    const given = checkedAttributes(Attributes as Record<string, string>, fifo);
    const existing = state.find(call, name);
    if (existing) {
      checkSame(existing, given);
      return { QueueUrl: queueUrl(call, existing) };
    }
    checkTags(tags);
    const deleted = state.deleted.get(queueKey({ ...call, name }));
    const now = state.now();
    if (deleted !== undefined && now - deleted < minute && state.host.pace.createDelay > 0)
      throw deletedRecently();
    const attributes = merged({}, given);
    const { account, region } = call;
    const { DeduplicationScope: deduplicationScope } = attributes;
    const queue: QueueRecord = {
      account,
      region,
      name,
      created: now,
      modified: now,
      attributes,
      tags,
      deduplicationScope,
    };
    checkRedrive(state, queue, Attributes);
    checkPolicy(given);
    state.deleted.remove(queueKey(queue));
    state.save(queue);
    return { QueueUrl: queueUrl(call, queue) };
  },

  GetQueueUrl({ QueueName, QueueOwnerAWSAccountId = '' }, { state, call }) {
    const name = required(QueueName, 'QueueName');
    const queue = state.find({ ...call, account: QueueOwnerAWSAccountId || call.account }, name);
    if (!queue) throw noQueue();
    return { QueueUrl: queueUrl(call, queue) };
  },

  ListQueues({ QueueNamePrefix = '', NextToken, MaxResults }, { state, call }) {
    checkPageSize(MaxResults);
    const prefix = queueKey({ ...call, name: '' });
    const start = NextToken ? keyIn(NextToken, badToken) : undefined;
    const found = state.queues.entries(prefix + QueueNamePrefix, { start });
    const page = firstPage(after(found, start), ([key]) => key, MaxResults ?? largestPage);
    const urls = page.items.map(([, queue]) => queueUrl(call, queue));
    return {
      QueueUrls: urls.length > 0 ? urls : undefined,
      NextToken: MaxResults === undefined ? undefined : page.next,
    };
  },

  DeleteQueue({ QueueUrl }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    state.remove(queue);
    state.deleted.put(queueKey(queue), state.now());
    return {};
  },

  PurgeQueue({ QueueUrl }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const now = state.now();
    if (queue.purged !== undefined && now - queue.purged < minute) throw purging(queue.name);
    state.live(queue).messages.clear();
    state.deduplication(queue).clear();
    state.save({ ...queue, purged: now });
    return {};
  },
};

/** A request with the attributes of the existing queue, or fewer, finds it. @throws QueueNameExists */
function checkSame(existing: QueueRecord, given: Readonly<Record<string, string>>): void {
  const settings = settingsOf(existing);
  for (const [name, value] of Object.entries(given)) {
    if ((settings[name] ?? '') !== value) throw queueExists(name);
  }
}

export const badToken = () => invalid('Invalid or expired next token.');

export function checkPageSize(size: number | undefined): void {
  if (size === undefined || (size >= 1 && size <= largestPage)) return;
  throw invalid(
    `Value ${size} for parameter MaxResults is invalid. Reason: Must be an integer between 1 and 1000, if provided.`,
  );
}

function* after<T>(entries: Iterable<[string, T]>, start: string | undefined): Iterable<[string, T]> {
  for (const entry of entries) if (entry[0] !== start) yield entry;
}
