// An endpoint that says whose key signs each request, and refuses it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export async function signers(): Promise<{ endpoint: string; keys(): string[] }> {
  let keys: string[] = [];
  const server = createServer((request, response) => {
    keys.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody');
    request.resume().on('end', () => response.writeHead(403).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The different keys since the last call. */
    keys() {
      const taken = [...new Set(keys)];
      keys = [];
      return taken;
    },
  };
}
