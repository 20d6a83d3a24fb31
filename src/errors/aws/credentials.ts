// Problems before a call is accepted: missing, expired or invalid credentials, a wrong clock, no region.
import type { Next } from '../next.ts';
import { exitCodes } from '../user-error.ts';
import { lower } from '../words.ts';
import type { Advice, Kind } from './refusal.ts';

const credentials =
  (message: string, next: Next): Advice =>
  ({ text }) => ({ message, reason: text && lower(text), next, exitCode: exitCodes.credentials });

const missing = credentials(
  'no AWS credentials were found',
  'run `aws configure` or `aws sso login`, or pass --profile NAME; --local needs no account',
);
const expired = credentials(
  'the AWS credentials have expired',
  'get new ones: `aws sso login`, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again',
);
const ssoExpired = credentials(
  'the AWS SSO session has expired or does not exist',
  'run `aws sso login` (with the --profile that you use here)',
);
const invalid = credentials(
  'AWS does not accept these credentials',
  'see which ones are used with `aws configure list`; environment variables win over the shared files',
);
const clockSkew = credentials(
  "AWS refused the request's time of signing",
  "set this machine's clock; AWS allows five minutes of difference",
);

const noRegion: Advice = () => ({
  message: 'no AWS region is set',
  next: 'pass --region us-east-1, or put it into slsctl.yml',
  exitCode: exitCodes.usage,
});

const signatureErrors = ['SignatureDoesNotMatch', 'InvalidSignatureException', 'RequestTimeTooSkewed'];

export const credentialErrors: Kind = {
  codes: {
    CredentialsProviderError: missing,
    MissingAuthenticationToken: missing,
    MissingAuthenticationTokenException: missing,
    TokenProviderError: ssoExpired,
    ExpiredToken: expired,
    ExpiredTokenException: expired,
    RequestExpired: clockSkew,
    UnrecognizedClientException: invalid,
    InvalidClientTokenId: invalid,
    InvalidAccessKeyId: invalid,
    AuthFailure: invalid,
    IncompleteSignature: invalid,
    IncompleteSignatureException: invalid,
    OptInRequired: invalid,
  },
  match({ name, text }) {
    if (
      /sso (session|token)|token.*(sso|aws sso login)/i.test(text) &&
      /expired|invalid|not found|aws sso login|refresh/i.test(text)
    ) {
      return ssoExpired;
    }
    if (signatureErrors.includes(name)) {
      const late = /expired|skew|not yet current|RequestTime/i.test(`${name} ${text}`);
      return late ? clockSkew : invalid;
    }
    return /region is missing/i.test(text) ? noRegion : undefined;
  },
};
