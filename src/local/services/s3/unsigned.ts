// Recognizes unsigned requests that are meant for S3, and refuses signatures of older versions.
import type { WireRequest } from '../../protocols/protocol.ts';
import { isForm } from '../../protocols/query.ts';
import { ServiceError } from '../../service-error.ts';

const isOlder = ({ query, headers }: WireRequest): boolean =>
  /(^|&)AWSAccessKeyId=/.test(query) || /^AWS /.test(headers.authorization ?? '');

/** A presigned URL or a signature of version 2 is meant for S3, unless the request is a form: forms are Query's. */
export const claims = (request: WireRequest): boolean =>
  !isForm(request) && (isOlder(request) || /(^|&)X-Amz-Signature=/.test(request.query));

export function unsigned(request: WireRequest): Error | undefined {
  if (!isOlder(request)) return undefined;
  return olderSignature();
}

export const olderSignature = () =>
  new ServiceError(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );
