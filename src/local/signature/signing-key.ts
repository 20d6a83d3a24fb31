// The key of Signature Version 4 for a day, region and service, and signing with it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export interface KeyScope {
  /** `20250131` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const hmac = (key: KeyObject | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

export const sha256 = (data: string | Uint8Array): string => hash('sha256', data);

/** Keys by secret and scope: each is valid for requests of one day. */
const known = new Map<string, KeyObject>();
const keptKeys = 1000;

export function signingKey(secretAccessKey: string, scope: KeyScope): KeyObject {
  const name = `${secretAccessKey}/${scopeText(scope)}`;
  let key = known.get(name);
  if (!key) {
    const { date, region, service } = scope;
    let bytes: Buffer = Buffer.from(`AWS4${secretAccessKey}`);
    for (const part of [date, region, service, 'aws4_request']) bytes = hmac(bytes, part);
    key = createSecretKey(bytes);
    if (known.size >= keptKeys) known.clear();
    known.set(name, key);
  }
  return key;
}

export function scopeText({ date, region, service }: KeyScope): string {
  return `${date}/${region}/${service}/aws4_request`;
}
