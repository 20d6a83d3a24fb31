// Which addresses can be an endpoint: those that requests can be sent to.
import { badInput } from '../errors/user-error.ts';

/** The address; throws a UserError (exit 2) that says where it came from when nothing can be sent there. */
export function checkedEndpoint(endpoint: string, from: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.host && (url.protocol === 'http:' || url.protocol === 'https:')) return endpoint;
  throw badInput(
    `${from} is ${JSON.stringify(endpoint)}; allowed: a URL that starts with http:// or https://`,
    { next: 'write it like http://127.0.0.1:4566' },
  );
}
