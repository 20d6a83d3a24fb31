// The HTTP server: a fast reader handles plain connections, and Node's own server takes over every other one.
import { createServer } from 'node:http';
import { Server, type Socket } from 'node:net';
import { type Exchange, generalExchange } from './exchange.ts';
import type { http2Server } from './http2.ts';
import { PlainConnection } from './plain-connection.ts';

export class Front extends Server {
  private readonly sockets = new Set<Socket>();

  /** `patience`: milliseconds that a connection may take for a request head, and may be idle between two requests. */
  constructor(answer: (exchange: Exchange) => Promise<void>, patience = 60_000) {
    super({ noDelay: true });
    const take = (exchange: Exchange) => {
      answer(exchange).catch((error) => {
        // A client that disconnects in the middle of its request is no failure of the server.
        if (error?.code !== 'ECONNRESET') process.stderr.write(`${error?.stack ?? error}\n`);
        exchange.destroy();
      });
    };
    const patient = {
      headersTimeout: patience,
      keepAliveTimeout: patience,
      connectionsCheckingInterval: patience / 2,
      requestTimeout: 0,
    };
    const general = createServer(patient, (incoming, outgoing) => {
      if ((incoming.headersDistinct.host ?? []).length > 1) {
        outgoing.writeHead(400, { connection: 'close' }).end();
        return;
      }
      take(generalExchange(incoming, outgoing));
    });
    // This server never listens. Without this event it does not apply its time-outs to the connections it is given.
    general.emit('listening');
    // Loaded late: few clients speak it.
    let newer: Promise<ReturnType<typeof http2Server>> | undefined;
    const http2 = () => {
      newer ??= import('./http2.ts').then((module) => module.http2Server(take, patience));
      return newer;
    };
    this.once('close', () => general.close());
    this.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      new PlainConnection(socket, { take, general, http2, patience });
    });
  }

  closeAllConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
