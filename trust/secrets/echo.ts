// An endpoint that refuses each change with an error that repeats the request in many forms; it sends reads on.
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Echo {
  readonly endpoint: string;
  /** Requests that were refused so far. */
  refused(): number;
  close(): Promise<void>;
}

export async function startEcho(target: string): Promise<Echo> {
  const { hostname, port } = new URL(target);
  let refused = 0;
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const body = await buffer(incoming);
    const action = new URLSearchParams(body.toString()).get('Action') ?? '';
    const operation =
      String(headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) || action;
    const reads =
      /^(GET|HEAD)$/.test(method) ||
      /^(Get|List|Describe|Filter|Head|Batch)/.test(operation) ||
      /\/invocations$/.test(url);
    if (!reads) {
      refused++;
      const text = body.toString();
      const Message = [
        text,
        JSON.stringify(text),
        encodeURIComponent(text),
        body.toString('base64'),
        url,
      ].join(' ');
      outgoing.writeHead(400, {
        'content-type': 'application/json',
        'x-amzn-errortype': 'InvalidParameterValueException',
      });
      outgoing.end(
        JSON.stringify({ __type: 'InvalidParameterValueException', Type: 'User', message: Message, Message }),
      );
      return;
    }
    request({ hostname, port, method, path: url, headers, agent: false })
      .once('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      })
      .once('error', () => outgoing.destroy())
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
