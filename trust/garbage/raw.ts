// Bytes that are not a request of HTTP, or only nearly one.
import { connect } from 'node:net';
import type { Dice } from './dice.ts';

export function rawBytes(dice: Dice): Buffer {
  const start = dice.among([
    '',
    'GET / HTTP/1.1\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\n',
    'POST / HTTP/9.9\r\nHost: localhost\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nab',
    `GET /${'a'.repeat(70_000)} HTTP/1.1\r\n`,
    `GET / HTTP/1.1\r\nX: ${'a'.repeat(70_000)}\r\n\r\n`,
  ]);
  return Buffer.concat([Buffer.from(start), dice.bytes(100), Buffer.from(dice.among(['', '\r\n\r\n']))]);
}

/** Sends bytes, and resolves with everything that is answered until the connection ends. */
export function sendRaw(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
    socket.on('error', () => {}).on('close', () => resolve(said));
    socket.end(bytes);
  });
}
