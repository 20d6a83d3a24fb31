// Requests to HTTP APIs: stage, CORS, route, throttling, authorizer, integration, answer.
import type { SiteAddress } from '../../../http/site-address.ts';
import type { WireAnswer } from '../../../protocols/protocol.ts';
import type { Site, Visit } from '../../../service.ts';
import type { HttpApisState } from '../state.ts';
import { logAccess } from './access-log.ts';
import { type Authorizers, authorize } from './authorization/authorize.ts';
import { FunctionAuthorizers } from './authorization/functions.ts';
import { preflightOf, withCors } from './cors.ts';
import { callIntegration } from './integrations/function.ts';
import { passOn } from './integrations/web.ts';
import { mappedRequest, mappedResponse } from './mapping.ts';
import { Metrics } from './metrics.ts';
import { newRequestId, type Passage, traceIdOf } from './passage.ts';
import { internalError, notFound, tooLarge, tooManyRequests } from './refusals.ts';
import { routeFor, stageFor } from './routing.ts';
import { type ServedApi, ServedApis, type ServedStage } from './served.ts';
import { Throttle } from './throttle.ts';

/** The bytes that a request may have. */
const largestRequest = 10 * 1024 * 1024;

interface Gateway {
  readonly state: HttpApisState;
  readonly throttle: Throttle;
  readonly authorizers: Authorizers;
  readonly metrics: Metrics;
}

/** The site of an address; undefined: it is not that of an HTTP API. */
export function httpApiSite(state: HttpApisState): (address: SiteAddress) => Site | undefined {
  const apis = new ServedApis(state);
  const gateway: Gateway = {
    state,
    throttle: new Throttle(),
    authorizers: { functions: new FunctionAuthorizers(state) },
    metrics: new Metrics(state),
  };
  return (address) => {
    const found = address.kind === 'execute-api' ? apis.find(address) : undefined;
    return found && { largestBody: largestRequest, answer: (visit) => answer(gateway, found, visit) };
  };
}

async function answer(gateway: Gateway, served: ServedApi, visit: Visit): Promise<WireAnswer> {
  const { request } = visit;
  const { cors, disabled } = served.api;
  const requestId = newRequestId();
  const at = disabled ? undefined : stageFor(served, request.path);
  const preflight = at && preflightOf(cors, request);
  const pending = async () => (at ? pass(gateway, at.served, at.path, visit, requestId) : notFound());
  const finished = preflight ?? withCors(cors, request.headers.origin, await pending());
  finished.headers['apigw-requestid'] = requestId;
  return finished;
}

async function pass(
  gateway: Gateway,
  served: ServedStage,
  below: string,
  visit: Visit,
  requestId: string,
): Promise<WireAnswer> {
  const { request } = visit;
  const { state, throttle } = gateway;
  const now = Date.now();
  const routed = routeFor(served, request.method, below);
  if (!routed) return notFound();
  const passage: Passage = {
    served,
    request: { ...request, body: request.body ?? Buffer.alloc(0) },
    below,
    ...routed,
    requestId,
    traceId: traceIdOf(request),
    now,
    visit,
    notes: {},
  };
  const refusal = !request.body
    ? tooLarge()
    : throttle.admits(served, routed.route.record.RouteKey, now)
      ? await authorize(state, gateway.authorizers, passage)
      : tooManyRequests();
  const answer = refusal ?? (await integrate(state, passage));
  const refused = refusal !== undefined || passage.notes.integrationError !== undefined;
  const finished = { passage, answer, latency: Date.now() - now, refused };
  logAccess(state, finished);
  gateway.metrics.count(finished);
  return answer;
}

async function integrate(state: HttpApisState, passage: Passage): Promise<WireAnswer> {
  const { integration } = passage.route;
  if (!integration) return internalError();
  const began = performance.now();
  const mapped = mappedRequest(passage);
  const answer =
    integration.IntegrationType === 'HTTP_PROXY'
      ? await passOn(mapped)
      : await callIntegration(state, mapped);
  passage.notes.integrationLatency = Math.round(performance.now() - began);
  return mappedResponse(passage, answer);
}
