// The X-Ray trace of an invocation, when the caller sent none.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
import { randomUUID } from 'node:crypto';

export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const root = randomDigits() + randomDigits().slice(8);
  return `Root=1-${seconds}-${root};Parent=${randomDigits()};Sampled=0`;
}

/** Sixteen hexadecimal digits. UUIDs are fast: Node keeps random bytes ready for them. */
function randomDigits(): string {
  const id = randomUUID();
  return id.slice(0, 8) + id.slice(24, 32);
}
