// The event that a function gets for an HTTP request: payload format 2.0.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
import type { WireRequest } from '../../../protocols/protocol.ts';

export interface EventFacts {
  /** The id in the host name. */
  readonly id: string;
  /** The account of the caller; `anonymous` without a signature. */
  readonly accountId: string;
  readonly authorizer?: object;
  readonly requestId: string;
  readonly traceId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The address of the caller: the local AWS listens on this machine only. */
const sourceIp = '127.0.0.1';

export function httpEvent(request: WireRequest, facts: EventFacts): object {
  const { method, path, query, body } = request;
  const { host = '', cookie, connection: _, ...headers } = request.headers;
  const domainName = host.replace(/:\d+$/, '');
  const port = /:(\d+)$/.exec(host)?.[1] ?? '80';
  const text = isText(headers['content-type']);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; ?/).filter(Boolean) }),
    headers: {
      ...headers,
      host,
      'x-amzn-trace-id': facts.traceId,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': port,
      'x-forwarded-proto': 'http',
    },
    ...(query === '' ? {} : { queryStringParameters: parametersOf(query) }),
    requestContext: {
      accountId: facts.accountId,
      apiId: facts.id,
      ...(facts.authorizer ? { authorizer: facts.authorizer } : {}),
      domainName,
      domainPrefix: facts.id,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId: facts.requestId,
      routeKey: '$default',
      stage: '$default',
      time: timeText(facts.now),
      timeEpoch: facts.now,
    },
    ...(body.length > 0 ? { body: body.toString(text ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !text,
  };
}

function isText(contentType = ''): boolean {
  const [type = ''] = contentType.toLowerCase().split(';');
  return /^\s*(text\/.+|application\/(json|xml|javascript|.+\+json|.+\+xml))\s*$/.test(type);
}

/** Decoded; the values of a name that is repeated are joined by commas. */
function parametersOf(query: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(`?${query}`)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
function timeText(now: number): string {
  const [year, month = '', day] = new Date(now).toISOString().slice(0, 10).split('-');
  const time = new Date(now).toISOString().slice(11, 19);
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}
