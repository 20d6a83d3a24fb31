// Checks that an endpoint is a URL to which requests can be sent.
import { badInput } from '../errors/user-error.ts';

/** Returns the endpoint. Throws a UserError (exit 2) when it is not usable. `from` says where it was configured. */
export function checkedEndpoint(endpoint: string, from: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.host && (url.protocol === 'http:' || url.protocol === 'https:')) return endpoint;
  throw badInput(
    `${from} is ${JSON.stringify(endpoint)}; allowed: a URL that starts with http:// or https://`,
    { next: 'write it like http://127.0.0.1:4566' },
  );
}
