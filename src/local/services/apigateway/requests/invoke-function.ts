// Invokes a function for an integration or an authorizer, with the permission that it has: by policy or by role.
import type { InvocationResult } from '../../../faces.ts';
import { noticeOnce } from '../../../notices.ts';
import { executeArn } from '../apis/policy.ts';
import type { ApiGatewayState } from '../state.ts';
import { withStageVariables } from './expressions.ts';
import { misconfigured, timedOut } from './gateway-error.ts';
import type { RestRequest } from './rest-request.ts';

const principal = 'apigateway.amazonaws.com';

interface Invocation {
  readonly event: unknown;
  /** A role of the integration; the policy of the function does not count then. */
  readonly credentials?: string | undefined;
  readonly stream?: boolean;
  /** The event as it was written, for the execution log. */
  readonly text?: string;
  /** The source for the function's policy; that of the method by default. */
  readonly sourceArn?: string;
}

export type Invoked = Exclude<InvocationResult, { result: 'refused' }>;

/** @throws GatewayError when it cannot be invoked, or does not answer in time */
export async function invokeFunction(
  state: ApiGatewayState,
  request: RestRequest,
  functionArn: string,
  { event, credentials, stream = false, sourceArn = sourceArnOf(request), text }: Invocation,
): Promise<Invoked> {
  const role = credentials === undefined ? undefined : withStageVariables(credentials, request);
  if (role !== undefined) checkRole(state, role, functionArn);
  const source =
    role === undefined ? { principal, sourceArn, sourceAccount: request.api.account } : undefined;
  logQuestion(request, functionArn, text ?? JSON.stringify(event));
  const begun = Date.now();
  const invoked = await inTime(
    state.host.face('functions').invoke(functionArn, { event, source, traceId: request.trace, stream }),
    request.method.methodIntegration?.timeoutInMillis ?? 29_000,
  );
  if (invoked.result !== 'refused') {
    logAnswer(request, invoked, Date.now() - begun);
    return invoked;
  }
  if (invoked.reason === 'forbidden') {
    noticeOnce(
      `API Gateway may not invoke ${functionArn} for ${sourceArn}: its policy has no statement for ${principal} that allows this source`,
    );
  }
  throw misconfigured('Invalid permissions on Lambda function');
}

/** The source of a request, as the policy of a function sees it: variables in the path are `*`. */
export const sourceArnOf = ({ api, stage, httpMethod, resourcePath }: RestRequest): string =>
  `${executeArn(api)}/${stage.stageName}/${httpMethod}${resourcePath.replace(/\{[^}]*\}/g, '*')}`;

/** With this value, the identity of the caller is used. */
const asCaller = /^arn:[\w-]+:iam::\*:user\/\*$/;

/** @throws GatewayError unless API Gateway may assume the role, and the role may invoke the function */
function checkRole(state: ApiGatewayState, role: string, functionArn: string): void {
  if (asCaller.test(role)) return;
  const { host } = state;
  const assumable = host.face('roles').assumable(role, principal);
  if (assumable && host.face('policies').allowsRole(role, 'lambda:InvokeFunction', functionArn)) return;
  const reason = assumable
    ? `the policies of ${role} do not allow lambda:InvokeFunction`
    : `${role} does not exist, or its trust policy does not name ${principal}`;
  noticeOnce(`API Gateway may not invoke ${functionArn}: ${reason}`);
  throw misconfigured();
}

/** @throws GatewayError when the answer takes longer than `milliseconds` */
export async function inTime<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut()), milliseconds);
    timer.unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** As the execution log of AWS shows a request to Lambda. */
function logQuestion(request: RestRequest, functionArn: string, text: string): void {
  if (!request.log) return;
  const { api, context } = request;
  const uri = `https://lambda.${api.region}.amazonaws.com/2015-03-31/functions/${functionArn}/invocations`;
  const hidden = '*'.repeat(64);
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  request.log(`Endpoint request URI: ${uri}`);
  request.log(
    `Endpoint request headers: {x-amzn-lambda-integration-tag=${context.requestId}, Authorization=${hidden}, X-Amz-Date=${date}, x-amzn-apigateway-api-id=${api.id}, Accept=application/json, User-Agent=AmazonAPIGateway_${api.id}, X-Amz-Security-Token=${hidden} [TRUNCATED]`,
  );
  request.log(`Endpoint request body after transformations: ${text}`);
  request.log(`Sending request to ${uri}`);
}

function logAnswer(request: RestRequest, invoked: Invoked, latency: number): void {
  if (!request.log || invoked.result === 'streamed') return;
  const { requestId, version, payload } = invoked;
  request.log(`Received response. Status: 200, Integration latency: ${latency} ms`);
  request.log(
    `Endpoint response headers: {Date=${new Date().toUTCString()}, Content-Type=application/json, Content-Length=${payload.length}, Connection=keep-alive, x-amzn-RequestId=${requestId}, x-amzn-Remapped-Content-Length=0, X-Amz-Executed-Version=${version}, X-Amzn-Trace-Id=${request.trace}}`,
  );
  request.log(`Endpoint response body before transformations: ${Buffer.from(payload).toString()}`);
}
