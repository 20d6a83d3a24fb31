// The Runtime API for the Node.js bootstrap: one connection. An answer and the request for the next invocation are sent
// together.
'use strict';
const { connect, Socket } = require('node:net');

const api = '/2018-06-01/runtime';
const headEnd = '\r\n\r\n';

class RuntimeClient {
  constructor(address) {
    this.host = `Host: ${address}\r\n`;
    this.nextRequest = `GET ${api}/invocation/next HTTP/1.1\r\n${this.host}\r\n`;
    /** The response stream that is being written. */
    this.inUse = undefined;
    /** Waiting callers, in the order of their requests. */
    this.waiting = [];
    this.parts = [];
    this.size = 0;
    this.wanted = 1;
    /** The response whose body is being read. */
    this.headers = undefined;
    this.socket = connection(address);
    this.socket.on('data', (data) => this.read(data));
    // The local AWS has ended, so nobody waits for an answer.
    this.socket.on('error', () => process.exit(0));
    this.socket.on('close', () => process.exit(0));
  }

  response(id, text) {
    return this.post(`/invocation/${id}/response`, text);
  }

  error(id, fields) {
    return this.post(`/invocation/${id}/error`, JSON.stringify(fields), fields.errorType);
  }

  initError(fields) {
    return this.post('/init/error', JSON.stringify(fields), fields.errorType);
  }

  /** A request as text. */
  post(path, text, errorType) {
    const type =
      errorType === undefined ? '' : `Lambda-Runtime-Function-Error-Type: ${header(errorType)}\r\n`;
    return `POST ${api}${path} HTTP/1.1\r\n${this.host}Content-Type: application/json\r\n${type}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  }

  /** Sends the answer to an invocation, if there is one, and resolves with the next. */
  next(answer) {
    this.socket.ref();
    return new Promise((resolve) => {
      if (answer !== undefined) this.waiting.push(ignored);
      this.waiting.push((response) => {
        // From here, only the handler's own work keeps the event loop alive.
        this.socket.unref();
        if (response.headers['lambda-runtime-aws-request-id'] === undefined) process.exit(0);
        resolve(response);
      });
      this.socket.write(answer === undefined ? this.nextRequest : answer + this.nextRequest);
    });
  }

  /** Sends a request, and resolves when the local AWS has received it. */
  send(request) {
    this.socket.ref();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.socket.write(request);
    });
  }

  read(data) {
    this.parts.push(data);
    this.size += data.length;
    while (this.size >= this.wanted) this.proceed();
  }

  proceed() {
    const { headers, wanted } = this;
    const all = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    if (headers) {
      this.headers = undefined;
      this.keep(all.subarray(wanted), 1);
      this.waiting.shift()?.({ headers, body: all.subarray(0, wanted) });
      return;
    }
    const end = all.indexOf(headEnd);
    if (end < 0) return this.keep(all, all.length + 1);
    this.headers = headersOf(all.toString('latin1', 0, end));
    this.keep(all.subarray(end + headEnd.length), Number(this.headers['content-length'] ?? 0));
  }

  keep(rest, wanted) {
    this.parts = [rest];
    this.size = rest.length;
    this.wanted = wanted;
  }
}

/** The inherited connection, or a new one. */
function connection(address) {
  const inherited = process.env._SLSCTL_SOCKET;
  delete process.env._SLSCTL_SOCKET;
  if (inherited !== undefined) return new Socket({ fd: Number(inherited) });
  const [host, port] = address.split(':');
  return connect({ host, port: Number(port), noDelay: true });
}

function ignored() {}

function headersOf(head) {
  const headers = {};
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** Other characters are not allowed in headers. */
function header(text) {
  return String(text).replace(/[^\x20-\x7e]/g, '?');
}

module.exports = { RuntimeClient, api, header };
