// Answers that come in parts: events of a union as messages of application/vnd.amazon.eventstream.
// https://smithy.io/2.0/aws/amazon-eventstream.html
import { EventStreamCodec } from '@smithy/core/event-streams';
import { toJson } from './json-values.ts';
import type { Members } from './protocol.ts';
import type { Member, Shape, Structure } from './shapes.ts';

export const eventStreamType = 'application/vnd.amazon.eventstream';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

export function isEventStream(shape: Shape): shape is Structure {
  return shape.kind === 'structure' && shape.union && shape.traits.streaming === 1;
}

/**
 * The messages of a stream whose values each hold one member of the union. `initial`: what a JSON protocol sends
 * first of the members beside the stream.
 */
export async function* writeEvents(
  union: Structure,
  events: AsyncIterable<Members>,
  initial?: Members,
): AsyncGenerator<Uint8Array> {
  if (initial) yield message('initial-response', jsonType, JSON.stringify(initial));
  for await (const event of events) {
    const member = union.members.find(({ name }) => event[name] !== undefined);
    if (member) yield eventMessage(member, event[member.name] as Members);
  }
}

const jsonType = 'application/json';

function eventMessage({ name, shape }: Member, value: Members): Uint8Array {
  if (shape.kind !== 'structure') throw new Error(`the event ${name} is no structure`);
  const payload = shape.members.find(({ traits }) => traits.eventPayload);
  if (payload?.shape.kind !== 'blob') return message(name, jsonType, JSON.stringify(toJson(shape, value)));
  return message(name, 'application/octet-stream', (value[payload.name] ?? '') as Uint8Array);
}

function message(type: string, contentType: string, body: string | Uint8Array): Uint8Array {
  return codec.encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: type },
      ':content-type': { type: 'string', value: contentType },
    },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  });
}
