// Sample requests: HTTP APIs and function URLs (payload 2.0), REST APIs (payload 1.0), load balancers.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import { arnOf, type EventSite } from './site.ts';

const body = { message: 'Hello from slsctl' };
const apiId = 'a1b2c3d4e5';
const agent = 'slsctl';
const address = '127.0.0.1';

/** The path of the route with values for its parameters, and these values: `/users/{id}` is `/users/1`. */
function visited({ method, route }: EventSite) {
  const pathParameters: Record<string, string> = {};
  const path = route.replace(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) => {
    const value = greedy ? 'a/b' : '1';
    pathParameters[name] = value;
    return value;
  });
  const writes = !['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method);
  return { path, pathParameters, content: writes ? JSON.stringify(body) : undefined };
}

/** `01/Jan/2025:00:00:00 +0000`, and the same in epoch milliseconds. */
function clock({ now }: EventSite) {
  const parts = /(\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  const [, day, month, year, time] = parts;
  return { time: `${day}/${month}/${year}:${time} +0000`, timeEpoch: now };
}

/** Payload format 2.0: HTTP APIs and function URLs. */
export function httpEvent(site: EventSite): object {
  const { path, pathParameters, content } = visited(site);
  const domainName = `${apiId}.execute-api.${site.region}.amazonaws.com`;
  return {
    version: '2.0',
    routeKey: `${site.method} ${site.route}`,
    rawPath: path,
    rawQueryString: 'page=1',
    headers: {
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      'content-length': String(content?.length ?? 0),
      host: domainName,
      'user-agent': agent,
      'x-forwarded-for': address,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    queryStringParameters: { page: '1' },
    requestContext: {
      accountId: site.account,
      apiId,
      domainName,
      domainPrefix: apiId,
      http: { method: site.method, path, protocol: 'HTTP/1.1', sourceIp: address, userAgent: agent },
      requestId: 'LV7fzho-PHcEJPw=',
      routeKey: `${site.method} ${site.route}`,
      stage: '$default',
      ...clock(site),
    },
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    ...(content === undefined ? {} : { body: content }),
    isBase64Encoded: false,
  };
}

/** The event of a REST API; HTTP APIs send the same with `version: "1.0"`. */
export function restEvent(site: EventSite): object {
  const { path, pathParameters, content } = visited(site);
  const host = `${apiId}.execute-api.${site.region}.amazonaws.com`;
  const headers = {
    ...(content === undefined ? {} : { 'Content-Type': 'application/json' }),
    Host: host,
    'User-Agent': agent,
    'X-Forwarded-For': address,
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
  };
  const { time, timeEpoch } = clock(site);
  return {
    resource: site.route,
    path,
    httpMethod: site.method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: { page: '1' },
    multiValueQueryStringParameters: { page: ['1'] },
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : null,
    stageVariables: null,
    requestContext: {
      accountId: site.account,
      apiId,
      deploymentId: 'd1e2f3',
      domainName: host,
      domainPrefix: apiId,
      extendedRequestId: 'LV7fzho-PHcEJPw=',
      httpMethod: site.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: address,
        user: null,
        userAgent: agent,
        userArn: null,
      },
      path: `/prod${path}`,
      protocol: 'HTTP/1.1',
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      requestTime: time,
      requestTimeEpoch: timeEpoch,
      resourceId: 'r1s2t3',
      resourcePath: site.route,
      stage: 'prod',
    },
    body: content ?? null,
    isBase64Encoded: false,
  };
}

/** The event of a load balancer whose target group sends single values. */
export function albEvent(site: EventSite): object {
  const { path, content } = visited(site);
  const group = `targetgroup/${site.functionName}/49e9d65c45c6791a`;
  return {
    requestContext: { elb: { targetGroupArn: arnOf(site, 'elasticloadbalancing', group) } },
    httpMethod: site.method,
    path,
    queryStringParameters: { page: '1' },
    headers: {
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      host: 'example.com',
      'user-agent': agent,
      'x-forwarded-for': address,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    body: content ?? '',
    isBase64Encoded: false,
  };
}
