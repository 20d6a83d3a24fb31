// The addresses of REST APIs: which stage and method a request is for, and the way to its answer and back.
import type { SiteAddress } from '../../../http/site-address.ts';
import type { HeaderLine, WireAnswer } from '../../../protocols/protocol.ts';
import type { Site, Visit } from '../../../service.ts';
import type { ApiRecord, StageRecord } from '../records.ts';
import { type ApiGatewayState, entry, findDeployment } from '../state.ts';
import { authorize } from './authorization/authorize.ts';
import { mappedValue } from './expressions.ts';
import { gatewayAnswer } from './gateway-answer.ts';
import { GatewayError, missingToken, tooLarge } from './gateway-error.ts';
import { integrate } from './integrate.ts';
import type { EndpointAnswer } from './proxy-answer.ts';
import { wireHeaders } from './response-headers.ts';
import {
  isVisible,
  newExtendedId,
  nobody,
  type RestRequest,
  restRequest,
  splitPath,
} from './rest-request.ts';
import { routeOf } from './routes.ts';
import { validate } from './validation/validate.ts';

const largestRequest = 10 * 1024 * 1024;

/** undefined: it is not the address of a REST API. */
export const restApiSite =
  (state: ApiGatewayState) =>
  ({ kind, id, region }: SiteAddress): Site | undefined => {
    const key = kind === 'execute-api' ? state.ids.get(`${region}/${id}`) : undefined;
    const api = key === undefined ? undefined : state.apis.get(key);
    return api && { largestBody: largestRequest, answer: (visit) => answer(state, api, visit) };
  };

async function answer(state: ApiGatewayState, api: ApiRecord, visit: Visit): Promise<WireAnswer> {
  const stage = entry(api.stages, splitPath(visit.request.path).stage);
  if (!stage || api.disableExecuteApiEndpoint) return forbidden(visit.requestId);
  const canary = isCanary(stage);
  const deploymentId = (canary ? stage.canarySettings?.deploymentId : undefined) ?? stage.deploymentId;
  const definition = findDeployment(state, api, deploymentId)?.definition;
  if (!definition) return forbidden(visit.requestId);
  const route = routeOf(definition, visit.request.method, splitPath(visit.request.path).path);
  if (!route) {
    const source = unrouted(api, stage, deploymentId, visit);
    const answered = gatewayAnswer(missingToken(), definition, (text) => mappedValue(source, text));
    return sent(answered, source.context);
  }
  const { requestId } = visit;
  const now = state.host.now();
  const facts = { api, stage, definition, deploymentId, route, requestId, now, canary };
  const request = restRequest(visit.request, facts);
  const tooMuch = visit.request.body === undefined;
  return sent(await answerTo(state, request, visit, tooMuch), request.context, traceFor(request));
}

async function answerTo(
  state: ApiGatewayState,
  request: RestRequest,
  visit: Visit,
  tooMuch: boolean,
): Promise<EndpointAnswer & { readonly failed?: boolean }> {
  try {
    await authorize(state, request, visit);
    if (tooMuch) throw tooLarge();
    validate(request);
    return await integrate(state, request);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const answered = gatewayAnswer(error, request.definition, (text) => mappedValue(request, text));
    return { ...answered, failed: true };
  }
}

/** undefined: the stage has no canary. */
function isCanary({ canarySettings }: StageRecord): boolean | undefined {
  return canarySettings && Math.random() * 100 < (canarySettings.percentTraffic ?? 0);
}

/** What is known of a request that no method answers. */
function unrouted(api: ApiRecord, stage: StageRecord, deploymentId: string, { request, requestId }: Visit) {
  const { stageName, variables: stageVariables } = stage;
  return {
    fields: request.fields.filter(([name]) => isVisible(name)),
    query: {},
    pathParameters: {},
    body: request.body ?? Buffer.alloc(0),
    stageVariables,
    context: {
      accountId: api.account,
      apiId: api.id,
      deploymentId,
      domainName: '',
      domainPrefix: api.id,
      extendedRequestId: newExtendedId(),
      httpMethod: request.method,
      identity: nobody(request.headers['user-agent']),
      path: request.path,
      protocol: 'HTTP/1.1',
      requestId,
      requestTime: '',
      requestTimeEpoch: 0,
      resourceId: '',
      resourcePath: '',
      stage: stageName,
    },
  };
}

/** Answers from functions and other services have the trace. */
function traceFor({ method, trace }: RestRequest): string | undefined {
  const type = method.methodIntegration?.type;
  return type === 'HTTP_PROXY' || type === 'MOCK' ? undefined : trace;
}

function sent(
  { status, fields, body, failed }: EndpointAnswer & { readonly failed?: boolean },
  { requestId, extendedRequestId }: { requestId: string; extendedRequestId: string },
  trace?: string,
): WireAnswer {
  const own: HeaderLine[] = [
    ['x-amzn-RequestId', requestId],
    ['x-amz-apigw-id', extendedRequestId],
  ];
  if (trace !== undefined && !failed) own.push(['X-Amzn-Trace-Id', trace]);
  return { status, ...wireHeaders([...fields, ...own]), body };
}

/** As AWS answers for a stage or an API that it does not know. */
const forbidden = (requestId: string): WireAnswer => ({
  status: 403,
  headers: {
    'Content-Type': 'application/json',
    'x-amzn-ErrorType': 'ForbiddenException',
    'x-amzn-RequestId': requestId,
    'x-amz-apigw-id': newExtendedId(),
  },
  body: '{"message":"Forbidden"}',
});
