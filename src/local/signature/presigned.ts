// Presigned URLs: they carry their signature in the query and expire.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html

import type { WireRequest } from '../protocols/protocol.ts';
import { readPairs } from '../protocols/scalars.ts';
import { ServiceError } from '../service-error.ts';
import { signatureOf } from './canonical-request.ts';
import {
  checkToken,
  type Holder,
  mismatch,
  readDate,
  type SigningScope,
  sameSignature,
} from './signature.ts';
import { sha256 } from './signing-key.ts';

const week = 7 * 24 * 3600;
const credential = /^([^/\s]+)\/(\d{8})\/([^/\s]+)\/([^/\s]+)\/aws4_request$/;

/** The scope in a presigned URL; undefined when the URL is not presigned. */
export function presignedScope(query: string): SigningScope | undefined {
  if (!query.includes('X-Amz-Signature=')) return undefined;
  const values = new Map(readPairs(query));
  const [, accessKeyId, date, region, service] = credential.exec(values.get('X-Amz-Credential') ?? '') ?? [];
  const signature = values.get('X-Amz-Signature') ?? '';
  const expires = values.get('X-Amz-Expires') ?? '';
  if (!accessKeyId || !date || !region || !service) return undefined;
  if (values.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  if (!/^[0-9a-f]{64}$/.test(signature) || !/^\d{1,9}$/.test(expires)) return undefined;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: (values.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature,
    expires: Number(expires),
  };
}

/** @throws ServiceError 403 when the URL has expired or its signature is not this holder's */
export function checkPresigned(request: WireRequest, scope: SigningScope, holder: Holder, now: number): void {
  const { query, headers } = request;
  const { signedHeaders, expires = 0 } = scope;
  const pairs = readPairs(query);
  const values = new Map(pairs);
  const stamp = values.get('X-Amz-Date') ?? '';
  const signed = readDate(stamp);
  if (!signed || !stamp.startsWith(scope.date) || !signedHeaders.includes('host')) throw mismatch();
  if (expires > week) {
    throw new ServiceError(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
    );
  }
  const end = signed.getTime() + expires * 1000;
  if (now > end) {
    throw new ServiceError('AccessDenied', 'Request has expired', 403, {
      'X-Amz-Expires': String(expires),
      Expires: new Date(end).toISOString(),
      ServerTime: new Date(now).toISOString(),
    });
  }
  checkToken(values.get('X-Amz-Security-Token'), holder, now);
  const declared = signedHeaders.includes('x-amz-content-sha256') && headers['x-amz-content-sha256'];
  const payload =
    declared ||
    values.get('X-Amz-Content-Sha256') ||
    (scope.service === 's3' ? 'UNSIGNED-PAYLOAD' : sha256(request.body));
  const unsigned = pairs.filter(([name]) => name !== 'X-Amz-Signature');
  const wanted = signatureOf(
    { request, query: unsigned, signedHeaders, payload, stamp, scope },
    holder.secretAccessKey,
  );
  if (!sameSignature(wanted, scope.signature)) throw mismatch();
}
