// CORS of function URLs: AWS answers preflight requests itself, and adds headers to other answers.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
import type { WireAnswer, WireRequest } from '../protocols/protocol.ts';

/** The configuration of a URL, in the words of the API. */
export interface Cors {
  readonly AllowCredentials?: boolean | undefined;
  readonly AllowHeaders?: readonly string[] | undefined;
  readonly AllowMethods?: readonly string[] | undefined;
  readonly AllowOrigins?: readonly string[] | undefined;
  readonly ExposeHeaders?: readonly string[] | undefined;
  /** Seconds. */
  readonly MaxAge?: number | undefined;
}

/** The answer to a preflight request; undefined: the function gets the request. */
export function preflight(
  cors: Cors | undefined,
  { method, headers }: Pick<WireRequest, 'method' | 'headers'>,
): WireAnswer | undefined {
  const asked = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
  if (!cors || !asked || headers.origin === undefined) return undefined;
  const allowed = isAllowed(cors, headers.origin) && {
    ...originHeaders(cors, headers.origin),
    ...listed('access-control-allow-methods', cors.AllowMethods),
    ...listed('access-control-allow-headers', cors.AllowHeaders),
    ...(cors.MaxAge ? { 'access-control-max-age': String(cors.MaxAge) } : {}),
  };
  return { status: 200, headers: { ...allowed }, body: '' };
}

/** The headers of an answer to a page of this origin. */
export function corsHeaders(cors: Cors | undefined, origin: string | undefined): Record<string, string> {
  if (!cors || origin === undefined || !isAllowed(cors, origin)) return {};
  return {
    ...originHeaders(cors, origin),
    ...listed('access-control-expose-headers', cors.ExposeHeaders),
  };
}

function originHeaders({ AllowCredentials }: Cors, origin: string): Record<string, string> {
  return {
    'access-control-allow-origin': origin,
    ...(AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    vary: 'Origin',
  };
}

function isAllowed({ AllowOrigins = [] }: Cors, origin: string): boolean {
  return AllowOrigins.includes('*') || AllowOrigins.includes(origin);
}

function listed(name: string, values: readonly string[] = []): Record<string, string> {
  return values.length > 0 ? { [name]: values.join(',') } : {};
}
