// Sends the messages about finished asynchronous invocations to queues, topics, buses, functions and buckets.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#create-destination
import { randomUUID } from 'node:crypto';
import type { MessageAttribute } from '../../../faces.ts';
import type { ServiceHost } from '../../../service.ts';
import type { DeadLetter, Delivery, InvocationRecord } from './destinations.ts';

/** Resolves when the target has the message. Rejects when it does not exist, or refuses the message. */
export async function sendDelivery(host: ServiceHost, delivery: Delivery): Promise<void> {
  if (delivery.kind === 'letter') sendLetter(host, delivery.target, delivery.letter);
  else await sendRecord(host, delivery);
}

async function sendRecord(
  host: ServiceHost,
  { target, record, trace }: Extract<Delivery, { kind: 'record' }>,
): Promise<void> {
  const text = JSON.stringify(record);
  const [, , service, region = '', account = '', resource = ''] = target.split(':');
  switch (service) {
    case 'sqs':
      host.face('queues').send(target, { body: text, ...(trace && { trace }) });
      return;
    case 'sns':
      host.face('topics').publish(target, { text });
      return;
    case 'lambda':
      host.face('functions').deliver(target, record, undefined);
      return;
    case 'events': {
      const { functionArn, condition } = record.requestContext;
      const event = {
        source: 'lambda',
        detailType: `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`,
        resources: [target, functionArn],
        detail: record,
      };
      host.face('buses').put({ account, region }, event, target);
      return;
    }
    case 's3': {
      const place = { bucket: resource, key: keyOf(record), content: text, type: 'application/json' };
      await host.face('objects').write(scopeOf(record), place);
      return;
    }
    default:
      throw new Error('destinations are queues, topics, event buses, functions and buckets');
  }
}

function sendLetter(host: ServiceHost, target: string, { text, requestId, errorMessage }: DeadLetter): void {
  const attributes: Record<string, MessageAttribute> = {
    RequestID: { type: 'String', text: requestId },
    ErrorCode: { type: 'Number', text: '200' },
    // A queue refuses attributes without a value.
    ...(errorMessage === '' ? {} : { ErrorMessage: { type: 'String', text: errorMessage } }),
  };
  const service = target.split(':')[2];
  if (service === 'sqs') host.face('queues').send(target, { body: text, attributes });
  else if (service === 'sns') host.face('topics').publish(target, { text, attributes });
  else throw new Error('dead letters go to queues and topics');
}

function scopeOf({ requestContext: { functionArn } }: InvocationRecord) {
  const [, , , region = '', account = ''] = functionArn.split(':');
  return { account, region };
}

/** `aws/lambda/async/hello/2026/01/31/2026-01-31T12.00.00-<UUID>`, by the time of the record. */
function keyOf({ timestamp, requestContext: { functionArn } }: InvocationRecord): string {
  const [date = '', time = ''] = timestamp.slice(0, 19).split('T');
  const name = functionArn.split(':')[6];
  return `aws/lambda/async/${name}/${date.replaceAll('-', '/')}/${date}T${time.replaceAll(':', '.')}-${randomUUID()}`;
}
