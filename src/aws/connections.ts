// The connections that all clients share: kept open between calls, and aborted when the program is interrupted.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

type Handle = NodeHttpHandler['handle'];

const options = { keepAlive: true, maxSockets: 50 };
/** Milliseconds. */
const connectionTimeout = 10_000;
/** How long a server may be silent, in milliseconds; the aws CLI waits as long. */
const longestSilence = 60_000;
/** The same for an invocation, which may run for 15 minutes. */
const longestInvocation = 16 * 60_000;

export class Connections extends NodeHttpHandler {
  private readonly agents: readonly HttpAgent[];
  private readonly signal?: AbortSignal;
  private readonly forInvocations: NodeHttpHandler;

  /** `silence`: how long a server may be silent, in milliseconds. */
  constructor(signal?: AbortSignal, silence = longestSilence) {
    const httpAgent = new HttpAgent(options);
    const httpsAgent = new HttpsAgent(options);
    const shared = { connectionTimeout, httpAgent, httpsAgent };
    super({ ...shared, socketTimeout: silence });
    this.forInvocations = new NodeHttpHandler({ ...shared, socketTimeout: longestInvocation });
    this.agents = [httpAgent, httpsAgent];
    this.signal = signal;
  }

  /** A request is aborted by the program's signal, and by the signal of its own call. */
  override async handle(
    request: Parameters<Handle>[0],
    handling: Parameters<Handle>[1] = {},
  ): ReturnType<Handle> {
    const { signal } = this;
    const own = handling.abortSignal;
    const abortSignal = signal && own instanceof AbortSignal ? AbortSignal.any([own, signal]) : signal;
    const either = signal ? { ...handling, abortSignal } : handling;
    try {
      const invokes = /invocations$/.test(request.path);
      return await (invokes ? this.forInvocations.handle(request, either) : super.handle(request, either));
    } catch (error) {
      // The errors of a time-out do not say whose it is.
      const { hostname, port } = request;
      throw (error as Error).name === 'TimeoutError'
        ? Object.assign(error as Error, { hostname, port })
        : error;
    }
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
