// The Runtime API for the Node.js bootstrap: one connection, on which an answer asks for the next invocation.
'use strict';
const { connect } = require('node:net');

const api = '/2018-06-01/runtime';
const end = Buffer.from('\r\n\r\n');

class RuntimeClient {
  constructor(address) {
    this.address = address;
    /** The response stream that is being written. */
    this.inUse = undefined;
    this.received = Buffer.alloc(0);
    /** Who waits for which response, in order. */
    this.waiting = [];
    const [host, port] = address.split(':');
    this.socket = connect({ host, port: Number(port), noDelay: true });
    this.socket.on('data', (data) => this.read(data));
    // The local AWS is gone, and with it whoever would want an answer.
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

  /** Sends the answer to an invocation, if there is one, and resolves with the next. */
  next(answer) {
    this.socket.ref();
    return new Promise((resolve) => {
      const taken = (response) => {
        // Only the handler's own work keeps the event loop alive from here.
        this.socket.unref();
        if (response.headers['lambda-runtime-aws-request-id'] === undefined) process.exit(0);
        resolve(response);
      };
      if (answer) this.send(answer, taken, 'Slsctl-Then: next\r\n');
      else this.send([`GET ${api}/invocation/next HTTP/1.1\r\nHost: ${this.address}\r\n`], taken);
    });
  }

  /** Sends something after which the process ends. */
  last(request) {
    this.socket.ref();
    return new Promise((resolve) => this.send(request, resolve));
  }

  send([head, body], onResponse, moreHeaders = '') {
    this.waiting.push(onResponse);
    this.socket.cork();
    this.socket.write(`${head}${moreHeaders}\r\n`);
    if (body) this.socket.write(body);
    this.socket.uncork();
  }

  post(path, text, errorType) {
    const body = Buffer.from(text);
    const type =
      errorType === undefined ? '' : `Lambda-Runtime-Function-Error-Type: ${header(errorType)}\r\n`;
    const head = `POST ${api}${path} HTTP/1.1\r\nHost: ${this.address}\r\nContent-Type: application/json\r\n${type}Content-Length: ${body.length}\r\n`;
    return [head, body];
  }

  read(data) {
    this.received = this.received.length > 0 ? Buffer.concat([this.received, data]) : data;
    for (;;) {
      const at = this.received.indexOf(end);
      if (at < 0) return;
      const headers = {};
      for (const line of this.received.latin1Slice(0, at).split('\r\n').slice(1)) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
      }
      const size = Number(headers['content-length'] ?? 0);
      const from = at + end.length;
      if (this.received.length < from + size) return;
      const body = this.received.subarray(from, from + size);
      this.received = this.received.subarray(from + size);
      this.waiting.shift()?.({ headers, body });
    }
  }
}

/** Headers hold no other characters. */
function header(text) {
  return String(text).replace(/[^\x20-\x7e]/g, '?');
}

module.exports = { RuntimeClient, api, header };
