// Proves in tests what was asked of an endpoint, and that nothing was.
import { createServer } from 'node:http';
import { mutates, type RecordingProxy, startProxy } from '../../bench/proxy.js';
import { freePort } from './project.ts';

export interface Recorder extends RecordingProxy {
  /** Requests since the last look that changed something: `POST /2015-03-31/functions`, `CreateRole`. */
  mutations(): string[];
}

/** A recording proxy in front of an endpoint. */
export async function recorder(target: string): Promise<Recorder> {
  const proxy = await startProxy({ target });
  return {
    ...proxy,
    mutations: () =>
      proxy
        .take()
        .filter(mutates)
        .map(({ operation, method, path }) => operation ?? `${method} ${path}`),
  };
}

/** An endpoint that answers nothing but 500, and counts. */
export async function untouchable(): Promise<{ endpoint: string; calls(): number; close(): Promise<void> }> {
  let calls = 0;
  const port = await freePort();
  const server = createServer((_request, response) => {
    calls += 1;
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
