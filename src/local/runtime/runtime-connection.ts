// A runtime's connection to the Runtime API: pipelined HTTP/1.1 in its common form, read without the cost of a general
// server. At the first request in another form, the connection is handed over to such a server.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { latin1, smallBody } from '../http/bytes-as-text.ts';
import { handOver, headEnd, plainHead, type RequestHead, startOf } from '../http/plain-http.ts';
import { type Answer, largestResponse, type RuntimeRequest } from './runtime-events.ts';

export interface ConnectionHost {
  take(request: RuntimeRequest): void;
  /** Takes over connections that are not plain. */
  readonly general: Server;
}

const longestHead = 64 * 1024;

interface Response {
  head: string;
  body: Uint8Array;
}

export class RuntimeConnection {
  private readonly socket: Socket;
  private readonly host: ConnectionHost;
  /** The head of the request whose body is being read. */
  private head: RequestHead | undefined;
  private parts: Buffer[] = [];
  private size = 0;
  /** The number of bytes needed before the next step. */
  private wanted = 1;
  /** In the order of their requests; undefined: not answered yet. */
  private responses: (Response | undefined)[] = [];
  private reading = false;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.host = host;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.read(data));
    socket.on('error', () => socket.destroy());
  }

  private read(data: Buffer): void {
    if (this.excessive) this.parts = [data];
    else this.parts.push(data);
    this.size += data.length;
    this.reading = true;
    while (this.size >= this.wanted) this.proceed();
    this.reading = false;
    this.flush();
  }

  /** The body is larger than any may be: its bytes are counted, not kept. */
  private get excessive(): boolean {
    return this.head !== undefined && this.wanted > largestResponse;
  }

  private proceed(): void {
    const { head, parts, size, wanted, excessive } = this;
    const all = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    if (head) {
      this.head = undefined;
      this.keep(all.subarray(all.length - (size - wanted)), 1);
      this.take(head, excessive ? undefined : all.subarray(0, wanted));
      return;
    }
    const end = all.indexOf(headEnd);
    const read = end < 0 ? undefined : plainHead(all.toString('latin1', 0, end));
    if (end < 0 && all.length <= longestHead) this.keep(all, all.length + 1);
    else if (!read) this.handOver(all);
    else {
      this.head = read;
      this.keep(all.subarray(end + headEnd.length), read.length);
    }
  }

  private keep(rest: Buffer, wanted: number): void {
    this.parts = [rest];
    this.size = rest.length;
    this.wanted = wanted;
  }

  private take(head: RequestHead, body: Buffer | undefined): void {
    const { responses } = this;
    const at = responses.push(undefined) - 1;
    const answer: Answer = (status, headers, content) => {
      responses[at] = { head: headOf(status, headers, content), body: content };
      if (!this.reading) this.flush();
    };
    const { method, path, headers } = head;
    this.host.take({ method, path, headers, body, answer });
  }

  /** While the latest request waits for an invocation, earlier answers wait too and are sent together with it. */
  private flush(): void {
    const { responses, socket } = this;
    if (responses.length === 0 || responses.includes(undefined)) return;
    this.responses = [];
    let text = '';
    for (const { head, body } of responses as Response[]) {
      text += head;
      if (body.length <= smallBody) text += latin1(body);
      else {
        socket.write(text, 'latin1');
        socket.write(body);
        text = '';
      }
    }
    if (text) socket.write(text, 'latin1');
  }

  private handOver(unread: Buffer): void {
    this.keep(Buffer.alloc(0), 1);
    this.flush();
    handOver(this.socket, unread, this.host.general);
  }
}

function headOf(status: number, headers: Record<string, string>, body: Uint8Array): string {
  return `${startOf(status, headers)}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
}
