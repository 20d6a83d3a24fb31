// Pages of the Describe operations.
import { firstPage, keyIn } from '../pages.ts';
import { checkRange } from './checks.ts';
import { invalidToken } from './errors.ts';

/** The key in a token. @throws InvalidParameterException when it is not a token */
export const keyOf = (token: string | undefined): string | undefined =>
  token === undefined ? undefined : keyIn(token, invalidToken);

/**
 * The first items up to the limit (1 to `highest`, 50 when absent), and a token when there are more.
 * @throws InvalidParameterException for another limit
 */
export function page<T>(
  items: Iterable<T>,
  limit: number | undefined,
  keyFor: (item: T) => string,
  highest = 50,
): { items: T[]; nextToken?: string } {
  checkRange(limit, 'limit', 1, highest);
  const { next, ...rest } = firstPage(items, keyFor, limit ?? 50);
  return { ...rest, ...(next === undefined ? {} : { nextToken: next }) };
}
