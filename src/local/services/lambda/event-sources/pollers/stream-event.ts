// The records of a stream as functions and filters see them. The order of their members is that of AWS.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
import type { StreamRecord } from '../../../../faces.ts';
import { parsedText } from '../filter-criteria.ts';

export interface StreamSource {
  readonly streamArn: string;
  readonly shard: string;
  /** The ARN of the function's role. */
  readonly role: string;
}

export const isKinesis = (streamArn: string): boolean => streamArn.split(':')[2] === 'kinesis';

export function streamRecord(record: StreamRecord, { streamArn, shard, role }: StreamSource): object {
  const awsRegion = streamArn.split(':')[3];
  const { event, sequenceNumber } = record;
  if (isKinesis(streamArn)) {
    return {
      kinesis: event.kinesis,
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shard}:${sequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: role,
      awsRegion,
      eventSourceARN: streamArn,
    };
  }
  const { eventID, eventName, eventVersion, dynamodb, ...more } = event;
  return {
    eventID,
    eventName,
    eventVersion,
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb,
    ...more,
    eventSourceARN: streamArn,
  };
}

/**
 * The record as JSON. AWS writes the time of a change as Java writes a double, `1.796046209E9`; in Python it is a float.
 * The text of a user cannot be the first match: the member comes before the keys and images.
 */
export function recordText(record: object): string {
  return JSON.stringify(record).replace(
    /"ApproximateCreationDateTime":(\d+)/,
    (_, seconds) => `"ApproximateCreationDateTime":${Number(seconds).toExponential().replace('e+', 'E')}`,
  );
}

/** The members that filters address: those of a Kinesis record lie beside the others, with the data decoded. */
export function filteredMembers(record: object): object {
  const { kinesis, ...others } = record as { kinesis?: { data: string } };
  if (!kinesis) return record;
  return { ...others, ...kinesis, data: parsedText(Buffer.from(kinesis.data, 'base64').toString()) };
}
