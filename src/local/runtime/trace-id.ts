// The X-Ray trace of an invocation that nobody traces.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
import { randomUUID } from 'node:crypto';

export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  // Node keeps random bytes for these at hand.
  const [root, parent] = [randomUUID(), randomUUID()].map((id) => id.replaceAll('-', ''));
  return `Root=1-${seconds}-${root?.slice(0, 24)};Parent=${parent?.slice(0, 16)};Sampled=0`;
}
