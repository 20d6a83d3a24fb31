// The connections that all clients share: kept open between calls, through a proxy where one is set, and aborted when the
// program is interrupted.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type ChosenProxy, chooseProxy } from './proxy/choice.ts';

type Handle = NodeHttpHandler['handle'];

const options = { keepAlive: true, maxSockets: 50 };
/** Milliseconds. */
const connectionTimeout = 10_000;
/** How long a server may be silent, in milliseconds; the aws CLI waits as long. */
const longestSilence = 60_000;
/** The same for an invocation, which may run for 15 minutes. */
const longestInvocation = 16 * 60_000;

export interface ConnectionOptions {
  signal?: AbortSignal;
  /** Its variables name the proxies. */
  env?: NodeJS.ProcessEnv;
  /** Certificates that are trusted instead of those of Node.js. */
  ca?: Buffer;
  /** How long a server may be silent, in milliseconds. */
  silence?: number;
}

export class Connections extends NodeHttpHandler {
  private readonly agents: readonly HttpAgent[];
  private readonly own: ConnectionOptions;
  private readonly direct: Route;
  /** By the address of the proxy. */
  private readonly proxied = new Map<string, Route>();

  constructor(own: ConnectionOptions = {}) {
    const httpAgent = new HttpAgent(options);
    const httpsAgent = new HttpsAgent({ ...options, ca: own.ca });
    super({ httpAgent, httpsAgent });
    this.direct = new Route({ httpAgent, httpsAgent, silence: own.silence });
    this.agents = [httpAgent, httpsAgent];
    this.own = own;
  }

  /** A request is aborted by the program's signal, and by the signal of its own call. */
  override async handle(
    request: Parameters<Handle>[0],
    handling: Parameters<Handle>[1] = {},
  ): ReturnType<Handle> {
    const { signal, env = {} } = this.own;
    const call = handling.abortSignal;
    const abortSignal =
      signal && call instanceof AbortSignal ? AbortSignal.any([call, signal]) : (signal ?? call);
    const abortable = { ...handling, abortSignal };
    try {
      const proxy = chooseProxy(env, request);
      return await (proxy ? this.through(proxy, request, abortable) : this.direct.handle(request, abortable));
    } catch (error) {
      // The errors of a time-out do not say whose it is.
      const { hostname, port } = request;
      throw (error as Error).name === 'TimeoutError'
        ? Object.assign(error as Error, { hostname, port })
        : error;
    }
  }

  private async through(
    proxy: ChosenProxy,
    request: Parameters<Handle>[0],
    handling: Parameters<Handle>[1],
  ): ReturnType<Handle> {
    const { namedError, proxyAgents, refused } = await import('./proxy/agents.ts');
    const { href } = proxy.url;
    let route = this.proxied.get(href);
    if (!route) {
      const { ca, silence } = this.own;
      route = new Route({ ...proxyAgents(proxy, { ...options, ca }), silence });
      this.proxied.set(href, route);
    }
    const answer = await route.handle(request, handling).catch((error) => {
      throw namedError(proxy, error, request.hostname);
    });
    // AWS itself never answers so.
    if (answer.response.statusCode === 407) throw refused(proxy, 407, request.hostname);
    return answer;
  }

  /** A connection with a request in flight is closed after that request. */
  close(): void {
    for (const agent of [...this.agents, ...[...this.proxied.values()].flatMap(({ agents }) => agents)]) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy();
    }
  }
}

interface Agents {
  httpAgent: HttpAgent;
  httpsAgent: HttpAgent;
}

/** Requests over these agents; an invocation may take longer than others. */
class Route {
  readonly agents: readonly HttpAgent[];
  private readonly ordinary: NodeHttpHandler;
  private readonly invocations: NodeHttpHandler;

  constructor({ httpAgent, httpsAgent, silence = longestSilence }: Agents & { silence?: number }) {
    const shared = { connectionTimeout, httpAgent, httpsAgent: httpsAgent as HttpsAgent };
    this.agents = [httpAgent, httpsAgent];
    this.ordinary = new NodeHttpHandler({ ...shared, socketTimeout: silence });
    this.invocations = new NodeHttpHandler({ ...shared, socketTimeout: longestInvocation });
  }

  handle(request: Parameters<Handle>[0], handling: Parameters<Handle>[1]): ReturnType<Handle> {
    const handler = /invocations$/.test(request.path) ? this.invocations : this.ordinary;
    return handler.handle(request, handling);
  }
}
