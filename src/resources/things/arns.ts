// ARNs of queues, topics, buckets, tables and streams: their kinds and names.
import type { ThingKind } from '../../config/things/kinds.ts';

const services: Record<ThingKind, string> = {
  bucket: 's3',
  queue: 'sqs',
  topic: 'sns',
  table: 'dynamodb',
  stream: 'kinesis',
  'state machine': 'states',
};

/** As the Resource Groups Tagging API names them. moto lists state machines only by their whole type. */
export const thingServices = Object.values(services).map((service) =>
  service === 'states' ? 'states:stateMachine' : service,
);

/** undefined: a resource of another kind, such as an object, an index or a subscription. */
export function thingNamed(arn: string): { kind: ThingKind; name: string } | undefined {
  const [, , service, , , ...rest] = arn.split(':');
  const [kind] = Object.entries(services).find(([, one]) => one === service) ?? [];
  const [, name] = /^(?:(?:table|stream)\/|stateMachine:)?([^/:]+)$/.exec(rest.join(':')) ?? [];
  return kind === undefined || name === undefined ? undefined : { kind: kind as ThingKind, name };
}

/** The name in the last part of an ARN: `table/users/stream/…`, `stream/clicks`, `orders`. */
export function nameIn(kind: ThingKind, rest: string): string {
  if (kind === 'state machine') return rest.split(':')[1] ?? rest;
  return kind === 'table' || kind === 'stream' ? (rest.split('/')[1] ?? rest) : rest;
}
