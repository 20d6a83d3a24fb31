// The attributes of a queue: as slsctl.yml says them, and as SQS answers them, which is text.
import type { ThingFields } from '../../config/things/kinds.ts';

type Fields = ThingFields<'queue'>;

/** Attributes that are documents. */
const documents = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'];

/** What SQS takes when an attribute is not given; `''` removes it. */
const defaults: Record<string, unknown> = {
  VisibilityTimeout: 30,
  MessageRetentionPeriod: 345_600,
  DelaySeconds: 0,
  MaximumMessageSize: 1_048_576,
  ReceiveMessageWaitTimeSeconds: 0,
  ContentBasedDeduplication: false,
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
  KmsMasterKeyId: '',
  KmsDataKeyReusePeriodSeconds: 300,
  SqsManagedSseEnabled: true,
  RedrivePolicy: '',
  RedriveAllowPolicy: '',
  Policy: '',
};

/** SQS does not answer every attribute that has its default. */
export function isDefault(name: string, value: unknown): boolean {
  return Object.hasOwn(defaults, name) && defaults[name] === value;
}

/** Values of attributes: numbers, truth values, texts and documents. */
export type Attributes = Record<string, unknown>;

/** The declared attributes; `deadLetterArn`: of the queue that `deadLetter` names. */
export function declaredAttributes(
  { fifo: _, fifoQueue: _type, deadLetter, redrivePolicy, ...fields }: Fields,
  deadLetterArn: string | undefined,
): Attributes {
  const attributes: Attributes = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const name = field.charAt(0).toUpperCase() + field.slice(1);
    attributes[name] = value === null ? defaults[name] : value;
  }
  if (deadLetter) {
    const maxReceiveCount = typeof deadLetter === 'number' ? deadLetter : (deadLetter.maxReceiveCount ?? 3);
    attributes.RedrivePolicy = { deadLetterTargetArn: deadLetterArn, maxReceiveCount };
  } else if (redrivePolicy) attributes.RedrivePolicy = redrivePolicy;
  else if (deadLetter === null || redrivePolicy === null) attributes.RedrivePolicy = '';
  return attributes;
}

/** From the answer of GetQueueAttributes. */
export function parsedAttributes(answer: Record<string, string>): Attributes {
  return Object.fromEntries(Object.entries(answer).map(([name, text]) => [name, parsed(name, text)]));
}

function parsed(name: string, text: string): unknown {
  if (documents.includes(name)) {
    const document: unknown = text === '' ? undefined : JSON.parse(text);
    if (name !== 'RedrivePolicy') return document;
    const { maxReceiveCount, ...rest } = (document ?? {}) as Record<string, unknown>;
    return document && { ...rest, maxReceiveCount: Number(maxReceiveCount) };
  }
  if (/^\d+$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** For a request. */
export function attributeTexts(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}
