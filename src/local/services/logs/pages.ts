// Page tokens of the Describe operations: opaque to clients, the key of the last item inside.
import { checkRange } from './checks.ts';
import { invalidToken } from './errors.ts';

const mark = 'k:';

export const tokenOf = (key: string): string => Buffer.from(mark + key).toString('base64url');

/** @throws InvalidParameterException when the token is none of ours. */
export function keyOf(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith(mark) || tokenOf(text.slice(mark.length)) !== token) throw invalidToken();
  return text.slice(mark.length);
}

/**
 * The first items up to the limit (1 to `most`, 50 when absent), and the token for the rest when there is more.
 * @throws InvalidParameterException for another limit.
 */
export function page<T>(
  items: Iterable<T>,
  limit: number | undefined,
  keyFor: (item: T) => string,
  most = 50,
): { items: T[]; nextToken?: string } {
  checkRange(limit, 'limit', 1, most);
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === (limit ?? 50)) return { items: taken, nextToken: tokenOf(keyFor(taken.at(-1)!)) };
    taken.push(item);
  }
  return { items: taken };
}
