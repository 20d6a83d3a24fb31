// ReceiveMessage, with short and long polling.
import type * as sdk from '@aws-sdk/client-sqs';
import type { Message, ReceiveMessageRequest } from '@aws-sdk/client-sqs';
import type { MessageAttribute } from '../../../faces.ts';
import type { Handlers } from '../../../service.ts';
import { isFifo, numberOf } from '../attributes.ts';
import { invalidValue } from '../errors.ts';
import { queueKey } from '../names.ts';
import type { QueueRecord } from '../records.ts';
import type { SqsState } from '../state.ts';
import { checkId } from './checks.ts';
import { md5OfAttributes } from './digest.ts';
import { checkVisibility } from './drop.ts';
import { checkInFlight, type Taken, take, takeAgain } from './take.ts';

export const receive: Handlers<typeof sdk, SqsState> = {
  async ReceiveMessage(input, { state, call }) {
    const queue = state.byUrl(call, input.QueueUrl);
    const { MaxNumberOfMessages: most = 1, VisibilityTimeout, WaitTimeSeconds } = input;
    if (most < 1 || most > 10) {
      throw invalidValue('MaxNumberOfMessages', most, 'Must be between 1 and 10, if provided.');
    }
    if (WaitTimeSeconds !== undefined && (WaitTimeSeconds < 0 || WaitTimeSeconds > 20)) {
      throw invalidValue('WaitTimeSeconds', WaitTimeSeconds, 'Must be >= 0 and <= 20, if provided.');
    }
    checkVisibility(VisibilityTimeout);
    const some = () => {
      // The queue may have been deleted, or have other attributes, since the request began.
      const now = state.find(queue, queue.name);
      if (!now) return [];
      const visibility = VisibilityTimeout ?? numberOf(now, 'VisibilityTimeout');
      const taken = attempted(state, now, input, () => take(state, now, most, visibility), visibility);
      return taken.length > 0 ? taken : undefined;
    };
    const wait = WaitTimeSeconds ?? numberOf(queue, 'ReceiveMessageWaitTimeSeconds');
    if (wait === 0) checkInFlight(state, queue);
    const taken =
      some() ?? (wait > 0 ? await state.live(queue).wait(some, wait * 1000, call.signal) : undefined);
    const names = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])];
    const messages = taken?.map((one) => shown(one, names, input.MessageAttributeNames ?? [])) ?? [];
    return { Messages: messages.length > 0 ? messages : undefined };
  },
};

/** A receive that the client repeats gets the same messages. */
function attempted(
  state: SqsState,
  queue: QueueRecord,
  { ReceiveRequestAttemptId: id }: ReceiveMessageRequest,
  receiveNew: () => Taken[],
  visibility: number,
): Taken[] {
  if (id === undefined || !isFifo(queue)) return receiveNew();
  checkId('ReceiveRequestAttemptId', id);
  const key = `${queueKey(queue)} ${id}`;
  const earlier = state.attempts.find(key, state.now());
  const taken = earlier ? takeAgain(state, queue, earlier, visibility) : receiveNew();
  if (taken.length > 0) {
    const entries = taken.map(({ entry }) => entry);
    state.attempts.keep(key, entries, state.now());
  }
  return taken;
}

function shown(
  { message, handle, system }: Taken,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): Message {
  const all = systemNames.includes('All');
  const Attributes = Object.fromEntries(
    Object.entries(system).filter(([name]) => all || systemNames.includes(name)),
  );
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => isAsked(name, attributeNames)),
  );
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, inApi(value)]),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    MD5OfBody: message.md5,
    Body: message.body,
    Attributes: filled(Attributes),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
    MessageAttributes: filled(MessageAttributes),
  };
}

/** `All`, `.*` and `*` ask for all attributes, `Hel.*` for those that start with `Hel`. */
function isAsked(name: string, asked: readonly string[]): boolean {
  return asked.some((one) =>
    one === 'All' || one === '.*' || one === '*'
      ? true
      : one.endsWith('.*')
        ? name.startsWith(one.slice(0, -2))
        : name === one,
  );
}

const inApi = ({ type, text, bytes }: MessageAttribute) => ({
  DataType: type,
  StringValue: text,
  BinaryValue: bytes,
});

const filled = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length > 0 ? value : undefined;
