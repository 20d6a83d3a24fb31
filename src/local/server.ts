// The HTTP server of the local AWS: guard, signature, scope → service, protocol, handler.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './call.ts';
import { answerAtDoor } from './faults/door.ts';
import type { Faults, Met } from './faults/faults.ts';
import type { Exchange } from './http/exchange.ts';
import { Front } from './http/front.ts';
import { turnedAway } from './http/guard.ts';
import { siteRequest } from './http/site-address.ts';
import { arnIn } from './partition.ts';
import { protocolOf } from './protocols/of-api.ts';
import {
  type Members,
  type Protocol,
  problemOf,
  type WireAnswer,
  type WireRequest,
} from './protocols/protocol.ts';
import { isForm } from './protocols/query.ts';
import type { OwnSignature, Service, SignedForm, Signer } from './service.ts';
import { ServiceError } from './service-error.ts';
import { payloadOf } from './signature/payload.ts';
import { checkPresigned, presignedScope } from './signature/presigned.ts';
import {
  checkSignature,
  type Holder,
  invalidToken,
  type SigningScope,
  scopeOf,
} from './signature/signature.ts';
import { visit } from './sites.ts';
import type { Store } from './store/store.ts';

export interface ServerOptions {
  services: readonly Service[];
  store: Store;
  /** The faults that a user sets. */
  faults?: Faults;
  /** The least number of milliseconds that each answer takes. */
  latency?: number;
  /** The holder of this access key; undefined when the key is unknown. */
  holder(accessKeyId: string): Holder | undefined;
  /** Called for each request with a valid signature. */
  used?(scope: SigningScope): void;
  /** The answer at `/_slsctl/health`. */
  health: () => object;
}

interface Entry {
  service: Service;
  readonly protocol: Protocol;
  handlers: Record<string, Handler | undefined>;
}
/** A form with a signature of its own, and the service that it is for. */
interface Submitted {
  readonly form: SignedForm;
  readonly entry: Entry;
}
type Handler = (input: Members, context: { call: Call; state: unknown }) => unknown;

/** The largest request of any operation: CreateFunction, 70167211 bytes. */
const largestBody = 80 * 1024 * 1024;

/** Creates the server. It does not listen yet. */
export function createLocalServer(options: ServerOptions): Front {
  const { services, store, holder, used, health, faults, latency = 0 } = options;
  const entries = new Map<string, Entry>();
  for (const service of services) {
    let protocol: Protocol | undefined;
    entries.set(service.name, {
      service,
      // Made for the first request: the table of a service's operations takes time that the start does not have.
      get protocol() {
        protocol ??= protocolOf(service);
        return protocol;
      },
      handlers: service.handlers as Entry['handlers'],
    });
  }

  const sharing = [...entries.values()].filter(({ service }) => service.signedAs !== undefined);
  const withSites = services.filter((service) => service.site);

  async function answer(exchange: Exchange): Promise<void> {
    const { method, headers } = exchange;
    const { path, query } = splitUrl(exchange.url);
    const site = siteRequest(headers.host ?? '', path);
    const away = turnedAway(headers, { pages: site !== undefined });
    if (away) return plain(exchange, 403, { message: `The local AWS refuses: ${away}` });
    if (site) {
      if (latency > 0) await sleep(latency);
      const answered = await visit(withSites, site, { method, path, query, headers }, exchange, signerOf);
      await store.committed();
      return exchange.send(answered);
    }
    if (path.startsWith('/_slsctl/')) return own(path, query, exchange);
    const head: WireRequest = { method, path, query, headers, body: Buffer.alloc(0) };
    const requestId = randomUUID();
    const scope = scopeOf(head) ?? presignedScope(query);
    const addressee = scope ? signedFor(scope.service, head) : claimant(head);
    const body = streams(addressee, head) ? head.body : await exchange.body(largestBody);
    if (latency > 0) await sleep(latency);
    const request: WireRequest = { ...head, body: body ?? head.body };
    const entry = scope ? addressee : (addressee ?? claimant(request) ?? ofForm(request));
    if (!body && !entry?.service.tooLarge) {
      return plain(exchange, 413, { message: 'The request is too large' });
    }
    const form = scope ? undefined : signedForm(request);
    const wire = !body
      ? refuseLarge(request, requestId, entry as Entry)
      : form
        ? await submit(form, request, requestId, exchange)
        : await serve(request, requestId, scope, entry, exchange);
    if (wire === dropped) return exchange.destroy();
    wire.headers['x-amzn-RequestId'] = requestId;
    await exchange.send(wire);
  }

  function signedForm(request: WireRequest): Submitted | undefined {
    for (const entry of entries.values()) {
      const form = entry.service.signedForm?.(request);
      if (form) return { form, entry };
    }
    return undefined;
  }

  async function submit(
    { form, entry }: Submitted,
    request: WireRequest,
    requestId: string,
    exchange: Exchange,
  ): Promise<WireAnswer> {
    try {
      const caller = checked(form);
      const wire = await form.answer(callOf(caller, form.region, request, requestId, exchange));
      await store.committed();
      return wire;
    } catch (error) {
      return failed(error, entry, request, requestId);
    }
  }

  /** The signer of a request to a site, by its headers or its query. */
  function signerOf(request: WireRequest): Signer {
    const scope = scopeOf(request) ?? presignedScope(request.query);
    const caller = authenticate(request, scope, undefined);
    return { ...caller, accessKeyId: scope?.accessKeyId ?? '', scope: scope as SigningScope };
  }

  /** The holder whose signature it is. */
  function checked(signature: OwnSignature): Holder {
    const caller = holder(signature.accessKeyId);
    if (!caller) throw invalidToken();
    signature.check(caller);
    return caller;
  }

  /** Whether the operation reads the body itself, as a stream. */
  function streams(entry: Entry | undefined, head: WireRequest): boolean {
    if (!entry?.protocol.streams) return false;
    try {
      return entry.protocol.streams(entry.protocol.route(entry.service.addressed?.(head) ?? head));
    } catch {
      return false;
    }
  }

  function refuseLarge(request: WireRequest, requestId: string, entry: Entry): WireAnswer {
    try {
      throw entry.service.tooLarge?.(entry.protocol.route(request).name);
    } catch (error) {
      return failed(error, entry, request, requestId);
    }
  }

  async function serve(
    request: WireRequest,
    requestId: string,
    scope: SigningScope | undefined,
    entry: Entry | undefined,
    exchange: Exchange,
  ): Promise<WireAnswer | typeof dropped> {
    let met: Met | undefined;
    const answered = (wire: WireAnswer) => (met?.cut === 'after' ? drop(wire) : wire);
    try {
      const open = scope ? undefined : entry?.service.unsignedCall?.(request);
      const signature = scope || open ? undefined : entry?.service.ownSignature?.(request);
      const caller = open ?? (signature ? checked(signature) : authenticate(request, scope, entry));
      const region = scope?.region ?? open?.region ?? signature?.region;
      if (region === undefined || !entry) {
        throw new ServiceError(
          'UnknownServiceException',
          `The service ${scope?.service} is not supported locally; supported: ${[...entries.keys()].join(', ')}`,
          501,
        );
      }
      const { protocol, service } = entry;
      const addressed = service.addressed?.(request) ?? request;
      const operation = protocol.route(addressed);
      const handler = entry.handlers[operation.name];
      if (!handler) {
        throw new ServiceError(
          'UnsupportedOperationException',
          `${service.name}:${operation.name} is not supported locally (slsctl local)`,
          501,
        );
      }
      met = faults?.meet(service, operation);
      if (met?.delay) await sleep(met.delay);
      if (met?.error) throw met.error;
      if (met?.cut === 'before') return dropped;
      const call = callOf(caller, region, request, requestId, exchange);
      const payload =
        !open && protocol.streams?.(operation)
          ? payloadOf(exchange.parts(), request, scope, caller as Holder)
          : undefined;
      await service.checkBody?.(request);
      const input = protocol.read(operation, payload ? { ...addressed, payload } : addressed);
      const output = (await handler(input, { call, state: service.state })) ?? {};
      await store.committed();
      return answered(protocol.write(operation, output as Members, request, requestId));
    } catch (error) {
      return answered(failed(error, entry, request, requestId));
    }
  }

  function failed(
    error: unknown,
    entry: Entry | undefined,
    request: WireRequest,
    requestId: string,
  ): WireAnswer {
    const problem = problemOf(error, (entry?.service.sdk ?? {}) as object);
    if (problem.code === 'InternalFailure' && !(error instanceof ServiceError))
      process.stderr.write(`${(error as Error)?.stack ?? error}\n`);
    return entry ? entry.protocol.writeError(problem, request, requestId) : unknownService(problem);
  }

  function authenticate(
    request: WireRequest,
    scope: SigningScope | undefined,
    entry: Entry | undefined,
  ): Holder {
    if (!scope) {
      const refusal = entry?.service.unsigned?.(request);
      if (refusal) throw refusal;
      throw request.headers.authorization === undefined
        ? new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403)
        : new ServiceError(
            'IncompleteSignatureException',
            'The Authorization header is not one of AWS Signature Version 4',
            403,
          );
    }
    const caller = holder(scope.accessKeyId);
    if (!caller) throw invalidToken();
    if (scope.expires === undefined) checkSignature(request, scope, caller);
    else checkPresigned(request, scope, caller, Date.now());
    used?.(scope);
    return caller;
  }

  /** The service of this signing name. When several share it, the form of the request shows which one is meant. */
  function signedFor(name: string, request: WireRequest): Entry | undefined {
    const meant = sharing.find(
      ({ service, protocol }) => service.signedAs === name && protocol.claims(request),
    );
    return meant ?? entries.get(name) ?? sharing.find(({ service }) => service.signedAs === name);
  }

  /** The service that an unsigned request is meant for. The refusal is written in the protocol of that service. */
  function claimant(request: WireRequest): Entry | undefined {
    for (const entry of entries.values()) {
      if (entry.service.unsignedCall?.(request)) return entry;
      if (entry.service.claims?.(request) ?? entry.protocol.claims(request)) return entry;
    }
    return undefined;
  }

  /** Some service with the Query protocol: it refuses the forms that no service claims. */
  function ofForm(request: WireRequest): Entry | undefined {
    return isForm(request)
      ? [...entries.values()].find(({ service }) => service.protocol === 'query')
      : undefined;
  }

  async function own(path: string, query: string, exchange: Exchange): Promise<void> {
    const [, , name = '', ...rest] = path.split('/');
    if (name === 'health') return plain(exchange, 200, { ...health(), faults: faults?.count ?? 0 });
    if (name === 'faults' && faults) return door(faults, path, query, exchange);
    const content = await entries.get(name)?.service.download?.(rest.join('/'));
    if (!content) return plain(exchange, 404, { message: 'Not found' });
    const headers = { 'content-type': 'application/zip' };
    await exchange.send({ status: 200, headers, body: content });
  }

  /** Only signed requests of the service `slsctl` may pass. */
  async function door(faults: Faults, path: string, query: string, exchange: Exchange): Promise<void> {
    const { method, headers } = exchange;
    try {
      const body = (await exchange.body(largestBody)) ?? Buffer.alloc(0);
      const request: WireRequest = { method, path, query, headers, body };
      const scope = scopeOf(request);
      if (scope?.service !== 'slsctl') throw new ServiceError('AccessDenied', 'Access Denied', 403);
      authenticate(request, scope, undefined);
      const answer = answerAtDoor(faults, request);
      await store.committed();
      await plain(exchange, 200, answer);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      await plain(exchange, error.status, { code: error.code, message: error.message });
    }
  }

  return new Front(answer);
}

function callOf(
  caller: Pick<Holder, 'account' | 'arn' | 'userId'>,
  region: string,
  { headers }: WireRequest,
  requestId: string,
  exchange: Exchange,
): Call {
  return {
    account: caller.account,
    region,
    callerArn: arnIn(region, caller.arn),
    callerId: caller.userId,
    requestId,
    traceId: headers['x-amzn-trace-id'],
    endpoint: `http://${headers.host}`,
    get signal() {
      return exchange.signal;
    },
  };
}

/** Stands for an answer that is not sent, because a fault drops the connection. */
const dropped = Symbol('dropped');

/** Closes the answer as if it had been sent: files may be open for it. */
async function drop({ body }: WireAnswer): Promise<typeof dropped> {
  if (typeof body === 'string' || body instanceof Uint8Array) return dropped;
  for await (const _ of body) break;
  return dropped;
}

function unknownService({ status, code, message }: ReturnType<typeof problemOf>): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-ErrorType': code },
    body: JSON.stringify({ __type: code, message }),
  };
}

function splitUrl(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

function plain(exchange: Exchange, status: number, value: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  return exchange.send({ status, headers, body: JSON.stringify(value) });
}
