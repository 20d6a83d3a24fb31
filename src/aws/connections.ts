// The connections of all clients, kept open between calls; requests on them end with the program.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

type Handle = NodeHttpHandler['handle'];

const options = { keepAlive: true, maxSockets: 50 };
/** Milliseconds. */
const connectionTimeout = 10_000;

export class Connections extends NodeHttpHandler {
  private readonly agents: readonly HttpAgent[];
  private readonly signal?: AbortSignal;

  constructor(signal?: AbortSignal) {
    const httpAgent = new HttpAgent(options);
    const httpsAgent = new HttpsAgent(options);
    super({ connectionTimeout, httpAgent, httpsAgent });
    this.agents = [httpAgent, httpsAgent];
    this.signal = signal;
  }

  /** Besides the program, the signal that a call brings itself ends its request. */
  override handle(request: Parameters<Handle>[0], handling: Parameters<Handle>[1] = {}): ReturnType<Handle> {
    const { signal } = this;
    if (!signal) return super.handle(request, handling);
    const own = handling.abortSignal;
    const abortSignal = own instanceof AbortSignal ? AbortSignal.any([own, signal]) : signal;
    return super.handle(request, { ...handling, abortSignal });
  }

  /** A request that is still under way ends first, and its connection with it. */
  close(): void {
    for (const agent of this.agents) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy();
    }
  }
}
