// Answers that are streams: the events of a union, written as messages of application/vnd.amazon.eventstream.
// https://smithy.io/2.0/aws/amazon-eventstream.html
import { EventStreamCodec } from '@smithy/core/event-streams';
import { errorMembers, toJson } from './json-values.ts';
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
 * Encodes a stream of events, each with one member of the union, as messages. `initial` holds the members beside the
 * stream; a JSON protocol sends them first. An error thrown on the way becomes the last message.
 */
export async function* writeEvents(
  union: Structure,
  events: AsyncIterable<Members>,
  initial?: Members,
): AsyncGenerator<Uint8Array> {
  if (initial) yield message(ofEvent('initial-response'), jsonType, JSON.stringify(initial));
  try {
    for await (const event of events) {
      const member = union.members.find(({ name }) => event[name] !== undefined);
      if (member) yield eventMessage(member, event[member.name] as Members);
    }
  } catch (error) {
    yield errorMessage(union, error as Error & Members);
  }
}

const ofEvent = (name: string) => ({ ':message-type': 'event', ':event-type': name });

/**
 * A modelled error of the union is sent as an exception of the stream, any other error as an error with code and text.
 */
function errorMessage(union: Structure, error: Error & Members): Uint8Array {
  const { name, message: text } = error;
  const member = union.members.find((one) => one.name === name);
  if (member?.shape.kind === 'structure') {
    const headers = { ':message-type': 'exception', ':exception-type': name };
    return message(headers, jsonType, JSON.stringify(errorMembers(member.shape, text, error)));
  }
  return message({ ':message-type': 'error', ':error-code': name, ':error-message': text }, jsonType, '');
}

const jsonType = 'application/json';

function eventMessage({ name, shape }: Member, value: Members): Uint8Array {
  if (shape.kind !== 'structure') throw new Error(`the event ${name} is not a structure`);
  const payload = shape.members.find(({ traits }) => traits.eventPayload);
  if (payload?.shape.kind !== 'blob')
    return message(ofEvent(name), jsonType, JSON.stringify(toJson(shape, value)));
  return message(ofEvent(name), 'application/octet-stream', (value[payload.name] ?? '') as Uint8Array);
}

function message(
  headers: Record<string, string>,
  contentType: string,
  body: string | Uint8Array,
): Uint8Array {
  const all = Object.entries({ ...headers, ':content-type': contentType });
  return codec.encode({
    headers: Object.fromEntries(all.map(([name, value]) => [name, { type: 'string' as const, value }])),
    body: typeof body === 'string' ? Buffer.from(body) : body,
  });
}
