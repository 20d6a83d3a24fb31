// Requests to function URLs: who may call, the event, and the answer of the function, version or alias.
import type { InvocationRefusal } from '../../../faces.ts';
import type { SiteAddress } from '../../../http/site-address.ts';
import { badGateway, httpAnswer, streamedAnswer } from '../../../http-events/answer.ts';
import { corsHeaders, preflight } from '../../../http-events/cors.ts';
import { httpEvent } from '../../../http-events/event-2.ts';
import type { WireAnswer } from '../../../protocols/protocol.ts';
import { newTraceId } from '../../../runtime/trace-id.ts';
import type { Signer, Site, Visit } from '../../../service.ts';
import { isRefusal } from '../../../service-error.ts';
import { policyDocument } from '../functions/permissions.ts';
import { invokeSynchronously } from '../invocations/synchronous.ts';
import type { FunctionStatement, UrlRecord } from '../records.ts';
import { parseReference } from '../references.ts';
import type { LambdaState } from '../state.ts';
import { attachmentKey } from '../targets.ts';
import { urlOf } from './records.ts';

/** What functions see of the connection on AWS. There is no TLS here; `x-forwarded-proto` says so. */
const tls = { 'x-amzn-tls-version': 'TLSv1.3', 'x-amzn-tls-cipher-suite': 'TLS_AES_128_GCM_SHA256' };
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
  const url = urlOf(state, id, region);
  const traceId = visit.request.headers['x-amzn-trace-id'] ?? newTraceId();
  const answered = url ? await answerOf(state, visit, url, traceId) : unknown(state, id);
  answered.headers['x-amzn-RequestId'] = visit.requestId;
  answered.headers['x-amzn-Trace-Id'] = traceId;
  return answered;
}

/** The host name of a URL that was deleted still leads to Lambda. */
function unknown(state: LambdaState, id: string): WireAnswer {
  return refused(403, state.formerUrls.get(id) ? troubleshooting : null);
}

async function answerOf(
  state: LambdaState,
  visit: Visit,
  url: UrlRecord,
  traceId: string,
): Promise<WireAnswer> {
  const { request } = visit;
  const preflighted = preflight(url.cors, request);
  if (preflighted) return preflighted;
  const answered = await invoke(state, visit, url, traceId);
  // Beside those of the function: a browser refuses an answer that allows its origin twice, as on AWS.
  const added = Object.entries(corsHeaders(url.cors, request.headers.origin));
  return added.length === 0 ? answered : { ...answered, repeated: [...(answered.repeated ?? []), ...added] };
}

async function invoke(
  state: LambdaState,
  visit: Visit,
  url: UrlRecord,
  traceId: string,
): Promise<WireAnswer> {
  const { request, requestId } = visit;
  if (!request.body) return tooLarge();
  const caller = url.authType === 'AWS_IAM' ? signer(state, visit, url) : undefined;
  if (url.authType === 'AWS_IAM' ? !caller : !isPublic(state, url)) return refused(403, troubleshooting);
  const { method, path, query, body } = request;
  const headers = { ...request.headers, ...tls };
  const event = httpEvent(
    { method, path, query, headers, body },
    {
      id: url.id,
      accountId: caller?.account ?? 'anonymous',
      authorizer: caller && { iam: identityOf(caller) },
      requestId,
      traceId,
      now: Date.now(),
      httpPath: decodedPath(path),
    },
  );
  const stream = url.invokeMode === 'RESPONSE_STREAM';
  const invoked = await invokeSynchronously(state, url.functionArn, { event, requestId, traceId, stream });
  switch (invoked.result) {
    case 'answered':
      return stream ? streamedAnswer([invoked.payload], 'application/json') : httpAnswer(invoked.payload);
    case 'streamed':
      return streamedAnswer(invoked.parts, invoked.type);
    case 'failed':
      return badGateway();
    default:
      return refusal(invoked.reason, invoked.error);
  }
}

/** `rawPath` has the path as it was sent; `http.path` has it decoded, as far as its escapes are valid. */
function decodedPath(path: string): string {
  const decoded = path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
  return decoded.replace(/^\/+/, '/');
}

function refusal(reason: InvocationRefusal, { message }: Error): WireAnswer {
  if (reason === 'throttled') return refused(429, message, 'TooManyRequestsException');
  if (reason === 'too large') return tooLarge();
  return reason === 'missing' ? refused(403, troubleshooting) : badGateway();
}

const tooLarge = () => refused(413, 'Request Entity Too Large', 'RequestTooLargeException');

/** The caller whose signature is valid and whose policies allow it both actions; undefined: there is none. */
function signer(
  state: LambdaState,
  { authenticate }: Visit,
  { functionArn, region }: UrlRecord,
): Signer | undefined {
  try {
    const caller = authenticate();
    if (caller.scope.service !== 'lambda' || caller.scope.region !== region) return undefined;
    const context = {
      'lambda:FunctionUrlAuthType': 'AWS_IAM',
      'lambda:InvokedViaFunctionUrl': 'true',
    };
    const allowed = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].every((action) =>
      state.host.face('policies').allowsCaller(caller.arn, { action, resource: functionArn, context }),
    );
    return allowed ? caller : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

const publicPolicies = new WeakMap<readonly FunctionStatement[], boolean>();

/** A public URL needs both permissions for everybody, in the policy of its function or alias. */
function isPublic(state: LambdaState, { functionArn, region }: UrlRecord): boolean {
  const scope = scopeOf({ functionArn, region });
  const statements = state.policies.get(attachmentKey(scope, parseReference(functionArn, scope)));
  if (!statements) return false;
  let known = publicPolicies.get(statements);
  if (known === undefined) {
    known = everybodyMay(state, statements, functionArn);
    publicPolicies.set(statements, known);
  }
  return known;
}

function everybodyMay(
  state: LambdaState,
  statements: readonly FunctionStatement[],
  resource: string,
): boolean {
  const document = policyDocument(statements);
  const allows = (action: string, key: string, value: string) =>
    state.host
      .face('policies')
      .allowsService(document, { principals: [], action, resource, context: { [key]: value } });
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
