// The local SNS behind a server in the test's own process, with the SDK's client. Functions and queues are stand-ins.
import { SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { afterAll } from 'vitest';
import type { EventSource, Faces, QueueMessage } from '../../../../src/local/faces.ts';
import { ServiceError } from '../../../../src/local/service-error.ts';
import { createIamService } from '../../../../src/local/services/iam/service.ts';
import { createTaggingService } from '../../../../src/local/services/resourcegroupstaggingapi/service.ts';
import { createSnsService } from '../../../../src/local/services/sns/service.ts';
import type { Store } from '../../../../src/local/store/store.ts';
import { account } from '../../call.ts';
import { asynchronous, standIn } from '../../composed.ts';
import { signedServer } from '../../signed-server.ts';

export const region = 'us-east-1';
export const functionArn = (name: string) => `arn:aws:lambda:${region}:${account}:function:${name}`;
export const queueArn = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
export const topicArn = (name: string) => `arn:aws:sns:${region}:${account}:${name}`;

/** The policy of a topic for which none was set. */
export const defaultPolicy = (name: string) => ({
  Version: '2008-10-17',
  Id: '__default_policy_ID',
  Statement: [
    {
      Sid: '__default_statement_ID',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: [
        'SNS:GetTopicAttributes',
        'SNS:SetTopicAttributes',
        'SNS:AddPermission',
        'SNS:RemovePermission',
        'SNS:DeleteTopic',
        'SNS:Subscribe',
        'SNS:ListSubscriptionsByTopic',
        'SNS:Publish',
      ],
      Resource: topicArn(name),
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    },
  ],
});

export interface Envelope {
  MessageId: string;
  Message: string;
  [member: string]: unknown;
}

export async function localSns(store?: Store) {
  const received = {
    functions: [] as { arn: string; event: { Records: object[] }; source?: EventSource }[],
    queues: [] as { arn: string; message: QueueMessage; source?: EventSource }[],
  };
  /** ARNs of functions and queues that are gone, or do not let SNS send. */
  const closed = new Set<string>();
  const check = (arn: string) => {
    if (closed.has(arn)) throw new ServiceError('AccessDenied', 'no', 403);
  };
  const faces: Partial<Faces> = {
    functions: {
      ...asynchronous,
      accepts: (arn) => !closed.has(arn),
      deliver(arn, event, source) {
        check(arn);
        received.functions.push({ arn, event: event as { Records: object[] }, source });
      },
    },
    queues: {
      describe: () => ({ fifo: false, visibilityTimeout: 30 }),
      send(arn, message, source) {
        check(arn);
        received.queues.push({ arn, message, source });
        return 'id';
      },
      receive: () => [],
      remove: () => {},
      watch: () => () => {},
    },
  };
  const server = await signedServer(store, {
    createSnsService,
    createIamService,
    createTaggingService,
    standIn: standIn(faces),
  });
  const { endpoint, credentials } = server;
  const clients: SNSClient[] = [];
  afterAll(async () => {
    for (const one of clients) one.destroy();
    await server.close();
  });
  const client = (config: SNSClientConfig = {}) => {
    const made = new SNSClient({ endpoint, credentials, region, maxAttempts: 1, ...config });
    clients.push(made);
    return made;
  };
  return {
    server,
    client,
    sns: client(),
    received,
    closed,
    /** The bodies that this queue has received since the last call, parsed. */
    envelopes(name: string): Envelope[] {
      const arn = queueArn(name);
      const bodies = received.queues.filter((one) => one.arn === arn);
      received.queues = received.queues.filter((one) => one.arn !== arn);
      return bodies.map(({ message }) => JSON.parse(message.body));
    },
    /** The messages that this queue has received since the last call. */
    messages(name: string): QueueMessage[] {
      const arn = queueArn(name);
      const found = received.queues.filter((one) => one.arn === arn);
      received.queues = received.queues.filter((one) => one.arn !== arn);
      return found.map(({ message }) => message);
    },
  };
}

/** The error of a refused call: `NotFound 404: Topic does not exist`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode}: ${message}`;
  }
  return 'not refused';
}
