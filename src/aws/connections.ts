// The connections that all clients share: kept open between calls, and aborted when the program is interrupted.
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

  /** A request is aborted by the program's signal, and by the signal of its own call. */
  override handle(request: Parameters<Handle>[0], handling: Parameters<Handle>[1] = {}): ReturnType<Handle> {
    const { signal } = this;
    if (!signal) return super.handle(request, handling);
    const own = handling.abortSignal;
    const abortSignal = own instanceof AbortSignal ? AbortSignal.any([own, signal]) : signal;
    return super.handle(request, { ...handling, abortSignal });
  }

  /** A connection with a request in flight is closed after that request. */
  close(): void {
    for (const agent of this.agents) {
      agent.maxFreeSockets = 0;
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy();
    }
  }
}
