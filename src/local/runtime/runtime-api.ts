// The Lambda Runtime API of one execution environment, on a port of its own.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RuntimeEvents {
  /** The process asks for the next invocation: `deliver` may be called. False: it has one. */
  next(): boolean;
  /** False: there is no such invocation, or it was answered. */
  response(requestId: string, body: Buffer): boolean;
  error(requestId: string, body: Buffer): boolean;
  /** A streamed response begins. */
  part(requestId: string, part: Buffer): boolean;
  /** It is over; `failure` when the function says so at its end. */
  partsEnd(requestId: string, failure?: StreamFailure): boolean;
  initError(body: Buffer): void;
}

export interface StreamFailure {
  readonly type: string;
  /** JSON text. */
  readonly body: string;
}

export interface Delivery {
  readonly requestId: string;
  readonly payload: Uint8Array;
  readonly invokedArn: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly traceId: string;
  readonly clientContext?: string;
  readonly cognitoIdentity?: string;
  readonly tenantId?: string;
}

/** Bytes. */
export const largestResponse = 6_291_556;

export class RuntimeApi {
  private readonly server: Server;
  private readonly events: RuntimeEvents;
  private address = '';
  private waiting: ServerResponse | undefined;
  /** Requests take effect in the order in which they came, also when they were sent without waiting. */
  private last: Promise<void> = Promise.resolve();

  constructor(events: RuntimeEvents) {
    this.events = events;
    this.server = createServer((request, response) => {
      response.sendDate = false;
      const before = this.last;
      this.last = before.then(() => this.answer(request, response)).catch(() => void response.destroy());
    });
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
    const { payload, clientContext, cognitoIdentity, tenantId } = delivery;
    this.waiting?.writeHead(200, {
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
    this.waiting?.end(payload);
    this.waiting = undefined;
  }

  /** The process is gone; another one may come. */
  disconnect(): void {
    this.waiting = undefined;
    this.last = Promise.resolve();
    this.server.closeAllConnections();
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Programs in a browser have no business here.
    if (request.headers.origin !== undefined || request.headers.host !== this.address) {
      return say(response, 403, 'Forbidden', 'Not a request of the function');
    }
    const path = (request.url ?? '').replace(/^\/2018-06-01\/runtime/, '');
    if (request.method === 'GET' && path === '/invocation/next') return this.next(response);
    const [, kind, id = '', what] = path.split('/');
    const post = request.method === 'POST';
    if (post && kind === 'invocation' && what === 'response')
      return this.response(decodeURIComponent(id), request, response);
    const body = await read(request, Number.POSITIVE_INFINITY);
    if (post && kind === 'invocation' && what === 'error') {
      const known = this.events.error(decodeURIComponent(id), body as Buffer);
      return asksForNext(request) ? this.next(response) : accepted(response, known);
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
    if (asksForNext(request)) return this.next(response);
    if (body) return accepted(response, known);
    say(
      response,
      413,
      'RequestEntityTooLarge',
      `Exceeded maximum allowed payload size (${largestResponse} bytes).`,
    );
  }

  private next(response: ServerResponse): void {
    this.waiting = response;
    if (!this.events.next()) this.refuse(response);
  }

  private refuse(response: ServerResponse): void {
    this.waiting = undefined;
    say(
      response,
      403,
      'InvalidStateTransition',
      'Transition from InvocationResponse to Ready is not allowed',
    );
  }
}

/** Our own bootstraps take the next invocation as the answer to the last one's result: a round trip less. */
function asksForNext({ headers }: IncomingMessage): boolean {
  return headers['slsctl-then'] === 'next';
}

const tooLarge = Buffer.from(
  JSON.stringify({
    errorMessage: `Response payload size exceeded maximum allowed payload size (${largestResponse} bytes).`,
    errorType: 'Function.ResponseSizeTooLarge',
  }),
);

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
    request.once('close', () => reject(new Error('The function went away')));
  });
}

/** Headers hold no other characters; JSON can do without. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (character) =>
    character < ' ' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
