// HTTP/1.1 in its common form, read without the cost of a general server. Messages in any other form are left to a
// general server, which reads or refuses them.
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { HeaderLine } from '../protocols/protocol.ts';

export interface RequestHead {
  readonly method: string;
  /** The target as it was sent: path and query. */
  readonly path: string;
  /** Names in lower case; each occurs once. */
  readonly headers: Record<string, string>;
  /** Length of the body in bytes. */
  readonly length: number;
  /** The whole head. */
  readonly text: string;
}

export const headEnd = '\r\n\r\n';
/** The limit of Node.js. */
export const longestHead = 16 * 1024;

const requestLine = /^(GET|POST|PUT|DELETE|PATCH|HEAD) (\/[!-~]*) HTTP\/1\.1$/;
const field = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([ -~]*)$/;
/** A request with one of these headers is not plain. */
const special = ['transfer-encoding', 'expect', 'upgrade'];

/** Reads the text before the empty line; undefined when the head is not plain. */
export function plainHead(text: string): RequestHead | undefined {
  const [line = '', ...fields] = text.split('\r\n');
  const [, method, path] = requestLine.exec(line) ?? [];
  if (!method || !path) return undefined;
  const headers: Record<string, string> = {};
  for (const line of fields) {
    const [, name, value] = field.exec(line) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    if (key in headers) return undefined;
    headers[key] = value.trimEnd();
  }
  const { host, connection, 'content-length': length = '0' } = headers;
  if (host === undefined || !/^\d{1,15}$/.test(length) || special.some((name) => name in headers))
    return undefined;
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return undefined;
  return { method, path, headers, length: Number(length), text };
}

/** The header fields of a plain head, as they were sent. */
export function fieldsOf(text: string): HeaderLine[] {
  const [, ...lines] = text.split('\r\n');
  return lines.map((line) => {
    const [, name = '', value = ''] = field.exec(line) ?? [];
    return [name, value.trimEnd()];
  });
}

/** Hands a connection over to a general server, with the data that is not processed yet. */
export function handOver(socket: Socket, unread: Buffer, general: Server): void {
  release(socket, unread);
  general.emit('connection', socket);
  socket.resume();
}

/** Lets go of a connection. The data that is not processed yet is read again. */
export function release(socket: Socket, unread: Buffer): void {
  socket.pause();
  socket.setTimeout(0);
  for (const event of ['data', 'timeout', 'error']) socket.removeAllListeners(event);
  socket.unshift(unread);
}

/** Status line and headers, without the empty line after them. The values in `headers` must be checked already. */
export function startOf(
  status: number,
  headers: Record<string, string>,
  repeated: readonly HeaderLine[] = [],
): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  for (const [name, value] of repeated) text += `${name}: ${value}\r\n`;
  return text;
}
