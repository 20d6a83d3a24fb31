// The response stream of a Node.js handler: a chunked request on the single connection, with errors as trailers.
'use strict';
const { Writable } = require('node:stream');
const { api, header } = require('./client.cjs');
const { InvalidStreamingOperation } = require('./errors.cjs');
const { highWaterMark } = require('./handler.cjs');

class ResponseStream {
  constructor(client, id, handler) {
    this.client = client;
    this.id = id;
    this.contentType = 'application/octet-stream';
    this.begun = false;
    this.over = false;
    /** Resolves when the local AWS has received everything. */
    this.finished = new Promise((resolve) => {
      this.onTaken = resolve;
    });
    const stream = this;
    /** The stream that the handler gets. */
    this.face = new Writable({
      highWaterMark: handler[highWaterMark],
      decodeStrings: true,
      write(chunk, _, done) {
        stream.chunk(chunk, done);
      },
      final(done) {
        stream.end('');
        done();
      },
    });
    const { write, end } = this.face;
    const converted = (chunk) =>
      typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    const first = () => {
      const before = this.face._onBeforeFirstWrite;
      this.face._onBeforeFirstWrite = undefined;
      before?.((chunk) => write.call(this.face, chunk));
    };
    this.face.write = (chunk, ...rest) => {
      first();
      this.writes = true;
      return write.call(this.face, converted(chunk), ...rest);
    };
    this.face.end = (chunk, ...rest) => {
      if (typeof chunk === 'function') return end.call(this.face, chunk);
      if (chunk === undefined || chunk === null) return end.call(this.face, ...rest);
      this.face.write(chunk);
      return end.call(this.face, ...rest);
    };
    this.face.setContentType = (type) => {
      if (this.writes) throw new InvalidStreamingOperation('Cannot set content-type, too late.');
      this.contentType = type;
    };
  }

  /** Resolves with a request that reports the failure when nothing was sent yet; otherwise the trailers report it. */
  async fail(fields) {
    if (!this.begun) {
      this.over = true;
      return this.client.error(this.id, fields);
    }
    const body = Buffer.from(JSON.stringify(fields)).toString('base64');
    this.end(
      `Lambda-Runtime-Function-Error-Type: ${header(fields.errorType)}\r\nLambda-Runtime-Function-Error-Body: ${body}\r\n`,
    );
    await this.finished;
    return undefined;
  }

  begin() {
    if (this.begun) return;
    this.begun = true;
    const head = [
      `POST ${api}/invocation/${this.id}/response HTTP/1.1`,
      this.client.host.trimEnd(),
      `Content-Type: ${header(this.contentType)}`,
      'Lambda-Runtime-Function-Response-Mode: streaming',
      'Transfer-Encoding: chunked',
      'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    ];
    this.client.send(`${head.join('\r\n')}\r\n\r\n`).then(this.onTaken);
  }

  chunk(chunk, done) {
    if (this.over || chunk.length === 0) return done();
    this.begin();
    const { socket } = this.client;
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    const more = socket.write('\r\n');
    socket.uncork();
    if (more) done();
    else socket.once('drain', done);
  }

  end(trailers) {
    if (this.over) return;
    this.over = true;
    this.begin();
    this.client.socket.write(`0\r\n${trailers}\r\n`);
  }
}

module.exports = { ResponseStream };
