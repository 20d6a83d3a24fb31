// A client's connection while its requests are plain and arrive in one piece, as those of the SDKs do.
import { type Server, validateHeaderValue } from 'node:http';
import type { Socket } from 'node:net';
import type { HeaderLine, WireAnswer } from '../protocols/protocol.ts';
import { latin1, smallBody } from './bytes-as-text.ts';
import { type Exchange, pour, withoutBody } from './exchange.ts';
import {
  fieldsOf,
  handOver,
  headEnd,
  longestHead,
  plainHead,
  type RequestHead,
  release,
  startOf,
} from './plain-http.ts';

/** The start of a connection of HTTP/2. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\n');

export interface ConnectionHost {
  take(exchange: Exchange): void;
  /** Takes over connections that are not plain. */
  readonly general: Server;
  /** The server for connections of HTTP/2. */
  http2(): Promise<{ emit(event: 'connection', socket: Socket): boolean }>;
  /** Milliseconds until an idle connection is closed. */
  readonly patience: number;
}

export class PlainConnection {
  private readonly socket: Socket;
  private readonly host: ConnectionHost;
  /** The connection headers of every answer. */
  private readonly kept: string;
  /** The request that is not answered yet. */
  private current: PlainExchange | undefined;
  /** Data that arrived after it. Reading pauses until the request is answered. */
  private later: Buffer | undefined;
  /** What may become the start of HTTP/2. */
  private begun: Buffer | undefined;
  /** The time-out has passed while a request was being worked on. */
  private idle = false;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.host = host;
    this.kept = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(host.patience / 1000)}\r\n`;
    socket.setTimeout(host.patience);
    socket.on('data', (data) => this.onData(data));
    socket.on('timeout', () => this.onIdle());
    socket.on('close', () => this.current?.abort());
    socket.on('error', () => socket.destroy());
  }

  private onData(data: Buffer): void {
    if (this.current) {
      this.later = data;
      this.socket.pause();
    } else this.read(data);
  }

  private onIdle(): void {
    if (this.current) this.idle = true;
    else this.socket.destroy();
  }

  private read(received: Buffer): void {
    const data = this.begun ? Buffer.concat([this.begun, received]) : received;
    this.begun = undefined;
    if (preface.subarray(0, data.length).equals(data.subarray(0, preface.length))) {
      if (data.length < preface.length) {
        this.begun = data;
        return;
      }
      release(this.socket, data);
      void this.host.http2().then((server) => server.emit('connection', this.socket));
      return;
    }
    const end = data.indexOf(headEnd);
    const head = end < 0 || end > longestHead ? undefined : plainHead(data.toString('latin1', 0, end));
    const from = end + headEnd.length;
    if (!head || data.length !== from + head.length) {
      handOver(this.socket, data, this.host.general);
      return;
    }
    this.current = new PlainExchange(this.socket, head, data.subarray(from), this.kept, () =>
      this.answered(),
    );
    this.host.take(this.current);
  }

  private answered(): void {
    const { socket, later } = this;
    this.current = this.later = undefined;
    if (this.idle) {
      // The time-out has passed, and it does not restart by itself.
      this.idle = false;
      socket.setTimeout(this.host.patience);
    }
    if (!later) return;
    socket.resume();
    this.read(later);
  }
}

class PlainExchange implements Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Exchange['headers'];
  readonly distinct = true;
  private readonly text: string;
  private readonly socket: Socket;
  private readonly content: Buffer;
  private readonly kept: string;
  private readonly done: () => void;
  private aborting: AbortController | undefined;

  constructor(
    socket: Socket,
    { method, path, headers, text }: RequestHead,
    content: Buffer,
    kept: string,
    done: () => void,
  ) {
    this.socket = socket;
    this.method = method;
    this.url = path;
    this.headers = headers;
    this.text = text;
    this.content = content;
    this.kept = kept;
    this.done = done;
  }

  get fields(): HeaderLine[] {
    return fieldsOf(this.text);
  }

  body(limit: number): Buffer | Promise<undefined> {
    return this.content.length > limit ? Promise.resolve(undefined) : this.content;
  }

  async *parts(): AsyncGenerator<Buffer> {
    if (this.content.length > 0) yield this.content;
  }

  get signal(): AbortSignal {
    this.aborting ??= new AbortController();
    if (this.socket.destroyed) this.aborting.abort();
    return this.aborting.signal;
  }

  abort(): void {
    this.aborting?.abort();
  }

  destroy(): void {
    this.socket.destroy();
  }

  async send({ status, headers, repeated = [], body }: WireAnswer): Promise<void> {
    const { socket } = this;
    const headOnly = withoutBody(this.method, status);
    const whole = typeof body === 'string' || body instanceof Uint8Array;
    if (whole && !headOnly) headers['content-length'] = String(Buffer.byteLength(body));
    const framed = !whole && !headOnly && !('content-length' in headers);
    if (framed) headers['Transfer-Encoding'] = 'chunked';
    for (const name in headers) validateHeaderValue(name, headers[name] as string);
    for (const [name, value] of repeated) validateHeaderValue(name, value);
    const start = `${startOf(status, headers, repeated)}Date: ${date()}\r\n${this.kept}\r\n`;
    if (headOnly) socket.write(start, 'latin1');
    else if (typeof body === 'string') socket.write(start + body);
    else if (body instanceof Uint8Array) {
      if (body.length <= smallBody) socket.write(start + latin1(body), 'latin1');
      else {
        socket.write(start, 'latin1');
        socket.write(body);
      }
    } else {
      socket.write(start, 'latin1');
      await pour(framed ? chunksOf(body) : body, socket);
    }
    this.done();
  }
}

async function* chunksOf(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const part of parts) {
    if (part.length > 0) yield Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, lineEnd]);
  }
  yield lastChunk;
}

const lineEnd = Buffer.from('\r\n');
const lastChunk = Buffer.from('0\r\n\r\n');

let second = 0;
let shown = '';

/** The current time in the form of the Date header. */
function date(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    shown = new Date(now * 1000).toUTCString();
  }
  return shown;
}
