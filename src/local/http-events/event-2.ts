// The event that a function gets for an HTTP request: payload format 2.0, of function URLs and HTTP APIs.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
import type { WireRequest } from '../protocols/protocol.ts';
import { hostOf, isText, joinedValues, queryValues, sourceIp, timeText } from './parts.ts';

export interface EventFacts {
  /** The id of the URL or API, as in the host name. */
  readonly id: string;
  /** The account of the caller (of the API's owner for HTTP APIs); `anonymous` without a signature. */
  readonly accountId: string;
  /** `iam`, `jwt` or `lambda`, with what is known of the caller. */
  readonly authorizer?: object;
  readonly requestId: string;
  readonly traceId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** `GET /users/{id}`; `$default` when absent. */
  readonly routeKey?: string;
  /** `$default` when absent. */
  readonly stage?: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** `http.path`; the path of the request when absent. */
  readonly httpPath?: string;
}

type Content = Pick<WireRequest, 'headers' | 'body'>;

/** The path of the request is the `rawPath`: with the stage, and still percent-encoded. */
export function httpEvent(request: WireRequest, facts: EventFacts): object {
  const { query } = request;
  const { cookie } = request.headers;
  const { routeKey = '$default', pathParameters, stageVariables } = facts;
  return {
    version: '2.0',
    routeKey,
    rawPath: request.path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookiesOf(cookie) }),
    headers: eventHeaders(request, facts),
    ...(query === '' ? {} : { queryStringParameters: joinedValues(queryValues(query)) }),
    requestContext: requestContext(request, facts),
    ...(pathParameters ? { pathParameters } : {}),
    ...(stageVariables ? { stageVariables } : {}),
    ...bodyMembers(request),
  };
}

export function cookiesOf(cookie: string): string[] {
  return cookie.split(/; ?/).filter(Boolean);
}

const ofConnection = ['cookie', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'expect'];

/** Names in lower case, without those of the connection and cookies, and with those that AWS adds. */
export function eventHeaders(
  request: Content,
  { traceId }: Pick<EventFacts, 'traceId'>,
): Record<string, string | undefined> {
  const { host = '', 'x-forwarded-for': before, ...sent } = request.headers;
  const headers: Record<string, string | undefined> = sent;
  for (const name of ofConnection) delete headers[name];
  const { length } = request.body;
  return {
    ...(length > 0 ? { 'content-length': String(length) } : {}),
    ...headers,
    host,
    'x-amzn-trace-id': traceId,
    'x-forwarded-for': before ? `${before}, ${sourceIp}` : sourceIp,
    'x-forwarded-port': hostOf(host).port,
    'x-forwarded-proto': 'http',
  };
}

export function requestContext({ method, path, headers }: WireRequest, facts: EventFacts): object {
  return {
    accountId: facts.accountId,
    apiId: facts.id,
    ...(facts.authorizer ? { authorizer: facts.authorizer } : {}),
    domainName: hostOf(headers.host).name,
    domainPrefix: facts.id,
    http: {
      method,
      path: facts.httpPath ?? path,
      protocol: 'HTTP/1.1',
      sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: facts.requestId,
    routeKey: facts.routeKey ?? '$default',
    stage: facts.stage ?? '$default',
    time: timeText(facts.now),
    timeEpoch: facts.now,
  };
}

/** `body` only when there is one. */
export function bodyMembers({ headers, body }: Content): { body?: string; isBase64Encoded: boolean } {
  const encoding = headers['content-encoding'] ?? 'identity';
  const text = encoding === 'identity' && isText(headers['content-type']);
  return {
    ...(body.length > 0 ? { body: body.toString(text ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !text,
  };
}
