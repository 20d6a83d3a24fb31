// The documents that subscribers receive.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
import type { MessageAttribute } from '../../../faces.ts';
import { type Message, textFor } from '../publishing/message.ts';
import type { SubscriptionRecord, TopicRecord } from '../state.ts';
import { certificateUrl, signatureOf } from './signature.ts';

/** The attributes as documents have them: `{ "a": { "Type": "Number", "Value": "1" } }`. */
function shown(attributes: Message['attributes']): Record<string, { Type: string; Value: string }> {
  const value = ({ text, bytes }: MessageAttribute) => text ?? Buffer.from(bytes ?? []).toString('base64');
  return Object.fromEntries(
    Object.entries(attributes).map(([name, one]) => [name, { Type: one.type, Value: value(one) }]),
  );
}

const regionOf = (arn: string): string => arn.split(':')[3] ?? '';

/** `base`: the address at which the link works; that of AWS by default. */
export const unsubscribeUrl = (
  { arn }: SubscriptionRecord,
  base = `https://sns.${regionOf(arn)}.amazonaws.com`,
): string => `${base}/?Action=Unsubscribe&SubscriptionArn=${arn}`;

/** The body for queues and HTTP endpoints. */
export function envelope(
  topic: TopicRecord,
  subscription: SubscriptionRecord,
  message: Message,
  base?: string,
): string {
  const Message = textFor(message, subscription.protocol);
  const Timestamp = new Date(message.published).toISOString();
  const version = topic.attributes.SignatureVersion ?? '1';
  const signed = { Message, MessageId: message.id, Subject: message.subject, Timestamp, TopicArn: topic.arn };
  return written({
    Type: 'Notification',
    MessageId: message.id,
    SequenceNumber: message.sequenceNumber,
    TopicArn: topic.arn,
    Subject: message.subject,
    Message,
    Timestamp,
    ...(topic.fifo
      ? {}
      : {
          SignatureVersion: version,
          Signature: signatureOf({ ...signed, Type: 'Notification' }, version),
          SigningCertURL: certificateUrl(topic.region),
        }),
    UnsubscribeURL: unsubscribeUrl(subscription, base),
    MessageAttributes: Object.keys(message.attributes).length > 0 ? shown(message.attributes) : undefined,
  });
}

/** The event for functions. Its members differ a little from those of the body. */
export function lambdaEvent(topic: TopicRecord, subscription: SubscriptionRecord, message: Message): object {
  const Message = textFor(message, 'lambda');
  const Timestamp = new Date(message.published).toISOString();
  const signed = { Message, MessageId: message.id, Subject: message.subject, Timestamp, TopicArn: topic.arn };
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: 'Notification',
          MessageId: message.id,
          TopicArn: topic.arn,
          Subject: message.subject ?? null,
          Message,
          Timestamp,
          SignatureVersion: '1',
          Signature: signatureOf({ ...signed, Type: 'Notification' }, '1'),
          SigningCertUrl: certificateUrl(topic.region),
          UnsubscribeUrl: unsubscribeUrl(subscription),
          MessageAttributes: shown(message.attributes),
        },
      },
    ],
  };
}

/** JSON as SNS writes it: a line for each member, with blanks around its colon. */
export function written(members: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const lines = given.map(([name, value]) => `  ${JSON.stringify(name)} : ${memberText(value)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

function memberText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const lines = Object.entries(value).map(
    ([name, one]) => `    ${JSON.stringify(name)} : ${JSON.stringify(one)}`,
  );
  return `{\n${lines.join(',\n')}\n  }`;
}
