// Lambda authorizers: TOKEN and REQUEST.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
import type { Authorizer } from '@aws-sdk/client-api-gateway';
import { lastValues } from '../../../../http-events/parts.ts';
import { executeArn } from '../../apis/policy.ts';
import { functionIn } from '../../definition/integration-uris.ts';
import { type ApiGatewayState, entry } from '../../state.ts';
import { mappedValue, withStageVariables } from '../expressions.ts';
import { authorizerFailed, badAuthorizer, denied, GatewayError, unauthorized } from '../gateway-error.ts';
import { invokeFunction } from '../invoke-function.ts';
import { eventFields, valuesByName } from '../proxy-event.ts';
import type { RestRequest } from '../rest-request.ts';
import { methodArnOf } from './method-arn.ts';
import { documentOf, type PolicyDocument, verdictOf } from './policies.ts';

/** What an authorizer said of a caller. */
interface Said {
  readonly principalId: string;
  readonly policy: PolicyDocument;
  readonly context: Readonly<Record<string, string>>;
  readonly usageKey: string | undefined;
}

/** Adds the authorizer's context to the request. @throws GatewayError when the request may not pass */
export async function askAuthorizer(state: ApiGatewayState, request: RestRequest): Promise<void> {
  const authorizer = entry(request.definition.authorizers, request.method.authorizerId);
  if (!authorizer) throw badAuthorizer();
  const identity = identityOf(authorizer, request);
  const begun = Date.now();
  const said = await known(state, authorizer, request, identity);
  const verdict = verdictOf(state, said.policy, methodArnOf(request), { anybody: true });
  if (verdict !== 'allowed') throw denied(verdict === 'denied');
  const { principalId, context, usageKey } = said;
  request.context.authorizer = { ...context, principalId, integrationLatency: Date.now() - begun };
  if (usageKey !== undefined) request.context.identity.apiKey = usageKey;
}

/** The values of the identity sources. @throws GatewayError when one is missing, or is not valid */
function identityOf(
  { type, identitySource = '', identityValidationExpression }: Authorizer,
  request: RestRequest,
) {
  const sources = identitySource.split(',').map((one) => one.trim());
  const values = sources.filter(Boolean).map((source) => mappedValue(request, source));
  if (values.some((value) => !value)) throw unauthorized();
  const [token = ''] = values as string[];
  if (type === 'TOKEN' && identityValidationExpression) {
    if (!new RegExp(`^(?:${identityValidationExpression})$`).test(token)) throw unauthorized();
  }
  return values as string[];
}

const answers = new WeakMap<ApiGatewayState, Map<string, { readonly until: number; readonly said: Said }>>();
const mostAnswers = 1000;

/** Forgets what the authorizers of a stage said. */
export function forgetAnswers(state: ApiGatewayState, apiId: string, stageName: string): void {
  const cache = answers.get(state);
  for (const key of cache?.keys() ?? []) if (key.startsWith(`${apiId}/${stageName}/`)) cache?.delete(key);
}

async function known(
  state: ApiGatewayState,
  authorizer: Authorizer,
  request: RestRequest,
  identity: readonly string[],
): Promise<Said> {
  const { authorizerResultTtlInSeconds: ttl = 300, id } = authorizer;
  if (ttl === 0 || identity.length === 0) return ask(state, authorizer, request, identity);
  const { api, stage, context } = request;
  const key = `${api.id}/${stage.stageName}/${context.deploymentId}/${id}/${JSON.stringify(identity)}`;
  const cache = answers.get(state) ?? new Map();
  answers.set(state, cache);
  const before = cache.get(key);
  const now = state.host.now();
  if (before && before.until > now) return before.said;
  const said = await ask(state, authorizer, request, identity);
  if (cache.size >= mostAnswers) cache.delete(cache.keys().next().value as string);
  cache.set(key, { until: now + ttl * 1000, said });
  return said;
}

/** @throws GatewayError */
async function ask(
  state: ApiGatewayState,
  { id, type, authorizerUri = '', authorizerCredentials }: Authorizer,
  request: RestRequest,
  [token]: readonly string[],
): Promise<Said> {
  const functionArn = functionIn(withStageVariables(authorizerUri, request));
  if (functionArn === undefined) throw badAuthorizer();
  const methodArn = methodArnOf(request);
  const event =
    type === 'TOKEN' ? { type, methodArn, authorizationToken: token } : requestEvent(request, methodArn);
  const sourceArn = `${executeArn(request.api)}/authorizers/${id}`;
  const invoked = await invokeFunction(state, request, functionArn, {
    event,
    credentials: authorizerCredentials,
    sourceArn,
  }).catch((error) => {
    throw error instanceof GatewayError ? badAuthorizer() : error;
  });
  if (invoked.result === 'streamed') throw badAuthorizer();
  const answer = parsed(invoked.payload);
  if (invoked.result === 'failed')
    throw answer.errorMessage === 'Unauthorized' ? unauthorized() : authorizerFailed();
  return read(answer);
}

function requestEvent(request: RestRequest, methodArn: string): object {
  const headers = valuesByName(eventFields(request));
  return {
    type: 'REQUEST',
    methodArn,
    resource: request.resourcePath,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: lastValues(request.query),
    multiValueQueryStringParameters: request.query,
    pathParameters: request.pathParameters,
    stageVariables: request.stageVariables ?? {},
    requestContext: request.context,
  };
}

function parsed(payload: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** @throws GatewayError for an answer that AWS does not take */
function read({
  principalId,
  policyDocument,
  context = {},
  usageIdentifierKey,
}: Record<string, unknown>): Said {
  const policy = documentOf(policyDocument);
  if (typeof principalId !== 'string' || !policy) throw badAuthorizer();
  const entries = Object.entries((context ?? {}) as Record<string, unknown>);
  if (entries.some(([, value]) => typeof value === 'object' && value !== null)) throw badAuthorizer();
  return {
    principalId,
    policy,
    context: Object.fromEntries(entries.map(([key, value]) => [key, String(value)])),
    usageKey: typeof usageIdentifierKey === 'string' ? usageIdentifierKey : undefined,
  };
}
