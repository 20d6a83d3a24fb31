// Recognizes requests for S3 without a signature of version 4, and refuses signatures of version 2.
import type { WireRequest } from '../../protocols/protocol.ts';
import { isForm } from '../../protocols/query.ts';
import { olderSignatureRefused } from './older-signature.ts';

const isOlder = ({ query, headers }: WireRequest): boolean =>
  /(^|&)AWSAccessKeyId=/.test(query) || /^AWS /.test(headers.authorization ?? '');

/** A presigned URL or a signature of version 2 is meant for S3, unless the request is a form: forms are Query's. */
export const claims = (request: WireRequest): boolean =>
  !isForm(request) && (isOlder(request) || /(^|&)X-Amz-Signature=/.test(request.query));

export function unsigned(request: WireRequest): Error | undefined {
  if (!isOlder(request)) return undefined;
  return olderSignatureRefused();
}
