// Checks AWS Signature Version 4 of incoming requests.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
import { timingSafeEqual } from 'node:crypto';
import type { WireRequest } from '../protocols/protocol.ts';
import { readPairs } from '../protocols/scalars.ts';
import { ServiceError } from '../service-error.ts';
import { signatureOf } from './canonical-request.ts';
import { sha256 } from './signing-key.ts';

/** The holder of an access key. */
export interface Holder {
  readonly secretAccessKey: string;
  /** The token of temporary credentials. */
  readonly sessionToken?: string;
  /** Epoch milliseconds. */
  readonly expires?: number;
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
}

/** The scope of a signature: access key, day, region and service. */
export interface SigningScope {
  readonly accessKeyId: string;
  /** `20250131` */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** For a presigned URL: the seconds for which it is valid. */
  readonly expires?: number;
}

/** Milliseconds by which the clocks may differ; S3 allows more. */
const allowedSkew = 5 * 60_000;
const allowedSkewOfS3 = 15 * 60_000;

const authorization =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

/** The scope in the Authorization header; undefined when the request has none. */
export function scopeOf({ headers }: WireRequest): SigningScope | undefined {
  const found = authorization.exec(headers.authorization ?? '');
  if (!found) return undefined;
  const [, accessKeyId, date, region, service, signed, signature] = found as unknown as string[] & {
    length: 7;
  };
  return {
    accessKeyId: accessKeyId as string,
    date: date as string,
    region: region as string,
    service: service as string,
    signedHeaders: (signed as string).split(';'),
    signature: signature as string,
  };
}

/** @throws ServiceError 403 when the signature does not fit this holder or the current time */
export function checkSignature(
  request: WireRequest,
  scope: SigningScope,
  holder: Holder,
  now = Date.now(),
): void {
  const { headers } = request;
  const { signedHeaders } = scope;
  const stamp = headers['x-amz-date'] ?? '';
  const signingDate = readDate(stamp);
  if (!signingDate || !stamp.startsWith(scope.date)) {
    throw refused('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP');
  }
  const skew = signingDate.getTime() - now;
  const allowed = scope.service === 's3' ? allowedSkewOfS3 : allowedSkew;
  if (Math.abs(skew) > allowed) {
    throw refused(
      skew < 0
        ? `Signature expired: ${stamp} is now earlier than ${stampOf(now - allowed)}`
        : `Signature not yet current: ${stamp} is still later than ${stampOf(now + allowed)}`,
    );
  }
  // Clients of HTTP/2 sign the header that stands for it there.
  const host = signedHeaders.includes('host') || signedHeaders.includes(':authority');
  if (!host) throw refused("'Host' must be a 'SignedHeader'");
  // S3 checks the body against this header itself, while it reads: the body may be long.
  if (scope.service !== 's3') checkPayload(request);
  else if (!signedHeaders.includes('x-amz-content-sha256')) {
    throw new ServiceError(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    );
  }
  checkToken(headers['x-amz-security-token'], holder, now);
  const query = readPairs(request.query);
  const payload = headers['x-amz-content-sha256'] ?? sha256(request.body);
  const wanted = signatureOf(
    { request, query, signedHeaders, payload, stamp, scope },
    holder.secretAccessKey,
  );
  if (!sameSignature(wanted, scope.signature)) throw mismatch();
}

export function checkToken(given: string | undefined, holder: Holder, now: number): void {
  if (holder.sessionToken !== given) throw invalidToken();
  if (holder.expires !== undefined && holder.expires <= now) {
    throw new ServiceError(
      'ExpiredTokenException',
      'The security token included in the request is expired',
      403,
    );
  }
}

export function sameSignature(wanted: string, given: string): boolean {
  const [one, other] = [Buffer.from(wanted, 'hex'), Buffer.from(given, 'hex')];
  return one.length === other.length && timingSafeEqual(one, other);
}

export function mismatch(): ServiceError {
  return refused(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret ' +
      'Access Key and signing method. Consult the service documentation for details.',
  );
}

export function invalidToken(): ServiceError {
  return new ServiceError(
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
    403,
  );
}

function refused(message: string): ServiceError {
  return new ServiceError('InvalidSignatureException', message, 403);
}

function checkPayload({ headers, body }: WireRequest): void {
  const declared = headers['x-amz-content-sha256'];
  if (declared === undefined || declared === 'UNSIGNED-PAYLOAD') return;
  if (declared !== sha256(body)) {
    throw refused('The provided x-amz-content-sha256 header does not match what was computed.');
  }
}

/** `20250131T235959Z` */
export function readDate(text: string): Date | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  return new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)),
  );
}

function stampOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}
