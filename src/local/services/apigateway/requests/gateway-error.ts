// An answer of API Gateway itself, in place of that of the integration.
import type { GatewayResponseType } from '@aws-sdk/client-api-gateway';

interface Details {
  readonly status: number;
  /** The value of x-amzn-ErrorType. */
  readonly errorType: string;
  /** The reason in the execution log. */
  readonly reason?: string;
  /** The reason of a request that does not fit its model. */
  readonly validation?: string;
}

export class GatewayError extends Error {
  readonly type: GatewayResponseType;
  /** null: AWS answers `{"message":null}`. */
  readonly text: string | null;
  /** The status unless the user has set another one. */
  readonly status: number;
  readonly errorType: string;
  readonly validation: string | undefined;
  readonly reason: string;

  constructor(type: GatewayResponseType, text: string | null, { status, errorType, ...rest }: Details) {
    super(text ?? type);
    this.reason = rest.reason ?? text ?? type;
    this.type = type;
    this.text = text;
    this.status = status;
    this.errorType = errorType;
    this.validation = rest.validation;
  }
}

const internalType = 'InternalServerErrorException';
const internalText = 'Internal server error';

/** No method answers at this path; AWS takes it for a request without a signature. */
export const missingToken = () =>
  new GatewayError('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token', {
    status: 403,
    errorType: 'MissingAuthenticationTokenException',
  });

/** The function failed, or its answer is not a response. */
export const badGateway = (reason = 'Malformed Lambda proxy response') =>
  new GatewayError('DEFAULT_5XX', internalText, { status: 502, errorType: internalType, reason });

/** The integration cannot be called as it is configured. */
export const misconfigured = (reason = internalText) =>
  new GatewayError('API_CONFIGURATION_ERROR', internalText, { status: 500, errorType: internalType, reason });

export const integrationFailed = (status = 500) =>
  new GatewayError('INTEGRATION_FAILURE', internalText, { status, errorType: internalType });

export const timedOut = () =>
  new GatewayError('INTEGRATION_TIMEOUT', 'Endpoint request timed out', {
    status: 504,
    errorType: internalType,
  });

export const tooLarge = () =>
  new GatewayError('REQUEST_TOO_LARGE', 'Request Too Long', {
    status: 413,
    errorType: 'RequestTooLargeException',
  });

export const unsupportedMediaType = () =>
  new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Unsupported Media Type', {
    status: 415,
    errorType: 'BadRequestException',
  });

/** The API key is missing, unknown, disabled, or not in a usage plan of the stage. */
export const noKey = () =>
  new GatewayError('INVALID_API_KEY', 'Forbidden', { status: 403, errorType: 'ForbiddenException' });

export const badParameters = (text: string) =>
  new GatewayError('BAD_REQUEST_PARAMETERS', text, { status: 400, errorType: 'BadRequestException' });

export const badBody = (validation: string) =>
  new GatewayError('BAD_REQUEST_BODY', 'Invalid request body', {
    status: 400,
    errorType: 'BadRequestException',
    validation,
  });

export const unauthorized = () =>
  new GatewayError('UNAUTHORIZED', 'Unauthorized', { status: 401, errorType: 'UnauthorizedException' });

/** `explicitly`: a statement denies it, and not only none allows it. */
export const denied = (explicitly: boolean) =>
  new GatewayError(
    'ACCESS_DENIED',
    `User is not authorized to access this resource${explicitly ? ' with an explicit deny' : ''}`,
    { status: 403, errorType: 'AccessDeniedException' },
  );

/** The authorizer's answer cannot be used, or it may not be called. */
export const badAuthorizer = () =>
  new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', null, {
    status: 500,
    errorType: 'AuthorizerConfigurationException',
  });

export const authorizerFailed = () =>
  new GatewayError('AUTHORIZER_FAILURE', null, { status: 500, errorType: 'AuthorizerFailureException' });

export const badSignature = (text: string) =>
  new GatewayError('INVALID_SIGNATURE', text, { status: 403, errorType: 'InvalidSignatureException' });

export const throttled = () =>
  new GatewayError('THROTTLED', 'Too Many Requests', { status: 429, errorType: 'TooManyRequestsException' });

export const quotaExceeded = () =>
  new GatewayError('QUOTA_EXCEEDED', 'Limit Exceeded', {
    status: 429,
    errorType: 'LimitExceededException',
  });
