// Addresses of the local AWS in a form that works on this machine: not every resolver knows names below `localhost`.
import { lookup } from 'node:dns/promises';

/** The address as it can be typed here. */
export type Reach = (address: string) => string;

const below = /^http:\/\/([a-z0-9-]+)\.(lambda-url|execute-api)\.([a-z0-9-]+)\.localhost(:\d+)?(\/.*)?$/;

/**
 * Asks the resolver, once, whether it knows the names of these addresses. `resolves` is for tests.
 */
export async function reachFor(
  endpoint: string | undefined,
  resolves: (host: string) => Promise<boolean> = isKnown,
): Promise<Reach> {
  const { hostname = '' } = endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint) : {};
  if (!/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return (address) => address;
  if (await resolves('id.execute-api.us-east-1.localhost')) return (address) => address;
  return byPath;
}

/** The form by path. */
export function byPath(address: string): string {
  const [, id, kind, region, port = '', path = ''] = below.exec(address) ?? [];
  return id === undefined ? address : `http://127.0.0.1${port}/_aws/${kind}/${region}/${id}${path}`;
}

async function isKnown(host: string): Promise<boolean> {
  const found = await lookup(host).catch(() => undefined);
  return found !== undefined && /^(127\.|::1$)/.test(found.address);
}
