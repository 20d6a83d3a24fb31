// Requests to the addresses of users' own programs: any program on this machine and any web page may send them.

import { randomUUID } from 'node:crypto';
import type { Exchange } from './http/exchange.ts';
import { joinedFields } from './http/fields.ts';
import { type SiteRequest, siteUrl } from './http/site-address.ts';
import type { HeaderLine, WireAnswer, WireRequest } from './protocols/protocol.ts';
import type { Service, Signer, Site } from './service.ts';

/**
 * A page that came by the path would have the origin of the AWS API. This policy gives it an origin of its own.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/sandbox
 */
const ownOrigin = 'sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads';

/** As API Gateway answers at an address that it does not know. */
const forbidden = (): WireAnswer => ({
  status: 403,
  headers: { 'content-type': 'application/json', 'x-amzn-ErrorType': 'ForbiddenException' },
  body: '{"message":"Forbidden"}',
});

/**
 * The answer to a request for a program of a user. `sent` is the request without its body, as it was sent;
 * `authenticate` finds the signer of a request, or throws.
 */
export async function visit(
  services: readonly Service[],
  at: SiteRequest,
  sent: Omit<WireRequest, 'body'>,
  exchange: Exchange,
  authenticate: (request: WireRequest) => Signer,
): Promise<WireAnswer> {
  const { method, query } = sent;
  if (at.byPath && sent.headers['sec-fetch-mode'] === 'navigate') return toHost(at, query);
  const site = siteOf(services, at);
  if (!site) {
    await exchange.body(0);
    return forbidden();
  }
  const body = await exchange.body(site.largestBody);
  const headers = exchange.distinct
    ? { ...(sent.headers as Record<string, string>), host: at.host }
    : joinedFields(fieldsOf(exchange, at));
  const answer = await site.answer({
    request: {
      method,
      path: at.path,
      query,
      headers,
      get fields() {
        return fieldsOf(exchange, at);
      },
      body,
    },
    requestId: randomUUID(),
    get signal() {
      return exchange.signal;
    },
    authenticate: () => authenticate({ ...sent, body: body ?? Buffer.alloc(0) }),
  });
  if (!at.byPath) return answer;
  // Browsers enforce every policy, so that another one of the function cannot lift it.
  const policy = ['content-security-policy', ownOrigin] as const;
  return { ...answer, repeated: [...(answer.repeated ?? []), policy] };
}

function fieldsOf(exchange: Exchange, { host }: SiteRequest): HeaderLine[] {
  return exchange.fields.map(([name, value]) => [name, /^host$/i.test(name) ? host : value]);
}

function siteOf(services: readonly Service[], at: SiteRequest): Site | undefined {
  for (const service of services) {
    const site = service.site?.(at);
    if (site) return site;
  }
  return undefined;
}

/** Browsers know the names below localhost, and there a page can call its own address. */
function toHost(at: SiteRequest, query: string): WireAnswer {
  const location = `${siteUrl(at, `http://${at.host}`)}${at.path}${query === '' ? '' : `?${query}`}`;
  return { status: 307, headers: { location }, body: '' };
}
