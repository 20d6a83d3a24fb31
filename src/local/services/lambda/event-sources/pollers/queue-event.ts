// The records of a queue as functions receive them. The order of their members is that of AWS.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
import type { MessageAttribute, ReceivedMessage } from '../../../../faces.ts';

/** The system attributes, in the order in which they are written. */
const systemOrder = [
  'ApproximateReceiveCount',
  'AWSTraceHeader',
  'SentTimestamp',
  'SequenceNumber',
  'MessageGroupId',
  'SenderId',
  'MessageDeduplicationId',
  'ApproximateFirstReceiveTimestamp',
  'DeadLetterQueueSourceArn',
];

/** `windowed`: the mapping has a window; then the MD5 of absent attributes is null, and not left out. */
export function queueRecord(message: ReceivedMessage, queueArn: string, windowed: boolean): object {
  const { md5OfAttributes, system } = message;
  const digest = md5OfAttributes ?? (windowed ? null : undefined);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: Object.fromEntries(
      systemOrder.flatMap((name) => (system[name] === undefined ? [] : [[name, system[name]]])),
    ),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, value]) => [name, shownAttribute(value)]),
    ),
    ...(digest !== undefined && { md5OfMessageAttributes: digest }),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}

const shownAttribute = ({ type, text, bytes }: MessageAttribute) => ({
  ...(text === undefined
    ? { binaryValue: Buffer.from(bytes ?? []).toString('base64') }
    : { stringValue: text }),
  stringListValues: [],
  binaryListValues: [],
  dataType: type,
});
