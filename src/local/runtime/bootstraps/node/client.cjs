// The way to the local AWS for the Node.js bootstrap: messages through a tunnel of the Runtime API. Each is a line of
// JSON and so many bytes as it says; an answer asks for the next invocation.
'use strict';
const { connect } = require('node:net');

const end = Buffer.from('\r\n\r\n');

class RuntimeClient {
  constructor(address) {
    /** The response stream that is being written. */
    this.inUse = undefined;
    /** Who waits for which message, in order. */
    this.waiting = [];
    const [host, port] = address.split(':');
    this.socket = connect({ host, port: Number(port), noDelay: true });
    this.socket.write(`CONNECT slsctl-runtime:1 HTTP/1.1\r\nHost: ${address}\r\n\r\n`);
    /** Undefined until the tunnel is there. */
    this.head = undefined;
    this.parts = [];
    this.size = 0;
    this.wanted = 1;
    this.proceed = this.connected;
    this.socket.on('data', (data) => this.read(data));
    // The local AWS is gone, and with it whoever would want an answer.
    this.socket.on('error', () => process.exit(0));
    this.socket.on('close', () => process.exit(0));
  }

  response(id, text) {
    return [{ kind: 'response', id }, Buffer.from(text)];
  }

  error(id, fields) {
    return [{ kind: 'error', id }, Buffer.from(JSON.stringify(fields))];
  }

  /** Sends the answer to an invocation, if there is one, and resolves with the next. */
  next(answer = [{ kind: 'next' }]) {
    this.socket.ref();
    return new Promise((resolve) => {
      this.waiting.push((message) => {
        // Only the handler's own work keeps the event loop alive from here.
        this.socket.unref();
        resolve(message);
      });
      this.send(...answer);
    });
  }

  /** Sends something after which the process ends; `id`: of the invocation, if there is one. */
  last(id, fields) {
    return this.told(
      id === undefined ? { kind: 'init-error' } : { kind: 'last', id },
      JSON.stringify(fields),
    );
  }

  /** Resolves when the local AWS has taken it. */
  told(head, text = '') {
    this.socket.ref();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.send(head, Buffer.from(text));
    });
  }

  /** Whether more can be sent at once. */
  send(head, body) {
    const line = `${JSON.stringify(body ? { ...head, size: body.length } : head)}\n`;
    if (!body) return this.socket.write(line);
    this.socket.cork();
    this.socket.write(line);
    const more = this.socket.write(body);
    this.socket.uncork();
    return more;
  }

  read(data) {
    this.parts.push(data);
    this.size += data.length;
    while (this.size >= this.wanted) {
      const all = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
      this.proceed(all);
    }
  }

  keep(rest, wanted, proceed) {
    this.parts = [rest];
    this.size = rest.length;
    this.wanted = wanted;
    this.proceed = proceed;
  }

  connected(all) {
    const at = all.indexOf(end);
    if (at < 0) this.keep(all, all.length + 1, this.connected);
    else this.keep(all.subarray(at + end.length), 1, this.headed);
  }

  headed(all) {
    const at = all.indexOf(10);
    if (at < 0) return this.keep(all, all.length + 1, this.headed);
    this.head = JSON.parse(all.toString('utf8', 0, at));
    this.keep(all.subarray(at + 1), this.head.size ?? 0, this.whole);
  }

  whole(all) {
    const { head, wanted } = this;
    this.keep(all.subarray(wanted), 1, this.headed);
    this.waiting.shift()?.({ head, body: all.subarray(0, wanted) });
  }
}

module.exports = { RuntimeClient };
