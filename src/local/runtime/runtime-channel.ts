// The short way between the server and its own bootstraps: messages through a tunnel that they ask the Runtime API
// for, since a request and a response of HTTP for each invocation cost more than running it. A message is a line of
// JSON and, when that says a size, so many bytes.
import type { Socket } from 'node:net';
import { ascii, latin1 } from '../bytes-as-text.ts';
import {
  type Delivery,
  largestResponse,
  type RuntimeEvents,
  tooLarge,
  type Waiting,
} from './runtime-events.ts';

/** What bootstraps ask to be connected to. */
export const channelName = 'slsctl-runtime:1';

interface Head {
  /** What it is; an answer to an invocation asks for the next one too, unless it is the `last`. */
  readonly kind: 'next' | 'response' | 'error' | 'last' | 'part' | 'end' | 'init-error';
  /** Of the invocation. */
  readonly id?: string;
  /** Of the failure with which a streamed response ends. */
  readonly type?: string;
  /** Bytes that follow. */
  readonly size?: number;
}

/** Bytes that are sent as text, together with the head: one write costs less than two. */
const smallPayload = 16 * 1024;
const longestHead = 64 * 1024;
const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';

export class RuntimeChannel implements Waiting {
  private readonly socket: Socket;
  private readonly events: RuntimeEvents;
  /** Of the message that is being read, once its line is there. */
  private head: Head | undefined;
  private parts: Buffer[] = [];
  private size = 0;
  /** Bytes without which there is nothing more to do. */
  private wanted = 1;

  constructor(socket: Socket, events: RuntimeEvents) {
    this.socket = socket;
    this.events = events;
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.read(data));
    socket.on('error', () => socket.destroy());
    socket.write(established);
  }

  deliver({ payload, ...rest }: Delivery): void {
    const head = ascii(JSON.stringify({ ...rest, size: payload.length }));
    if (payload.length > smallPayload) {
      this.socket.write(`${head}\n`);
      this.socket.write(payload);
    } else this.socket.write(`${head}\n${latin1(payload)}`, 'latin1');
  }

  refuse(): void {
    this.close();
  }

  close(): void {
    this.socket.destroy();
  }

  read(data: Buffer): void {
    if (this.excessive) this.parts = [data];
    else this.parts.push(data);
    this.size += data.length;
    try {
      while (this.size >= this.wanted) this.proceed();
    } catch {
      // No message: it is not our bootstrap that speaks.
      this.close();
    }
  }

  /** More than anything may be: only counted. */
  private get excessive(): boolean {
    return this.head !== undefined && this.head.kind !== 'part' && this.wanted > largestResponse;
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
    const end = all.indexOf(10);
    if (end < 0) {
      if (all.length > longestHead) throw new Error('The line is too long');
      this.keep(all, all.length + 1);
      return;
    }
    this.head = JSON.parse(all.toString('utf8', 0, end)) as Head;
    this.keep(all.subarray(end + 1), this.head.size ?? 0);
  }

  private keep(rest: Buffer, wanted: number): void {
    this.parts = [rest];
    this.size = rest.length;
    this.wanted = wanted;
  }

  private take({ kind, id = '', type }: Head, body: Buffer | undefined): void {
    const { events } = this;
    switch (kind) {
      case 'response':
        if (body) events.response(id, body);
        else events.error(id, tooLarge);
        events.next();
        break;
      case 'error':
        events.error(id, body ?? tooLarge);
        events.next();
        break;
      case 'next':
        events.next();
        break;
      case 'part':
        if (body) events.part(id, body);
        break;
      case 'end':
        events.partsEnd(id, type === undefined ? undefined : { type, body: String(body ?? tooLarge) });
        this.taken();
        break;
      case 'last':
        events.error(id, body ?? tooLarge);
        this.taken();
        break;
      case 'init-error':
        events.initError(body ?? tooLarge);
        this.taken();
        break;
    }
  }

  /** For who waits until the server knows. */
  private taken(): void {
    this.socket.write('{"taken":true}\n');
  }
}
