// The event of payload format 1.0, as HTTP APIs send it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import { hostOf, isText, lastValues, queryValues, sourceIp, timeText } from '../../../http-events/parts.ts';
import type { HeaderLine } from '../../../protocols/protocol.ts';
import type { Passage } from './passage.ts';
import { decoded } from './routing.ts';

/** AWS writes these names so, however the client wrote them. All others stay as the client sent them. */
const known = new Map(
  ['Content-Length', 'Content-Type', 'Host', 'User-Agent', 'X-Amzn-Trace-Id'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

/** The gateway sets these headers itself, or they belong to the connection. */
const ownNames = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

export function event1(passage: Passage): object {
  const { request } = passage;
  const text = isText(request.headers['content-type']);
  const { body } = request;
  return {
    version: '1.0',
    ...requestMembers(passage),
    body: body.length === 0 ? null : body.toString(text ? 'utf8' : 'base64'),
    isBase64Encoded: body.length > 0 && !text,
  };
}

/** The members that events for authorizers have, too. */
export function requestMembers(passage: Passage): object {
  const { request, parameters, route, served } = passage;
  const headers = listsOf(headerLines(passage));
  const query = request.query === '' ? undefined : queryValues(request.query);
  const { variables } = served.stage;
  return {
    resource: route.key?.path ?? '$default',
    path: request.path,
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: query ? lastValues(query) : null,
    multiValueQueryStringParameters: query ?? null,
    requestContext: contextOf(passage),
    pathParameters: parameters ?? null,
    stageVariables: Object.keys(variables).length > 0 ? variables : null,
  };
}

/** In the order of their names, without those of the connection, and with those that the gateway adds. */
function headerLines({ request, traceId }: Passage): HeaderLine[] {
  const own = request.fields.filter(([name]) => !ownNames.has(name.toLowerCase()));
  const lines: HeaderLine[] = [
    ...own.map(([name, value]) => [known.get(name.toLowerCase()) ?? name, value] as const),
    ['Content-Length', String(request.body.length)],
    ['X-Amzn-Trace-Id', traceId],
    ['X-Forwarded-For', sourceIp],
    ['X-Forwarded-Port', hostOf(request.headers.host).port],
    ['X-Forwarded-Proto', 'http'],
  ];
  return lines.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function listsOf(lines: readonly HeaderLine[]): Record<string, string[]> {
  const lists: Record<string, string[]> = {};
  for (const [name, value] of lines) {
    const list = lists[name];
    if (list) list.push(value);
    else lists[name] = [value];
  }
  return lists;
}

function contextOf({ request, route, requestId, now, served, authorized }: Passage): object {
  const { api, scope, stage } = served;
  return {
    accountId: scope.account,
    apiId: api.id,
    ...(authorized && authorized.kind !== 'iam' ? { authorizer: authorized.flat } : {}),
    domainName: hostOf(request.headers.host).name,
    domainPrefix: api.id,
    extendedRequestId: requestId,
    httpMethod: request.method,
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAmr: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp,
      user: null,
      userAgent: request.headers['user-agent'] ?? '',
      userArn: null,
      ...authorized?.identity,
    },
    path: decoded(request.path),
    protocol: 'HTTP/1.1',
    requestId,
    requestTime: timeText(now),
    requestTimeEpoch: now,
    resourceId: route.record.RouteKey,
    resourcePath: route.key?.path ?? '$default',
    stage: stage.name,
  };
}
