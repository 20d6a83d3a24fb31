// The Lambda Runtime API of one execution environment, on a port of its own.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ascii } from '../http/bytes-as-text.ts';
import type { Invocation } from './function-spec.ts';
import { RuntimeConnection } from './runtime-connection.ts';
import {
  type Answer,
  largestResponse,
  type RuntimeEvents,
  type RuntimeRequest,
  tooLarge,
} from './runtime-events.ts';
import { newTraceId } from './trace-id.ts';

export class RuntimeApi {
  private readonly server: Server;
  /** For requests that are not plain: streamed responses, and requests of other programs. */
  private readonly http = createHttpServer();
  private readonly sockets = new Set<Socket>();
  private readonly events: RuntimeEvents;
  private address = '';
  /** Answers the process that waits for its next invocation. */
  private waiting: Answer | undefined;
  /** Requests take effect in the order in which they arrived, also when they were pipelined. */
  private last: Promise<void> = Promise.resolve();

  constructor(events: RuntimeEvents) {
    this.events = events;
    this.http.keepAliveTimeout = 0;
    this.http.requestTimeout = 0;
    this.http.headersTimeout = 0;
    this.http.on('request', (request, response) => {
      response.sendDate = false;
      const before = this.last;
      this.last = before.then(() => this.receive(request, response)).catch(() => void response.destroy());
    });
    this.server = createServer((socket) => this.serve(socket));
  }

  /** Also takes requests from this connection, which the process inherited. */
  serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    new RuntimeConnection(socket, { take: (request) => this.take(request), general: this.http });
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

  /** Hands an invocation to the waiting process; `deadline` in epoch milliseconds. */
  deliver(invocation: Invocation, deadline: number): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(200, headersOf(invocation, deadline), invocation.payload);
  }

  /** The process has ended; another may follow. */
  disconnect(): void {
    this.waiting = undefined;
    this.last = Promise.resolve();
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.server.close();
    this.disconnect();
  }

  private take({ method, path, headers, body, answer }: RuntimeRequest): void {
    const { events } = this;
    const [, version, api, noun, id = '', verb] = path.split('/');
    const route = version === '2018-06-01' && api === 'runtime' ? `${method} ${noun}/${verb ?? id}` : '';
    if (!this.allows(headers)) say(answer, 403, 'Forbidden', 'Not a request of the function');
    else if (route === 'GET invocation/next') this.next(answer);
    else if (route === 'POST invocation/response') this.response(answer, decoded(id), body);
    else if (route === 'POST invocation/error') accept(answer, events.error(decoded(id), body ?? tooLarge));
    else if (route === 'POST init/error') {
      events.initError(body ?? tooLarge);
      accept(answer, true);
    } else say(answer, 404, 'NotFound', `${method} ${path}`);
  }

  /** Refuses requests from browsers. */
  private allows({ origin, host }: RuntimeRequest['headers']): boolean {
    return origin === undefined && host === this.address;
  }

  private next(answer: Answer): void {
    this.waiting = answer;
    if (this.events.next()) return;
    this.waiting = undefined;
    say(answer, 403, 'InvalidStateTransition', 'Transition from InvocationResponse to Ready is not allowed');
  }

  private response(answer: Answer, id: string, body: Buffer | undefined): void {
    if (body) {
      accept(answer, this.events.response(id, body));
      return;
    }
    this.events.error(id, tooLarge);
    const message = `Exceeded maximum allowed payload size (${largestResponse} bytes).`;
    say(answer, 413, 'RequestEntityTooLarge', message);
  }

  /** Handles a request that the general server read. */
  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const answer: Answer = (status, others, body) => {
      response.writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': body.length,
        ...others,
      });
      response.end(body);
    };
    const streamed = headers['lambda-runtime-function-response-mode'] === 'streaming';
    const id = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/response$/.exec(path)?.[1];
    if (streamed && id && this.allows(headers)) accept(answer, await this.stream(decoded(id), request));
    else this.take({ method, path, headers, body: await read(request), answer });
  }

  private async stream(id: string, request: IncomingMessage): Promise<boolean> {
    const contentType = request.headers['content-type'];
    for await (const part of request) if (!this.events.part(id, part as Buffer, contentType)) return false;
    const type = request.trailers['lambda-runtime-function-error-type'];
    const body = request.trailers['lambda-runtime-function-error-body'] ?? '';
    const error = type ? { type, body: Buffer.from(body, 'base64').toString() } : undefined;
    return this.events.partsEnd(id, error);
  }
}

function headersOf(invocation: Invocation, deadline: number): Record<string, string> {
  const { clientContext, cognitoIdentity, tenantId, traceId } = invocation;
  const headers: Record<string, string> = {
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadline),
    'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedArn,
    'Lambda-Runtime-Trace-Id': traceId ?? newTraceId(),
  };
  if (clientContext) headers['Lambda-Runtime-Client-Context'] = ascii(clientContext);
  if (cognitoIdentity) headers['Lambda-Runtime-Cognito-Identity'] = ascii(cognitoIdentity);
  if (tenantId) headers['Lambda-Runtime-Aws-Tenant-Id'] = tenantId;
  return headers;
}

function accept(answer: Answer, known: boolean): void {
  if (known) answer(202, {}, ok);
  else say(answer, 400, 'InvalidRequestID', 'Invalid request ID');
}

const ok = Buffer.from('{"status":"OK"}\n');

function say(answer: Answer, status: number, errorType: string, errorMessage: string): void {
  answer(status, {}, Buffer.from(`${JSON.stringify({ errorMessage, errorType })}\n`));
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** The body; undefined when it is larger than `largestResponse`. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= largestResponse) parts.push(part);
  }
  return size > largestResponse ? undefined : Buffer.concat(parts);
}
