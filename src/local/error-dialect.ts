// The same refusals have other codes in S3 than in the newer services: the server knows the newer.
import type { Problem } from './protocols/protocol.ts';
import type { Service } from './service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const xmlRefusals: Record<string, Partial<Problem>> = {
  MissingAuthenticationTokenException: { code: 'AccessDenied', message: 'Access Denied' },
  IncompleteSignatureException: {
    code: 'AuthorizationHeaderMalformed',
    message: 'The authorization header that you provided is not valid.',
    status: 400,
  },
  UnrecognizedClientException: {
    code: 'InvalidAccessKeyId',
    message: 'The AWS Access Key Id you provided does not exist in our records.',
  },
  InvalidSignatureException: {
    code: 'SignatureDoesNotMatch',
    message:
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  },
  ExpiredTokenException: {
    code: 'ExpiredToken',
    message: 'The provided token has expired.',
    status: 400,
  },
  SerializationException: { code: 'InvalidArgument' },
  InternalFailure: { code: 'InternalError' },
};

const skewed: Partial<Problem> = {
  code: 'RequestTimeTooSkewed',
  message: 'The difference between the request time and the current time is too large.',
};

/** The problem as services of this protocol tell it. */
export function inDialect(problem: Problem, protocol: Service['protocol']): Problem {
  if (protocol !== 'rest-xml') return problem;
  if (/^Signature (expired|not yet current)/.test(problem.message)) return { ...problem, ...skewed };
  return { ...problem, ...xmlRefusals[problem.code] };
}
