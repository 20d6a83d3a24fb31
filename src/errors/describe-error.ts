// From any error that was thrown to what the user is told: what failed, why, what to do, and the exit code.

import type { Next } from './next.ts';
import { systemAdvice } from './system-advice.ts';
import { type ExitCode, exitCodes, Interrupted, UserError } from './user-error.ts';

export interface Described {
  /** Lower case, no full stop. */
  message: string;
  reason?: string;
  next?: Next;
  exitCode: ExitCode;
}

/** What the table knows of an error of an AWS call. */
interface Refusal {
  name: string;
  /** AWS's own words, without the full stop. */
  text: string;
  /** `Lambda:CreateFunction`, when the call is known. */
  call?: string;
  /** The name or ARN that the call is about. */
  resource?: string;
  /** The code that Lambda adds to a refusal of calls: which limit it was. */
  limit?: string;
}
type Advice = (refusal: Refusal) => Described;

/** Never throws, and never shows a stack. */
export function describeError(error: unknown): Described {
  if (error instanceof UserError) {
    const { message, reason, next, exitCode } = error;
    return { message, reason, next, exitCode };
  }
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const name = String(fields.name ?? '');
  if (name === 'AbortError' || fields.code === 'ABORT_ERR') {
    return {
      message: 'interrupted',
      next: 'run the same command again: it continues where it was',
      exitCode: error instanceof Interrupted ? error.exitCode : exitCodes.interrupted,
    };
  }
  const text = sentence(error instanceof Error ? error.message : String(error));
  const call = typeof fields.apiCall === 'string' ? fields.apiCall : undefined;
  const resource = typeof fields.apiResource === 'string' ? fields.apiResource : undefined;
  const code = wireCode(name, fields);
  const limit = typeof fields.Reason === 'string' ? fields.Reason : undefined;
  const refusal = { name: code, text, call, resource, limit };
  const advice = byText(refusal) ?? table[code];
  if (advice) return advice(refusal);
  const system = systemAdvice(error);
  if (system) return system;
  // Only AWS's own answers carry metadata with a status.
  const status = (fields.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode;
  if (status !== undefined) return serviceError(refusal, status);
  return failed(lower(text || name || 'something failed, and did not say what'));
}

/** The service's code; where the SDK could not tell, its own name for the error. */
function wireCode(name: string, fields: Record<string, unknown>): string {
  const code = name === 'Error' || name === '' ? (fields.Code ?? fields.code ?? name) : name;
  return String(code).replace(/^.*#/, '');
}

function byText({ name, text, call, limit }: Refusal): Advice | undefined {
  // The SDK could not parse an answer; elsewhere a SyntaxError is somebody's JSON.
  if (name === 'SyntaxError' && call) return unreadable;
  if (
    /sso (session|token)|token.*(sso|aws sso login)/i.test(text) &&
    /expired|invalid|not found|aws sso login|refresh/i.test(text)
  ) {
    return ssoExpired;
  }
  if (
    name === 'SignatureDoesNotMatch' ||
    name === 'InvalidSignatureException' ||
    name === 'RequestTimeTooSkewed'
  ) {
    return /expired|skew|not yet current|RequestTime/i.test(`${name} ${text}`)
      ? clockSkew
      : invalidCredentials;
  }
  if (name === 'InvalidParameterValueException' && /cannot be assumed by Lambda/i.test(text))
    return notAssumable;
  if (name === 'InvalidParameterValueException' && /combined with layers|layers consume/i.test(text))
    return tooMuchTogether;
  if (name === 'ResourceConflictException' && /in progress|Pending/i.test(text)) return inProgress;
  if (name === 'TooManyRequestsException' && limit === 'ConcurrentInvocationLimitExceeded')
    return concurrency;
  if (/region is missing/i.test(text)) return noRegion;
  return undefined;
}

const credentials =
  (message: string, next: Next): Advice =>
  ({ text }) => ({
    message,
    reason: text && lower(text),
    next,
    exitCode: exitCodes.credentials,
  });

const missingCredentials = credentials(
  'no AWS credentials were found',
  'run `aws configure` or `aws sso login`, or pass --profile NAME; --local needs no account',
);
const expiredCredentials = credentials(
  'the AWS credentials have expired',
  'get new ones: `aws sso login`, or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again',
);
const ssoExpired = credentials(
  'the AWS SSO session has expired or does not exist',
  'run `aws sso login` (with the --profile that you use here)',
);
const invalidCredentials = credentials(
  'AWS does not accept these credentials',
  'see which ones are used with `aws configure list`; environment variables win over the shared files',
);
const clockSkew = credentials(
  "AWS refused the request's time of signing",
  "set this machine's clock; AWS allows five minutes of difference",
);

const tooMuchTogether: Advice = ({ text }) => ({
  message: 'the function and its layers are too large together',
  reason: lower(text),
  next: [
    'leave files out with .slsctlignore or code.exclude, or take a layer less: ',
    { command: 'layer detach' },
  ],
  exitCode: exitCodes.failed,
});

const noRegion: Advice = () => ({
  message: 'no AWS region is set',
  next: 'pass --region us-east-1, or put it into slsctl.yml',
  exitCode: exitCodes.usage,
});

const denied: Advice = ({ text, call, resource: asked }) => {
  const action = /perform:? ([\w-]+:\w+)/.exec(text)?.[1] ?? (call && iamAction(call));
  // S3 seldom says more than `Access Denied`.
  const bucket = call?.startsWith('S3:') && asked ? bucketArn(asked, action ?? '') : undefined;
  const resource = /on resource:? (\S+?)[,;]?(?= |$)/.exec(text)?.[1] ?? bucket;
  const who = /(?:User|Principal):? (arn:\S+)/i.exec(text)?.[1];
  if (!action)
    return failed('AWS denied access', lower(text), 'ask for the permission that the message names');
  const explicit = /explicit deny/i.test(text) ? 'a policy denies it explicitly' : undefined;
  const statement = { Effect: 'Allow', Action: action, Resource: resource ?? '*' };
  return failed(
    `access denied: ${action}${resource ? ` on ${resource}` : ''}`,
    [who && `${who} may not do it`, explicit].filter(Boolean).join('; ') || lower(text),
    explicit
      ? 'ask who manages the account: an allow does not outweigh an explicit deny'
      : `ask for this policy statement: ${JSON.stringify(statement)}`,
  );
};

const throttled: Advice = ({ call, limit }) =>
  failed(
    `AWS is throttling ${call ?? 'the requests'}`,
    `more calls a second than the account's quota allows, after several attempts${limit ? ` (${limit})` : ''}`,
    'wait a minute and run the same command again: it continues where it was',
  );

const concurrency: Advice = ({ limit }) =>
  failed(
    'the account has no free concurrency in this region',
    `${limit}: its functions are running as often at the same time as they may, all together`,
    [
      'see what is reserved and what is left: ',
      { command: 'concurrency show' },
      '; then wait, or ask for more in the Service Quotas console',
    ],
  );

const inProgress: Advice = ({ text, call, resource }) =>
  failed(
    `${subject(call, resource)} an update of the resource is still in progress`,
    lower(text),
    'wait until it is done, then run the same command again',
  );

const conflict: Advice = ({ text, call, resource }) =>
  failed(`${subject(call, resource)} ${lower(text)}`, 'it exists already, or something else is changing it', {
    command: 'plan',
    why: 'shows what is there',
  });

const changedMeanwhile: Advice = ({ text, call, resource }) =>
  failed(`${subject(call, resource)} somebody else changed the resource in the meantime`, lower(text), [
    { command: 'plan' },
    ', then deploy again',
  ]);

const notAssumable: Advice = ({ text }) =>
  failed(
    lower(text),
    'a new role takes some seconds to become usable; a role of your own must trust lambda.amazonaws.com',
    ['run the same command again; ', { command: 'role show', why: 'prints the trust policy' }],
  );

const tooLarge: Advice = ({ text, call, resource }) =>
  failed(`${subject(call, resource)} the request is too large`, lower(text), [
    'make the zip smaller (50 MB at most when uploaded directly); ',
    { command: 'package --list', why: 'shows the largest files' },
  ]);

const codeStorage: Advice = ({ text }) =>
  failed(
    'the code storage of the account in this region is full',
    lower(text),
    'delete old function and layer versions, or ask AWS for a higher quota',
  );

const limit: Advice = ({ text, call, resource }) =>
  failed(
    `${subject(call, resource)} a quota of the account is reached`,
    lower(text),
    'delete what is no longer used, or ask for more in the Service Quotas console',
  );

const invalid: Advice = ({ text, call, resource }) =>
  failed(
    `${subject(call, resource)} ${lower(text)}`,
    undefined,
    'correct the value in slsctl.yml and run it again',
  );

const notFound: Advice = ({ text, call, resource }) =>
  failed(
    `${subject(call, resource)} ${lower(text)}`,
    'it does not exist in this account and region',
    call === 'Lambda:Invoke' && /(:[^:]+){7}$/.test(text) && !text.endsWith(':$LATEST')
      ? { command: `versions ${resource ?? ''}`.trim(), why: 'the versions and aliases that there are' }
      : [
          'check the name, --region, --profile and --stage; ',
          { command: 'deploy', why: 'creates what the project declares' },
        ],
  );

const policy: Advice = ({ text, call, resource }) =>
  failed(
    `${subject(call, resource)} the policy document is not valid`,
    lower(text),
    'correct the policy and run it again',
  );

const unreadable: Advice = ({ text, call, resource }) =>
  failed(
    `${subject(call, resource)} the answer could not be read`,
    lower(text.split('\n')[0] ?? ''),
    'check that --endpoint-url or AWS_ENDPOINT_URL names an AWS-compatible endpoint',
  );

/** By the service's error code. Sources: the errors that the Lambda, IAM, Logs and STS references list. */
const table: Record<string, Advice> = {
  CredentialsProviderError: missingCredentials,
  TokenProviderError: ssoExpired,
  MissingAuthenticationToken: missingCredentials,
  MissingAuthenticationTokenException: missingCredentials,
  ExpiredToken: expiredCredentials,
  ExpiredTokenException: expiredCredentials,
  RequestExpired: clockSkew,
  UnrecognizedClientException: invalidCredentials,
  InvalidClientTokenId: invalidCredentials,
  InvalidAccessKeyId: invalidCredentials,
  AuthFailure: invalidCredentials,
  IncompleteSignature: invalidCredentials,
  IncompleteSignatureException: invalidCredentials,
  OptInRequired: invalidCredentials,
  AccessDenied: denied,
  AccessDeniedException: denied,
  UnauthorizedOperation: denied,
  Throttling: throttled,
  ThrottlingException: throttled,
  ThrottledException: throttled,
  RequestLimitExceeded: throttled,
  TooManyRequestsException: throttled,
  ResourceConflictException: conflict,
  ResourceInUseException: conflict,
  ResourceAlreadyExistsException: conflict,
  EntityAlreadyExists: conflict,
  EntityAlreadyExistsException: conflict,
  ConcurrentModification: inProgress,
  ConcurrentModificationException: inProgress,
  OperationAbortedException: inProgress,
  PreconditionFailedException: changedMeanwhile,
  CodeStorageExceededException: codeStorage,
  RequestTooLargeException: tooLarge,
  RequestEntityTooLargeException: tooLarge,
  LimitExceeded: limit,
  LimitExceededException: limit,
  InvalidParameterValueException: invalid,
  InvalidParameterException: invalid,
  InvalidRequestContentException: invalid,
  InvalidInput: invalid,
  InvalidInputException: invalid,
  ValidationException: invalid,
  ValidationError: invalid,
  ResourceNotFoundException: notFound,
  NoSuchEntity: notFound,
  NoSuchEntityException: notFound,
  MalformedPolicyDocument: policy,
  MalformedPolicyDocumentException: policy,
};

function serviceError({ name, text, call, resource }: Refusal, status: number): Described {
  const said = text && text !== name && text !== 'UnknownError' ? lower(text) : `HTTP status ${status}`;
  if (status >= 500) {
    const next = 'wait a moment and run the same command again: it continues where it was';
    return failed(`${subject(call, resource)} the service failed (${name})`, said, next);
  }
  return failed(`${subject(call, resource)} ${said} (${name})`);
}

function failed(message: string, reason?: string, next?: Next): Described {
  return { message: message.trim(), reason: reason || undefined, next, exitCode: exitCodes.failed };
}

/** `Lambda:CreateFunction` → `lambda CreateFunction my-function:`. */
function subject(call?: string, resource?: string): string {
  if (!call) return '';
  const [service = '', operation = ''] = call.split(':');
  return `${service === 'CloudWatchLogs' ? 'logs' : service.toLowerCase()} ${operation}${resource ? ` ${resource}` : ''}:`;
}

/** `Lambda:Invoke` → `lambda:InvokeFunction`: the few permissions that are not called like the operation. */
function iamAction(call: string): string {
  const [service = '', operation = ''] = call.split(':');
  const prefix = service === 'CloudWatchLogs' ? 'logs' : service.toLowerCase();
  return permissions[`${prefix}:${operation}`] ?? `${prefix}:${operation}`;
}

/** Of the bucket, or of everything in it. */
function bucketArn(name: string, action: string): string {
  const inside = /:(Put|Get|Delete)Object$|:(AbortMultipartUpload|ListMultipartUploadParts)$/.test(action);
  return `arn:aws:s3:::${name}${inside ? '/*' : ''}`;
}

const permissions: Record<string, string> = {
  'lambda:Invoke': 'lambda:InvokeFunction',
  's3:CompleteMultipartUpload': 's3:PutObject',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:DeleteObjects': 's3:DeleteObject',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:ListMultipartUploads': 's3:ListBucketMultipartUploads',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListParts': 's3:ListMultipartUploadParts',
  's3:PutBucketEncryption': 's3:PutEncryptionConfiguration',
  's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:UploadPart': 's3:PutObject',
};

function sentence(text: string): string {
  return text.trim().replace(/\s*\.$/, '');
}

/** The first letter small, unless the word is a name or an abbreviation. */
function lower(text: string): string {
  return text.replace(/^[A-Z](?=[a-z]* )/, (letter) => letter.toLowerCase()).replace(/^A (?=[a-z])/, 'a ');
}
