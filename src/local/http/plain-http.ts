// HTTP/1.1 as programs commonly speak it, read without what a general server spends on each message. What is not as plain
// as this is for such a server to read, or to refuse.
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

export interface RequestHead {
  readonly method: string;
  /** The target as it came: path and query. */
  readonly path: string;
  /** Names in small letters, each once. */
  readonly headers: Record<string, string>;
  /** Bytes of the body. */
  readonly length: number;
}

export const headEnd = '\r\n\r\n';
/** As Node.js has it. */
export const longestHead = 16 * 1024;

const requestLine = /^(GET|POST|PUT|DELETE|PATCH|HEAD) (\/[!-~]*) HTTP\/1\.1$/;
const field = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([ -~]*)$/;
/** With one of these a request is not plain. */
const special = ['transfer-encoding', 'expect', 'upgrade'];

/** Reads what stands before the empty line; undefined: it is not plain. */
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
  return { method, path, headers, length: Number(length) };
}

/** Gives the rest of a connection to a general server, with what is unread of it. */
export function handOver(socket: Socket, unread: Buffer, general: Server): void {
  socket.pause();
  socket.setTimeout(0);
  for (const event of ['data', 'timeout', 'error']) socket.removeAllListeners(event);
  socket.unshift(unread);
  general.emit('connection', socket);
  socket.resume();
}

/** Status line and headers, without the empty line behind them. What is in `headers` was checked. */
export function startOf(status: number, headers: Record<string, string>): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  return text;
}
