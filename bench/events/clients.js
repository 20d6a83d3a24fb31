// SDK clients of an emulator, and the resources that all of them get.
import { setTimeout as sleep } from 'node:timers/promises';
import { clientsOf, makeFunction, makeRole } from '../functions.js';
import { now } from './handlers.js';

/** `env`: as `slsctl local env` prints it. */
export async function eventClients(env) {
  const settings = {
    endpoint: env.AWS_ENDPOINT_URL,
    region: env.AWS_REGION,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY },
    forcePathStyle: true,
  };
  const [{ SQS }, { S3 }, { DynamoDB }, clients] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-dynamodb'),
    clientsOf(env),
  ]);
  return { ...clients, sqs: new SQS(settings), s3: new S3(settings), dynamodb: new DynamoDB(settings) };
}

export const credentialsOf = (endpoint) => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

export async function makeQueue({ sqs }, QueueName) {
  const { QueueUrl } = await sqs.createQueue({ QueueName });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] });
  return { url: QueueUrl, arn: Attributes.QueueArn };
}

/** A role that may do everything. Resolves with its ARN. */
export async function makeEventRole(clients) {
  const role = await makeRole(clients);
  const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await clients.iam.putRolePolicy({ RoleName: 'bench', PolicyName: 'all', PolicyDocument });
  return role;
}

/** A queue whose messages call a new function. Resolves with the URL of the queue. */
export async function makeConsumer(clients, name, role, handler) {
  await makeFunction(clients, name, role, handler);
  const { url, arn } = await makeQueue(clients, `${name}-jobs`);
  const request = { FunctionName: name, EventSourceArn: arn, BatchSize: 10 };
  const { UUID } = await clients.lambda.createEventSourceMapping(request);
  for (;;) {
    const { State } = await clients.lambda.getEventSourceMapping({ UUID });
    if (State === 'Enabled') return url;
    await sleep(50);
  }
}

/** Sends so many messages, at most ten in a request. Each says when it was sent. */
export async function sendTimes({ sqs }, QueueUrl, count) {
  if (count === 1) return sqs.sendMessage({ QueueUrl, MessageBody: String(now()) });
  const batches = Array.from({ length: Math.ceil(count / 10) }, (_, index) =>
    Math.min(10, count - index * 10),
  );
  const left = batches.values();
  const sender = async () => {
    for (const size of left) {
      const Entries = Array.from({ length: size }, (_, index) => ({
        Id: String(index),
        MessageBody: String(now()),
      }));
      await sqs.sendMessageBatch({ QueueUrl, Entries });
    }
  };
  await Promise.all([sender(), sender(), sender(), sender()]);
}
