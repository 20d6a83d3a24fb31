// The `curl` line that calls what was deployed.
import { shellLine } from '../aws/shell.ts';
import type { Addressed, RouteData } from './addresses.ts';

/** undefined: there is no address that everybody may call. */
export function curlLine(functions: readonly Pick<Addressed, 'url' | 'routes'>[]): string | undefined {
  const routes = functions.flatMap((one) => one.routes).filter((route) => route.public);
  const plain = ({ method, route }: RouteData) => /^(GET|ANY)$/.test(method) && !route.includes('{');
  const reads = ({ method }: RouteData) => /^(GET|ANY)$/.test(method);
  const route = routes.find(plain) ?? routes.find(reads) ?? routes[0];
  if (route) return shellLine(['curl', ...options(route), filled(route.address)]);
  const url = functions.flatMap((one) => one.url ?? []).find((one) => one.public);
  return url && shellLine(['curl', url.address]);
}

function options({ method }: RouteData): string[] {
  if (method === 'GET' || method === 'ANY') return [];
  if (method === 'HEAD') return ['-I'];
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? ['-d', '{}'] : [];
  return ['-X', method, ...body];
}

/** The address with a value for each parameter. */
function filled(address: string): string {
  return address.replace(/\{[^}]*\}/g, '1');
}
