// Rules that several operations of API Gateway V2 share.
import { page } from '../../pages.ts';
import { bad } from '../errors.ts';

/** The items of a page, when the request gives no number. */
const pageSize = 100;

/** A page of a list, with the names of the API's members. */
export function paged<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { MaxResults, NextToken }: { MaxResults?: string | undefined; NextToken?: string | undefined },
): { Items: T[]; NextToken?: string } {
  const limit = MaxResults === undefined ? pageSize : Number(MaxResults);
  if (!Number.isInteger(limit) || limit < 1) throw bad('Invalid value for maxResults');
  const { items: taken, next } = page(items, keyOf, NextToken, limit, () =>
    bad('Invalid NextToken specified'),
  );
  return { Items: taken, ...(next === undefined ? {} : { NextToken: next }) };
}

/** A text of the request; an empty one removes what is there. */
export function replaced(given: string | undefined, before?: string): string | undefined {
  return given === undefined ? before : given === '' ? undefined : given;
}

/** Keys of the request replace those that are there; an empty value removes a key. */
export function merged(
  given: Readonly<Record<string, string>> | undefined,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...before, ...given }).filter(([, value]) => value !== ''));
}

/** @throws BadRequestException for a text that is longer than AWS allows */
export function checkLength(value: string | undefined, name: string, most: number): void {
  if (value !== undefined && value.length > most) {
    throw bad(`${name} must not be longer than ${most} characters`);
  }
}

/** @throws BadRequestException for a value that is not one of these */
export function checkEnum(value: string | undefined, name: string, values: readonly string[]): void {
  if (value !== undefined && !values.includes(value)) {
    throw bad(`Invalid ${name} specified: ${value}. Must be one of [${values.join(', ')}]`);
  }
}

/** @throws BadRequestException for tags that AWS does not take */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > 50) throw bad('A resource can have at most 50 tags');
  for (const [key, value] of Object.entries(tags)) {
    if (/^aws:/i.test(key)) throw bad('aws: prefixed tag key names are not allowed for external use.');
    if (key === '' || key.length > 128 || value.length > 256) {
      throw bad('Tag keys have 1 to 128 characters, and tag values at most 256');
    }
  }
}
