// Requests to function URLs: who may call, the event, and the answer of the function, version or alias.
import type { InvocationRefusal } from '../../../faces.ts';
import type { SiteAddress } from '../../../http/site-address.ts';
import { badGateway, httpAnswer, streamedAnswer } from '../../../http-events/answer.ts';
import { corsHeaders, preflight } from '../../../http-events/cors.ts';
import { httpEvent } from '../../../http-events/event-2.ts';
import type { WireAnswer, WireRequest } from '../../../protocols/protocol.ts';
import { newTraceId } from '../../../runtime/trace-id.ts';
import type { Signer, Site, Visit } from '../../../service.ts';
import { policyDocument } from '../functions/permissions.ts';
import { invokeSynchronously } from '../invocations/synchronous.ts';
import type { UrlRecord } from '../records.ts';
import { parseReference } from '../references.ts';
import type { LambdaState } from '../state.ts';
import { attachmentKey } from '../targets.ts';

const largestRequest = 6 * 1024 * 1024;
const troubleshooting =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** The site of an address; undefined: it is not that of a function URL. */
export function functionUrlSite(state: LambdaState): (address: SiteAddress) => Site | undefined {
  return (address) => {
    if (address.kind !== 'lambda-url') return undefined;
    return { largestBody: largestRequest, answer: (visit) => answer(state, visit, address) };
  };
}

async function answer(
  state: LambdaState,
  visit: Visit,
  { id, region }: { id: string; region: string },
): Promise<WireAnswer> {
  const url = [...state.urls.entries('')].find(([, one]) => one.id === id && one.region === region)?.[1];
  const answered = url ? await answerOf(state, visit, url) : refused(403, null);
  answered.headers['x-amzn-RequestId'] = visit.requestId;
  return answered;
}

async function answerOf(state: LambdaState, visit: Visit, url: UrlRecord): Promise<WireAnswer> {
  const { request } = visit;
  const answered = preflight(url.cors, request) ?? (await invoke(state, visit, url));
  Object.assign(answered.headers, corsHeaders(url.cors, request.headers.origin));
  return answered;
}

async function invoke(state: LambdaState, visit: Visit, url: UrlRecord): Promise<WireAnswer> {
  const { request, requestId } = visit;
  if (!request.body) return refused(413, 'Request Entity Too Large', 'RequestTooLargeException');
  const caller = url.authType === 'AWS_IAM' ? signer(visit) : undefined;
  if (url.authType === 'AWS_IAM' ? !caller : !isPublic(state, url)) return refused(403, troubleshooting);
  const event = httpEvent(request as WireRequest, {
    id: url.id,
    accountId: caller?.account ?? 'anonymous',
    authorizer: caller && { iam: identityOf(caller) },
    requestId,
    traceId: request.headers['x-amzn-trace-id'] ?? newTraceId(),
    now: Date.now(),
  });
  const stream = url.invokeMode === 'RESPONSE_STREAM';
  const invocation = { event, requestId, traceId: request.headers['x-amzn-trace-id'], stream };
  const invoked = await invokeSynchronously(state, url.functionArn, invocation);
  switch (invoked.result) {
    case 'answered':
      return stream ? streamedAnswer([invoked.payload]) : httpAnswer(invoked.payload);
    case 'streamed':
      return streamedAnswer(invoked.parts);
    case 'failed':
      return badGateway();
    default:
      return refusal(invoked.reason, invoked.error);
  }
}

function refusal(reason: InvocationRefusal, { message }: Error): WireAnswer {
  if (reason === 'throttled') return refused(429, message, 'TooManyRequestsException');
  return reason === 'missing' ? refused(403, troubleshooting) : badGateway();
}

/** The caller whose signature is valid; undefined: there is none. */
function signer({ authenticate }: Visit): Signer | undefined {
  try {
    return authenticate();
  } catch {
    return undefined;
  }
}

/** A public URL needs both permissions for everybody, in the policy of its function or alias. */
function isPublic(state: LambdaState, { functionArn, region }: UrlRecord): boolean {
  const scope = scopeOf({ functionArn, region });
  const statements = state.policies.get(attachmentKey(scope, parseReference(functionArn, scope)));
  if (!statements) return false;
  const document = policyDocument(statements);
  const allows = (action: string, key: string, value: string) =>
    state.host.face('policies').allowsService(document, {
      principals: [],
      action,
      resource: functionArn,
      context: { [key]: value },
    });
  return (
    allows('lambda:InvokeFunctionUrl', 'lambda:FunctionUrlAuthType', 'NONE') &&
    allows('lambda:InvokeFunction', 'lambda:InvokedViaFunctionUrl', 'true')
  );
}

function scopeOf({ functionArn, region }: Pick<UrlRecord, 'functionArn' | 'region'>) {
  return { account: functionArn.split(':')[4] ?? '', region };
}

function identityOf({ accessKeyId, account, arn, userId }: Signer): object {
  return {
    accessKey: accessKeyId,
    accountId: account,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: arn,
    userId,
  };
}

function refused(status: number, Message: string | null, code = 'AccessDeniedException'): WireAnswer {
  const headers = { 'content-type': 'application/json', 'x-amzn-ErrorType': code };
  return { status, headers, body: JSON.stringify({ Message }) };
}
