// Pages of API Gateway's lists: 25 items unless the request says otherwise.
import { type Page, page } from '../pages.ts';
import { badRequest } from './errors.ts';

/** @throws BadRequestException for a position that no list gave out */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  position: string | undefined,
  limit: number | undefined,
): Page<T> {
  const most = limit === undefined || limit < 1 ? 25 : Math.min(limit, 500);
  return page(items, keyOf, position, most, () => badRequest('Invalid position specified.'));
}
