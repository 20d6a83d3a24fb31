// Downloads a file from an address that AWS has signed, over the connections of the clients: through the proxy, too.

import { buffer } from 'node:stream/consumers';
import { HttpRequest } from '@smithy/core/protocols';
import type { Connections } from './connections.ts';

/** The content; a number: the status of an answer without one. */
export async function download(
  connections: Connections,
  location: string,
  abortSignal: AbortSignal,
): Promise<Uint8Array | number> {
  const { protocol, hostname, port, pathname, searchParams } = new URL(location);
  const request = new HttpRequest({
    ...{ protocol, hostname, path: pathname, method: 'GET' },
    port: port ? Number(port) : undefined,
    query: Object.fromEntries(searchParams),
    headers: { host: port ? `${hostname}:${port}` : hostname },
  });
  const { response } = await connections.handle(request, { abortSignal });
  const content = await buffer(response.body);
  return response.statusCode === 200 ? new Uint8Array(content) : response.statusCode;
}
