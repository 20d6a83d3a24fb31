// The X-Ray trace of an invocation that nobody traces.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
import { randomBytes } from 'node:crypto';

export function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const id = randomBytes(20).toString('hex');
  return `Root=1-${seconds}-${id.slice(0, 24)};Parent=${id.slice(24)};Sampled=0`;
}
