// Requests to function URLs: who may call, the event, and the answer of the function, version or alias.
import type { Call } from '../../../call.ts';
import type { WireAnswer, WireRequest } from '../../../protocols/protocol.ts';
import { newTraceId } from '../../../runtime/trace-id.ts';
import type { Signer, Site, Visit } from '../../../service.ts';
import { policyDocument } from '../functions/permissions.ts';
import { invocations } from '../invocations/invoke.ts';
import type { UrlRecord } from '../records.ts';
import { parseReference } from '../references.ts';
import type { LambdaState } from '../state.ts';
import { attachmentKey } from '../targets.ts';
import { parseHost } from './address.ts';
import { badGateway, httpAnswer, streamedAnswer } from './answer.ts';
import { corsHeaders, preflight } from './cors.ts';
import { httpEvent } from './event.ts';

const largestRequest = 6 * 1024 * 1024;
const troubleshooting =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** The site of a host name; undefined: it is not the name of a function URL. */
export function functionUrlSite(state: LambdaState): (host: string) => Site | undefined {
  return (host) => {
    const address = parseHost(host);
    return address && { largestBody: largestRequest, answer: (visit) => answer(state, visit, address) };
  };
}

async function answer(
  state: LambdaState,
  visit: Visit,
  { id, region }: { id: string; region: string },
): Promise<WireAnswer> {
  const { request } = visit;
  const url = [...state.urls.entries('')].find(([, one]) => one.id === id && one.region === region)?.[1];
  if (!url) return refused(403, null);
  const answered = preflight(url.cors, request) ?? (await invoke(state, visit, url));
  Object.assign(answered.headers, corsHeaders(url.cors, request.headers.origin));
  return answered;
}

async function invoke(state: LambdaState, visit: Visit, url: UrlRecord): Promise<WireAnswer> {
  const { request } = visit;
  if (!request.body) return refused(413, 'Request Entity Too Large', 'RequestTooLargeException');
  const caller = url.authType === 'AWS_IAM' ? signer(visit) : undefined;
  if (url.authType === 'AWS_IAM' ? !caller : !isPublic(state, url)) return refused(403, troubleshooting);
  const { account } = scopeOf(url);
  const call = callOf(visit, url);
  const event = httpEvent(request as WireRequest, {
    id: url.id,
    accountId: caller?.account ?? 'anonymous',
    authorizer: caller && { iam: identityOf(caller) },
    requestId: call.requestId,
    traceId: call.traceId ?? newTraceId(),
    now: Date.now(),
  });
  const input = { FunctionName: url.functionArn, Payload: Buffer.from(JSON.stringify(event)) as never };
  try {
    const context = { state, call: { ...call, account } };
    if (url.invokeMode === 'RESPONSE_STREAM') return await stream(input, context);
    const { Payload, FunctionError } = (await invocations.Invoke?.(input, context)) ?? {};
    return FunctionError ? badGateway() : httpAnswer(Payload as unknown as Uint8Array);
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'TooManyRequestsException') return refused(429, message, name);
    if (name === 'ResourceNotFoundException') return refused(403, troubleshooting);
    // A function that is not ready; other errors are of the local AWS itself.
    if (name === 'ResourceConflictException') return badGateway();
    throw error;
  }
}

type Input = { FunctionName: string; Payload: never };

async function stream(input: Input, context: { state: LambdaState; call: Call }): Promise<WireAnswer> {
  const output = await invocations.InvokeWithResponseStream?.(input, context);
  let failed = false;
  async function* parts(): AsyncGenerator<Uint8Array> {
    for await (const { PayloadChunk, InvokeComplete } of output?.EventStream ?? []) {
      if (PayloadChunk?.Payload) yield PayloadChunk.Payload;
      if (InvokeComplete?.ErrorCode) failed = true;
    }
  }
  const all = parts();
  const first = await all.next();
  if (first.done) return failed ? badGateway() : { status: 200, headers: {}, body: '' };
  return streamedAnswer(startingWith(first.value, all));
}

async function* startingWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
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

function callOf({ request, requestId, signal }: Visit, url: UrlRecord): Call {
  return {
    ...scopeOf(url),
    callerArn: '',
    callerId: '',
    requestId,
    traceId: request.headers['x-amzn-trace-id'],
    endpoint: `http://${request.headers.host}`,
    signal,
  };
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
