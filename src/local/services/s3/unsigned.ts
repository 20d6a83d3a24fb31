// Requests without a signature that S3 recognizes as its own, and its refusal of signatures of older versions.
import type { WireRequest } from '../../protocols/protocol.ts';
import { isForm } from '../../protocols/query.ts';
import { ServiceError } from '../../service-error.ts';

const isOlder = ({ query, headers }: WireRequest): boolean =>
  /(^|&)AWSAccessKeyId=/.test(query) || /^AWS /.test(headers.authorization ?? '');

/** By an address that carries a signature, or by a signature of version 2, unless it is a form: those are Query's. */
export const claims = (request: WireRequest): boolean =>
  !isForm(request) && (isOlder(request) || /(^|&)X-Amz-Signature=/.test(request.query));

export function unsigned(request: WireRequest): Error | undefined {
  if (!isOlder(request)) return undefined;
  return new ServiceError(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );
}
