// The key of Signature Version 4 for a day, region and service, and what is signed with it.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
import { createHash, createHmac } from 'node:crypto';

export interface KeyScope {
  /** `20250131` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

export const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

export function signingKey(secretAccessKey: string, { date, region, service }: KeyScope): Buffer {
  const parts = [date, region, service, 'aws4_request'];
  return parts.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`));
}

export function scopeText({ date, region, service }: KeyScope): string {
  return `${date}/${region}/${service}/aws4_request`;
}
