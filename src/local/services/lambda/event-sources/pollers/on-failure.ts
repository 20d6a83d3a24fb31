// The document about records that a function could not process, and its delivery.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
import { randomUUID } from 'node:crypto';
import type { StreamRecord } from '../../../../faces.ts';
import { noticeOnce } from '../../../../notices.ts';
import { countUndelivered } from '../../invocations/metrics.ts';
import { arnOf } from '../../state.ts';
import { type BatchRun, functionOf, invokedBy, type Mapping } from './poller.ts';
import { isKinesis } from './stream-event.ts';

export interface Discarded {
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  readonly shard: string;
  readonly records: readonly StreamRecord[];
  /** How often the function was invoked with them. */
  readonly invokes: number;
  /** The last run. */
  readonly run: BatchRun | undefined;
  /** The event, as JSON. */
  readonly event: string;
}

/** Sends it to the destination of the mapping, if there is one. */
export async function discard(mapping: Mapping, discarded: Discarded): Promise<void> {
  const target = mapping.record.settings.DestinationConfig?.OnFailure?.Destination;
  if (target === undefined) return;
  const now = new Date();
  const document = failureDocument(mapping, discarded, now);
  const { host } = mapping.state;
  try {
    switch (target.split(':')[2]) {
      case 'sqs':
        host.face('queues').send(target, { body: JSON.stringify(document) });
        break;
      case 'sns':
        host.face('topics').publish(target, { text: JSON.stringify(document) });
        break;
      case 's3': {
        const content = JSON.stringify({ ...document, payload: JSON.parse(discarded.event) });
        const key = objectKey(mapping.record.id, discarded.shard, now);
        const bucket = target.split(':')[5] ?? '';
        await host
          .face('objects')
          .write(invokedBy(mapping), { bucket, key, content, type: 'application/json' });
      }
    }
  } catch (error) {
    // The destination is gone. AWS counts it and continues.
    const { functionArn } = mapping.record;
    const version = functionOf(mapping);
    const { qualifier } = invokedBy(mapping);
    if (version) countUndelivered(mapping.state, version, qualifier, 'DestinationDeliveryFailures');
    noticeOnce(
      `Records that ${functionArn} did not process were dropped. ${target} does not take them: ${(error as Error).message}`,
    );
  }
}

function failureDocument(mapping: Mapping, discarded: Discarded, now: Date): object {
  const { condition, shard, records, invokes, run } = discarded;
  const { EventSourceArn: streamArn = '', FunctionResponseTypes } = mapping.record.settings;
  const kinesis = isKinesis(streamArn);
  const [first, last] = [records[0], records.at(-1)] as [StreamRecord, StreamRecord];
  const shown = ({ arrived }: StreamRecord) => {
    const text = new Date(arrived).toISOString();
    return kinesis ? text : text.replace(/\.\d+Z$/, 'Z');
  };
  return {
    requestContext: {
      requestId: run?.requestId ?? randomUUID(),
      functionArn: arnOf(invokedBy(mapping)),
      condition,
      // Also for records that were too old before their first invocation.
      approximateInvokeCount: Math.max(1, invokes),
    },
    ...(condition === 'RetryAttemptsExhausted' &&
      run && {
        responseContext: {
          statusCode: 200,
          executedVersion: run.version,
          functionError: run.failed || !FunctionResponseTypes?.length ? 'Unhandled' : null,
        },
      }),
    version: '1.0',
    timestamp: now.toISOString(),
    [kinesis ? 'KinesisBatchInfo' : 'DDBStreamBatchInfo']: {
      shardId: shard,
      startSequenceNumber: first.sequenceNumber,
      endSequenceNumber: last.sequenceNumber,
      approximateArrivalOfFirstRecord: shown(first),
      approximateArrivalOfLastRecord: shown(last),
      batchSize: records.length,
      streamArn,
    },
  };
}

/** `aws/lambda/UUID/SHARD/2025/01/31/2025-01-31T13.48.01-UUID` */
function objectKey(mapping: string, shard: string, now: Date): string {
  const [day = '', time = ''] = now.toISOString().slice(0, 19).split('T');
  const name = `${day}T${time.replaceAll(':', '.')}-${randomUUID()}`;
  return `aws/lambda/${mapping}/${shard}/${day.replaceAll('-', '/')}/${name}`;
}
