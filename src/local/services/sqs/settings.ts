// The attributes of queues.
import type * as sdk from '@aws-sdk/client-sqs';
import type { Handlers } from '../../service.ts';
import { checkedAttributes, checkNames, isFifo, merged, settingsOf } from './attributes.ts';
import { required } from './errors.ts';
import { queueArn } from './names.ts';
import { checkPolicy } from './permissions.ts';
import type { QueueRecord } from './records.ts';
import { checkRedrive } from './redrive.ts';
import type { SqsState } from './state.ts';

export const settings: Handlers<typeof sdk, SqsState> = {
  GetQueueAttributes({ QueueUrl, AttributeNames = [] }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    checkNames(AttributeNames);
    const all = attributesOf(state, queue);
    const wanted = AttributeNames as readonly string[];
    const asked = wanted.includes('All')
      ? Object.entries(all)
      : Object.entries(all).filter(([name]) => wanted.includes(name));
    return { Attributes: asked.length > 0 ? Object.fromEntries(asked) : undefined };
  },

  SetQueueAttributes({ QueueUrl, Attributes }, { state, call }) {
    const queue = state.byUrl(call, QueueUrl);
    const given = checkedAttributes(
      required(Attributes, 'Attributes') as Record<string, string>,
      isFifo(queue),
    );
    checkRedrive(state, queue, Attributes as Record<string, string>);
    checkPolicy(given);
    state.save({ ...queue, attributes: merged(queue.attributes, given), modified: state.now() });
    const live = state.live(queue);
    if (isFifo(queue) && given.DelaySeconds !== undefined) live.messages.delay(Number(given.DelaySeconds));
    live.tell();
    return {};
  },
};

function attributesOf(state: SqsState, queue: QueueRecord): Record<string, string> {
  const { visible, delayed, inFlight } = state.live(queue).messages.counts();
  const seconds = (time: number) => String(Math.floor(time / 1000));
  return {
    QueueArn: queueArn(queue),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds(queue.created),
    LastModifiedTimestamp: seconds(queue.modified),
    ...settingsOf(queue),
  };
}
