// CORS of HTTP APIs: the gateway answers preflight requests, and its headers replace those of the integration.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
import type { Cors } from '@aws-sdk/client-apigatewayv2';
import type { WireAnswer } from '../../../protocols/protocol.ts';
import type { SiteVisited } from '../../../service.ts';

/** The answer to a preflight request, which needs no route; undefined: the request is an ordinary one. */
export function preflightOf(
  cors: Cors | undefined,
  { method, headers }: Pick<SiteVisited, 'method' | 'headers'>,
): WireAnswer | undefined {
  const { origin, 'access-control-request-method': asked } = headers;
  if (!cors || method !== 'OPTIONS' || origin === undefined || asked === undefined) return undefined;
  const allowed = isAllowed(cors, origin) && {
    ...ofOrigin(cors, origin),
    ...listed('access-control-allow-methods', cors.AllowMethods),
    ...listed('access-control-allow-headers', cors.AllowHeaders),
    ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
  };
  return { status: 204, headers: { ...allowed }, body: '' };
}

/** The answer with the headers for this origin, and without those of the integration. */
export function withCors(cors: Cors | undefined, origin: string | undefined, answer: WireAnswer): WireAnswer {
  if (!cors) return answer;
  const own = Object.entries(answer.headers).filter(([name]) => !isCors(name));
  const repeated = answer.repeated?.filter(([name]) => !isCors(name));
  const added =
    origin !== undefined && isAllowed(cors, origin)
      ? { ...ofOrigin(cors, origin), ...listed('access-control-expose-headers', cors.ExposeHeaders) }
      : {};
  return { ...answer, headers: { ...Object.fromEntries(own), ...added }, ...(repeated ? { repeated } : {}) };
}

const isCors = (name: string) => name.toLowerCase().startsWith('access-control-');

function ofOrigin({ AllowOrigins = [], AllowCredentials }: Cors, origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': AllowOrigins.includes('*') ? '*' : origin,
    ...(AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
  };
}

/** `https://*` allows every origin with https. */
function isAllowed({ AllowOrigins = [] }: Cors, origin: string): boolean {
  return AllowOrigins.some(
    (allowed) =>
      allowed === '*' ||
      allowed === origin ||
      (/^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1))),
  );
}

const listed = (name: string, values: readonly string[] = []): Record<string, string> =>
  values.length > 0 ? { [name]: values.join(',') } : {};
