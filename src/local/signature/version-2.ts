// Signature Version 2 of S3. boto3 signs presigned URLs and forms with it in regions that know it.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from '../protocols/protocol.ts';
import { readPairs } from '../protocols/scalars.ts';
import { ServiceError } from '../service-error.ts';
import { checkToken, type Holder, mismatch } from './signature.ts';

/** Parameters of the query that are part of the signed resource. */
const signedParameters =
  /^(accelerate|acl|analytics|cors|delete|defaultObjectAcl|inventory|legal-hold|lifecycle|location|logging|metrics|notification|object-lock|partNumber|policy|replication|requestPayment|response-(cache-control|content-disposition|content-encoding|content-language|content-type|expires)|restore|retention|select|select-type|storageClass|tagging|torrent|uploadId|uploads|versionId|versioning|versions|website)$/;

/** Milliseconds by which the clocks may differ. */
const allowedSkew = 15 * 60_000;

interface Version2 {
  readonly accessKeyId: string;
  readonly signature: string;
  /** Epoch seconds, for a presigned URL. */
  readonly expires?: string;
}

/** The signature of a request; undefined: it has none of version 2. */
export function version2In({ query, headers }: WireRequest): Version2 | undefined {
  const [, key, given] = /^AWS ([^:\s]+):(\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (key && given) return { accessKeyId: key, signature: given };
  if (!query.includes('AWSAccessKeyId=')) return undefined;
  const values = new Map(readPairs(query));
  const [accessKeyId, signature, expires] = ['AWSAccessKeyId', 'Signature', 'Expires'].map((name) =>
    values.get(name),
  );
  return accessKeyId && signature && expires ? { accessKeyId, signature, expires } : undefined;
}

/**
 * `request`: with its bucket in the path.
 * @throws ServiceError 403 when the request has expired or its signature is not this holder's
 */
export function checkVersion2(request: WireRequest, given: Version2, holder: Holder, now: number): void {
  const { method, path, headers } = request;
  const pairs = readPairs(request.query);
  const values = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  const own = { ...Object.fromEntries(values), ...headers } as Record<string, string | undefined>;
  if (given.expires === undefined) checkTime(headers['x-amz-date'] ?? headers.date ?? '', now);
  else checkExpiry(given.expires, now);
  checkToken(own['x-amz-security-token'], holder, now);
  const amazon = Object.keys(own)
    .filter((name) => name.startsWith('x-amz-'))
    .sort();
  const signed = pairs.filter(([name]) => signedParameters.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  const resource = signed.map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  const text = [
    method,
    own['content-md5'] ?? '',
    own['content-type'] ?? '',
    given.expires ?? (headers['x-amz-date'] === undefined ? headers.date : ''),
    ...amazon.map((name) => `${name}:${own[name]?.trim()}`),
    resource === '' ? path : `${path}?${resource}`,
  ].join('\n');
  checkText(text, given.signature, holder);
}

/** @throws ServiceError 403 unless this is the holder's signature of the text */
export function checkText(text: string, signature: string, { secretAccessKey }: Holder): void {
  const wanted = createHmac('sha1', secretAccessKey).update(text).digest();
  const given = Buffer.from(signature, 'base64');
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw mismatch();
}

function checkExpiry(expires: string, now: number): void {
  const end = Number(expires) * 1000;
  if (!/^\d{1,12}$/.test(expires)) {
    throw new ServiceError('AccessDenied', `Invalid date (should be seconds since epoch): ${expires}`, 403);
  }
  if (now <= end) return;
  throw new ServiceError('AccessDenied', 'Request has expired', 403, {
    Expires: new Date(end).toISOString().replace('.000', ''),
    ServerTime: new Date(now).toISOString().replace(/\.\d+/, ''),
  });
}

function checkTime(date: string, now: number): void {
  const time = Date.parse(date);
  if (Math.abs(time - now) <= allowedSkew) return;
  throw new ServiceError(
    'RequestTimeTooSkewed',
    'The difference between the request time and the current time is too large.',
    403,
  );
}
