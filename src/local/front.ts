// The server's end of HTTP: connections are read as plain ones as long as they are, and by Node's own server from then on.
import { createServer } from 'node:http';
import { Server, type Socket } from 'node:net';
import { type Exchange, generalExchange } from './exchange.ts';
import { keepAlive, PlainConnection } from './plain-connection.ts';

export class Front extends Server {
  private readonly sockets = new Set<Socket>();

  constructor(answer: (exchange: Exchange) => Promise<void>) {
    super({ noDelay: true });
    const take = (exchange: Exchange) => {
      answer(exchange).catch((error) => {
        process.stderr.write(`${error?.stack ?? error}\n`);
        exchange.destroy();
      });
    };
    const general = createServer((incoming, outgoing) => take(generalExchange(incoming, outgoing)));
    general.keepAliveTimeout = keepAlive;
    general.requestTimeout = 0;
    this.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      new PlainConnection(socket, { take, handOver: (of) => void general.emit('connection', of) });
    });
  }

  closeAllConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
