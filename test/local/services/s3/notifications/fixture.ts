// An S3 whose functions, queues, topics and buses are stand-ins: they keep what they receive.
import {
  CreateBucketCommand,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { BusEvent, EventSource, Faces, QueueMessage } from '../../../../../src/local/faces.ts';
import { ServiceError } from '../../../../../src/local/service-error.ts';
import { createIamService } from '../../../../../src/local/services/iam/service.ts';
import { createS3Service } from '../../../../../src/local/services/s3/service.ts';
import { account } from '../../../call.ts';
import { asynchronous, standIn } from '../../../composed.ts';
import { localS3 } from '../fixture.ts';

export const region = 'us-east-1';
export const functionArn = `arn:aws:lambda:${region}:${account}:function:f`;
export const queueArn = `arn:aws:sqs:${region}:${account}:q`;
export const topicArn = `arn:aws:sns:${region}:${account}:t`;

export interface S3Record {
  eventName: string;
  eventVersion: string;
  s3: { configurationId: string; object: Record<string, unknown> };
}

const denied = () => new ServiceError('AccessDenied', 'no', 403);

export async function notifyingS3() {
  const received = {
    functions: [] as { arn: string; event: { Records: S3Record[] }; source: EventSource | undefined }[],
    queues: [] as { arn: string; message: QueueMessage; source?: EventSource }[],
    topics: [] as { arn: string; text: string; subject?: string; source?: EventSource }[],
    buses: [] as { region: string; event: BusEvent; bus?: string }[],
  };
  /** ARNs that exist, and those whose policy lets S3 send. */
  const there = new Set([functionArn, queueArn, topicArn]);
  const permitted = new Set([functionArn, queueArn, topicArn]);
  const check = (arn: string) => {
    if (!there.has(arn) || !permitted.has(arn)) throw denied();
  };
  const faces: Partial<Faces> = {
    functions: {
      ...asynchronous,
      accepts: (arn) => there.has(arn) && permitted.has(arn),
      deliver(arn, event, source) {
        check(arn);
        received.functions.push({ arn, event: event as { Records: S3Record[] }, source });
      },
    },
    queues: {
      describe: (arn) => (there.has(arn) ? { fifo: false, visibilityTimeout: 30 } : undefined),
      send(arn, message, source) {
        check(arn);
        received.queues.push({ arn, message, source });
        return 'id';
      },
      receive: () => [],
      remove: () => {},
      watch: () => () => {},
    },
    topics: {
      exists: (arn) => there.has(arn),
      publish(arn, { text, subject }, source) {
        check(arn);
        received.topics.push({ arn, text, subject, source });
        return 'id';
      },
    },
    buses: { put: (scope, event, bus) => void received.buses.push({ region: scope.region, event, bus }) },
  };
  const { s3, server } = await localS3({ createS3Service, createIamService, standIn: standIn(faces) });
  let buckets = 0;
  return {
    s3,
    server,
    received,
    there,
    permitted,
    /** A new bucket with this configuration. Forgets what was received. */
    async bucket(configuration: NotificationConfiguration = {}): Promise<string> {
      buckets += 1;
      const Bucket = `notifying-${buckets}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
      await s3.send(
        new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: configuration }),
      );
      for (const list of Object.values(received)) list.length = 0;
      return Bucket;
    },
    /** The records that functions have received since the last call. */
    records: () => received.functions.splice(0).flatMap(({ event }) => event.Records),
  };
}
