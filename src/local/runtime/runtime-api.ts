// The Lambda Runtime API of one execution environment, on a port of its own.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ascii } from '../bytes-as-text.ts';
import { channelName, RuntimeChannel } from './runtime-channel.ts';
import {
  type Delivery,
  largestResponse,
  type RuntimeEvents,
  tooLarge,
  type Waiting,
} from './runtime-events.ts';

export class RuntimeApi {
  private readonly server: Server;
  private readonly events: RuntimeEvents;
  private address = '';
  private waiting: Waiting | undefined;
  private channel: RuntimeChannel | undefined;
  /** Requests take effect in the order in which they came, also when they were sent without waiting. */
  private last: Promise<void> = Promise.resolve();

  constructor(events: RuntimeEvents) {
    this.events = events;
    this.server = createServer((request, response) => {
      response.sendDate = false;
      const before = this.last;
      this.last = before.then(() => this.answer(request, response)).catch(() => void response.destroy());
    });
    this.server.on('connect', (request: IncomingMessage, socket: Socket, first: Buffer) =>
      this.connect(request, socket, first),
    );
    this.server.keepAliveTimeout = 0;
    this.server.requestTimeout = 0;
    this.server.headersTimeout = 0;
  }

  /** Resolves with `127.0.0.1:PORT`. */
  async listen(): Promise<string> {
    if (this.address) return this.address;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', resolve);
    });
    this.address = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this.address;
  }

  /** Hands an invocation to the process that waits for one. */
  deliver(delivery: Delivery): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.deliver(delivery);
  }

  /** The process is gone; another one may come. */
  disconnect(): void {
    this.waiting = undefined;
    this.last = Promise.resolve();
    this.channel?.close();
    this.server.closeAllConnections();
  }

  close(): void {
    this.server.close();
    this.disconnect();
  }

  /** Programs in a browser have no business here. */
  private allows({ headers }: IncomingMessage): boolean {
    return headers.origin === undefined && headers.host === this.address;
  }

  /** Our own bootstraps know a shorter way than HTTP. */
  private connect(request: IncomingMessage, socket: Socket, first: Buffer): void {
    if (!this.allows(request) || request.url !== channelName) return void socket.destroy();
    const { events } = this;
    const channel: RuntimeChannel = new RuntimeChannel(socket, {
      next: () => this.next(channel),
      response: events.response,
      error: events.error,
      part: events.part,
      partsEnd: events.partsEnd,
      initError: events.initError,
    });
    this.channel = channel;
    channel.read(first);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.allows(request)) {
      return say(response, 403, 'Forbidden', 'Not a request of the function');
    }
    const path = (request.url ?? '').replace(/^\/2018-06-01\/runtime/, '');
    if (request.method === 'GET' && path === '/invocation/next') {
      this.next(waitingFor(response));
      return;
    }
    const [, kind, id = '', what] = path.split('/');
    const post = request.method === 'POST';
    if (post && kind === 'invocation' && what === 'response')
      return this.response(decodeURIComponent(id), request, response);
    const body = await read(request, Number.POSITIVE_INFINITY);
    if (post && kind === 'invocation' && what === 'error') {
      return accepted(response, this.events.error(decodeURIComponent(id), body as Buffer));
    }
    if (post && path === '/init/error') {
      this.events.initError(body as Buffer);
      return accepted(response, true);
    }
    say(response, 404, 'NotFound', `${request.method} ${path}`);
  }

  private async response(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['lambda-runtime-function-response-mode'] === 'streaming') {
      for await (const part of request)
        if (!this.events.part(id, part as Buffer)) return accepted(response, false);
      const { trailers } = request;
      const type = trailers['lambda-runtime-function-error-type'];
      const body = Buffer.from(trailers['lambda-runtime-function-error-body'] ?? '', 'base64').toString();
      return accepted(response, this.events.partsEnd(id, type ? { type, body } : undefined));
    }
    const body = await read(request, largestResponse);
    const known = body ? this.events.response(id, body) : this.events.error(id, tooLarge);
    if (body) return accepted(response, known);
    say(
      response,
      413,
      'RequestEntityTooLarge',
      `Exceeded maximum allowed payload size (${largestResponse} bytes).`,
    );
  }

  private next(waiting: Waiting): boolean {
    this.waiting = waiting;
    const may = this.events.next();
    if (!may) {
      this.waiting = undefined;
      waiting.refuse();
    }
    return may;
  }
}

function waitingFor(response: ServerResponse): Waiting {
  return {
    deliver({ payload, clientContext, cognitoIdentity, tenantId, ...delivery }) {
      response.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': payload.length,
        'Lambda-Runtime-Aws-Request-Id': delivery.requestId,
        'Lambda-Runtime-Deadline-Ms': String(delivery.deadline),
        'Lambda-Runtime-Invoked-Function-Arn': delivery.invokedArn,
        'Lambda-Runtime-Trace-Id': delivery.traceId,
        ...(clientContext ? { 'Lambda-Runtime-Client-Context': ascii(clientContext) } : {}),
        ...(cognitoIdentity ? { 'Lambda-Runtime-Cognito-Identity': ascii(cognitoIdentity) } : {}),
        ...(tenantId ? { 'Lambda-Runtime-Aws-Tenant-Id': tenantId } : {}),
      });
      response.end(payload);
    },
    refuse() {
      const message = 'Transition from InvocationResponse to Ready is not allowed';
      say(response, 403, 'InvalidStateTransition', message);
    },
  };
}

function accepted(response: ServerResponse, known: boolean): void {
  if (!known) {
    say(response, 400, 'InvalidRequestID', 'Invalid request ID');
    return;
  }
  response.writeHead(202, { 'Content-Type': 'application/json', 'Content-Length': ok.length });
  response.end(ok);
}

const ok = Buffer.from('{"status":"OK"}\n');

function say(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  const body = Buffer.from(`${JSON.stringify({ errorMessage, errorType })}\n`);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  response.end(body);
}

/** Undefined: more than `limit` bytes. */
function read(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= limit) parts.push(part);
    });
    request.once('end', () => {
      if (size > limit) resolve(undefined);
      else resolve(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    });
    request.once('close', () => request.complete || reject(new Error('The function went away')));
  });
}
