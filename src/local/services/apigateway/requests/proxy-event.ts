// The event that a function gets for a request to a REST API.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
import { hostOf, lastValues, sourceIp } from '../../../http-events/parts.ts';
import type { HeaderLine } from '../../../protocols/protocol.ts';
import { isBinary } from './media-types.ts';
import type { RestRequest } from './rest-request.ts';

export function proxyEvent(request: RestRequest): object {
  const { query, body, context, definition } = request;
  const headers = valuesByName(eventFields(request));
  const type = request.fields.find(([name]) => /^content-type$/i.test(name))?.[1];
  const encoded = body.length > 0 && isBinary(type, definition.binaryMediaTypes);
  return {
    resource: request.resourcePath,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: lastValues(headers),
    multiValueHeaders: headers,
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(request.pathParameters),
    stageVariables: request.stageVariables ?? null,
    requestContext: context,
    body: body.length > 0 ? body.toString(encoded ? 'base64' : 'utf8') : null,
    isBase64Encoded: encoded,
  };
}

const orNull = <T extends object>(values: T): T | null => (Object.keys(values).length > 0 ? values : null);

/** Names that AWS writes in its own case, by their names in lower case. */
const canonical = new Map(
  [
    'Authorization',
    'Host',
    'User-Agent',
    'X-Amzn-Trace-Id',
    'X-Forwarded-For',
    'X-Forwarded-Port',
    'X-Forwarded-Proto',
  ].map((name) => [name.toLowerCase(), name]),
);

/** The headers of events: those of the request, and those that AWS adds. */
export function eventFields(request: Pick<RestRequest, 'fields' | 'trace' | 'api'>): HeaderLine[] {
  const sent = request.fields.map(
    ([name, value]) => [canonical.get(name.toLowerCase()) ?? name, value] as const,
  );
  const host = sent.find(([name]) => name === 'Host')?.[1];
  const added: HeaderLine[] = [
    ['X-Amzn-Trace-Id', request.trace.split(';')[0] ?? ''],
    ['X-Forwarded-For', sourceIp],
    ['X-Forwarded-Port', hostOf(host).port],
    ['X-Forwarded-Proto', 'http'],
    ...(request.api.endpointConfiguration.types?.[0] === 'EDGE' ? edgeFields : []),
  ];
  const traced = sent.some(([name]) => name === 'X-Amzn-Trace-Id');
  const kept = sent.filter(([name]) => !name.startsWith('X-Forwarded-'));
  return [...kept, ...added.filter(([name]) => !(traced && name === 'X-Amzn-Trace-Id'))];
}

/** What CloudFront adds in front of an edge-optimized API. */
const edgeFields: readonly HeaderLine[] = [
  ['CloudFront-Forwarded-Proto', 'http'],
  ['CloudFront-Is-Desktop-Viewer', 'true'],
  ['CloudFront-Is-Mobile-Viewer', 'false'],
  ['CloudFront-Is-SmartTV-Viewer', 'false'],
  ['CloudFront-Is-Tablet-Viewer', 'false'],
  ['CloudFront-Viewer-ASN', '16509'],
  ['CloudFront-Viewer-Country', 'US'],
  ['Via', '1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)'],
  ['X-Amz-Cf-Id', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=='],
];

/** The values of each name, in order. The case of the first one counts. */
export function valuesByName(fields: readonly HeaderLine[]): Record<string, string[]> {
  const names = new Map<string, string>();
  const values: Record<string, string[]> = {};
  const sorted = fields.toSorted(([a], [b]) => compare(a.toLowerCase(), b.toLowerCase()));
  for (const [name, value] of sorted) {
    const lower = name.toLowerCase();
    const first = names.get(lower) ?? name;
    names.set(lower, first);
    const before = values[first];
    if (before) before.push(value);
    else values[first] = [value];
  }
  return values;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
