// The attributes of a queue: which can be set, to what, and how they are answered.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
import { attributeName, attributeValue, unknownAttribute } from './errors.ts';
import type { QueueRecord } from './records.ts';

type Attributes = Readonly<Record<string, string>>;

const numbers: Record<string, { least: number; most: number; initial?: number }> = {
  DelaySeconds: { least: 0, most: 900, initial: 0 },
  MaximumMessageSize: { least: 1024, most: 1_048_576, initial: 1_048_576 },
  MessageRetentionPeriod: { least: 60, most: 1_209_600, initial: 345_600 },
  ReceiveMessageWaitTimeSeconds: { least: 0, most: 20, initial: 0 },
  VisibilityTimeout: { least: 0, most: 43_200, initial: 30 },
  KmsDataKeyReusePeriodSeconds: { least: 60, most: 86_400 },
};

/** With this value the attribute is not shown. */
const initialReusePeriod = '300';

const words: Record<string, readonly string[]> = {
  SqsManagedSseEnabled: ['true', 'false'],
  FifoQueue: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

/** An empty text removes these. */
const documents = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId'];

const ofFifo = ['FifoQueue', 'ContentBasedDeduplication'];
const ofThroughput = ['DeduplicationScope', 'FifoThroughputLimit'];

const settable = [...Object.keys(numbers), ...Object.keys(words), ...documents];

const readOnly = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
];

const defaults: Attributes = {
  ...Object.fromEntries(
    Object.entries(numbers).flatMap(([name, { initial }]) =>
      initial === undefined ? [] : [[name, String(initial)]],
    ),
  ),
  SqsManagedSseEnabled: 'true',
};

const fifoDefaults: Attributes = {
  FifoQueue: 'true',
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

export const isFifo = ({ name }: { name: string }): boolean => name.endsWith('.fifo');

/** All attributes that can be set, as they are. */
export const settingsOf = (queue: Pick<QueueRecord, 'name' | 'attributes'>): Attributes => ({
  ...defaults,
  ...(isFifo(queue) ? fifoDefaults : {}),
  ...queue.attributes,
});

export function numberOf(queue: QueueRecord, name: string): number {
  return Number(queue.attributes[name] ?? defaults[name]);
}

/** @throws InvalidAttributeName for an attribute that GetQueueAttributes does not know */
export function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (name !== 'All' && !settable.includes(name) && !readOnly.includes(name)) throw unknownAttribute(name);
  }
}

/**
 * Checks attributes that a request sets, and returns them in the form in which they are answered.
 * @throws InvalidAttributeName, InvalidAttributeValue
 */
export function checkedAttributes(given: Attributes, fifo: boolean): Attributes {
  const checked = Object.entries(given).map(([name, value]) => {
    if (!fifo && ofThroughput.includes(name)) {
      throw attributeName(`You can specify the ${name} only when FifoQueue is set to true.`);
    }
    if (!settable.includes(name) || (!fifo && ofFifo.includes(name))) throw unknownAttribute(name);
    return [name, checkedValue(name, value)] as const;
  });
  if (given.FifoQueue !== undefined && given.FifoQueue.toLowerCase() !== 'true') {
    throw attributeValue('FifoQueue', ' Reason: Modifying queue type is not supported.');
  }
  return Object.fromEntries(checked);
}

function checkedValue(name: string, value: string): string {
  const range = numbers[name];
  if (range) {
    const number = Number(value);
    if (!/^\d{1,9}$/.test(value) || number < range.least || number > range.most) throw attributeValue(name);
    return String(number);
  }
  if (name === 'RedrivePolicy') return redriveAsAnswered(value);
  const allowed = words[name];
  if (!allowed) return value;
  const found = allowed.find((word) => word.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw attributeValue(name);
  return found;
}

/** SQS answers the count as a number. What is no redrive policy is refused later, with the text that was sent. */
function redriveAsAnswered(text: string): string {
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text);
    const known = typeof deadLetterTargetArn === 'string' && /^\d{1,9}$/.test(String(maxReceiveCount));
    return known ? JSON.stringify({ deadLetterTargetArn, maxReceiveCount: Number(maxReceiveCount) }) : text;
  } catch {
    return text;
  }
}

/**
 * The attributes of a queue after a change. An empty text removes an attribute. Of the two kinds of encryption, the one
 * that is switched on later counts.
 * @throws InvalidAttributeName for both kinds of encryption, InvalidAttributeValue
 */
export function merged(before: Attributes, change: Attributes): Attributes {
  const { KmsMasterKeyId, SqsManagedSseEnabled } = change;
  if (KmsMasterKeyId && SqsManagedSseEnabled === 'true') {
    throw attributeName(
      'You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.',
    );
  }
  const all: Record<string, string> = { ...before, ...change };
  if (KmsMasterKeyId) all.SqsManagedSseEnabled = 'false';
  if (SqsManagedSseEnabled === 'true') delete all.KmsMasterKeyId;
  if (all.FifoThroughputLimit === 'perMessageGroupId' && all.DeduplicationScope !== 'messageGroup') {
    throw attributeValue(
      'FifoThroughputLimit',
      ' Reason: The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.',
    );
  }
  for (const name of documents) if (all[name] === '') delete all[name];
  if (change.KmsDataKeyReusePeriodSeconds === initialReusePeriod) delete all.KmsDataKeyReusePeriodSeconds;
  return all;
}
