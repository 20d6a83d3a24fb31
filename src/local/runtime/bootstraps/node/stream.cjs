// The response stream of a Node.js handler: its parts as they come, and at the end whether it failed.
'use strict';
const { Writable } = require('node:stream');
const { InvalidStreamingOperation } = require('./errors.cjs');
const { highWaterMark } = require('./handler.cjs');

class ResponseStream {
  constructor(client, id, handler) {
    this.client = client;
    this.id = id;
    this.contentType = 'application/octet-stream';
    this.begun = false;
    this.over = false;
    /** Resolves when the local AWS has taken everything. */
    this.finished = new Promise((resolve) => {
      this.onTaken = resolve;
    });
    const stream = this;
    /** What the handler gets. */
    this.face = new Writable({
      highWaterMark: handler[highWaterMark],
      decodeStrings: true,
      write(chunk, _, done) {
        stream.chunk(chunk, done);
      },
      final(done) {
        stream.end();
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

  /** Resolves with a message that tells of the failure when nothing was sent; otherwise the end does. */
  async fail(fields) {
    if (!this.begun) {
      this.over = true;
      return this.client.error(this.id, fields);
    }
    this.end(fields);
    await this.finished;
    return undefined;
  }

  chunk(chunk, done) {
    if (this.over || chunk.length === 0) return done();
    this.begun = true;
    // What has begun must end: the event loop waits for it.
    this.client.socket.ref();
    if (this.client.send({ kind: 'part', id: this.id }, chunk)) done();
    else this.client.socket.once('drain', done);
  }

  /** `failure`: the fields of the error with which it ends. */
  end(failure) {
    if (this.over) return;
    this.over = true;
    this.begun = true;
    const head = { kind: 'end', id: this.id, type: failure?.errorType };
    this.client.told(head, failure && JSON.stringify(failure)).then(this.onTaken);
  }
}

module.exports = { ResponseStream };
