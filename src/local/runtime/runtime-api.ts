// The Lambda Runtime API of one execution environment, on a port of its own.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RuntimeEvents {
  /** The process asks for the next invocation: `deliver` may be called. */
  next(): void;
  response(requestId: string, body: Buffer): void;
  error(requestId: string, body: Buffer): void;
  initError(body: Buffer): void;
}

export interface Delivery {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly invokedArn: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly traceId: string;
  readonly clientContext?: string;
}

export class RuntimeApi {
  private readonly server: Server;
  private readonly events: RuntimeEvents;
  private waiting: ServerResponse | undefined;

  constructor(events: RuntimeEvents) {
    this.events = events;
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 0;
    this.server.requestTimeout = 0;
    this.server.headersTimeout = 0;
  }

  /** Resolves with `127.0.0.1:PORT`. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Hands an invocation to the process that waits for one. */
  deliver({ requestId, payload, invokedArn, deadline, traceId, clientContext }: Delivery): void {
    this.waiting?.writeHead(200, {
      'content-type': 'application/json',
      'content-length': payload.length,
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadline),
      'Lambda-Runtime-Invoked-Function-Arn': invokedArn,
      'Lambda-Runtime-Trace-Id': traceId,
      ...(clientContext ? { 'Lambda-Runtime-Client-Context': clientContext } : {}),
    });
    this.waiting?.end(payload);
    this.waiting = undefined;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace(/^\/2018-06-01\/runtime/, '');
    if (request.method === 'GET' && path === '/invocation/next') {
      this.waiting = response;
      return this.events.next();
    }
    const body = await read(request);
    const [, kind, id = '', what] = path.split('/');
    if (request.method === 'POST' && kind === 'invocation' && what === 'response') {
      this.events.response(id, body);
    } else if (request.method === 'POST' && kind === 'invocation' && what === 'error') {
      this.events.error(id, body);
    } else if (request.method === 'POST' && path === '/init/error') this.events.initError(body);
    else return say(response, 404, { errorType: 'NotFound', errorMessage: `${request.method} ${path}` });
    say(response, 202, { status: 'OK' });
  }
}

function say(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}
