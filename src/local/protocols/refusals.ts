// The error codes of refusals in Query and in S3. The server itself uses the codes of the newer protocols.
import type { Problem } from './protocol.ts';

type Refusals = Record<string, Partial<Problem>>;

const query: Refusals = {
  MissingAuthenticationTokenException: { code: 'MissingAuthenticationToken' },
  IncompleteSignatureException: { code: 'IncompleteSignature' },
  UnrecognizedClientException: { code: 'InvalidClientTokenId' },
  InvalidSignatureException: { code: 'SignatureDoesNotMatch' },
  ExpiredTokenException: { code: 'ExpiredToken' },
  UnsupportedOperationException: { code: 'UnsupportedOperation' },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const s3: Refusals = {
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
  UnsupportedOperationException: { code: 'NotImplemented' },
  SerializationException: { code: 'InvalidArgument' },
  InternalFailure: { code: 'InternalError' },
};

const skewed: Partial<Problem> = {
  code: 'RequestTimeTooSkewed',
  message: 'The difference between the request time and the current time is too large.',
};

const dialects = { query, s3 };

/** The problem with the code and text of this older protocol. */
export function inDialect(problem: Problem, dialect: keyof typeof dialects): Problem {
  if (dialect === 's3' && /^Signature (expired|not yet current)/.test(problem.message)) {
    return { ...problem, ...skewed };
  }
  return { ...problem, ...dialects[dialect][problem.code] };
}
