// The rules for tags on roles, users and policies.
import type { Tag as WireTag } from '@aws-sdk/client-iam';
import { breaks, invalidInput } from './errors.ts';
import { type Paging, pageOf } from './page.ts';
import type { Tag } from './state.ts';

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const pattern = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]';

/** Tag keys of roles and users ignore case; those of policies do not. */
export type KeyRule = 'any case' | 'exact';

const same = (key: string, rule: KeyRule): string => (rule === 'any case' ? key.toLowerCase() : key);

/** @throws ServiceError ValidationError, InvalidInputException */
export function checkedTags(tags: readonly WireTag[] | undefined, rule: KeyRule): Tag[] {
  const found = (tags ?? []).map(({ Key, Value }) => ({ key: Key ?? '', value: Value ?? '' }));
  if (found.length > 50) throw breaks('tags', 'Member must have length less than or equal to 50');
  found.forEach(({ key, value }, index) => {
    const place = `tags.${index + 1}.member`;
    if (key.length < 1) throw breaks(`${place}.key`, 'Member must have length greater than or equal to 1');
    if (key.length > 128) throw breaks(`${place}.key`, 'Member must have length less than or equal to 128');
    if (value.length > 256) {
      throw breaks(`${place}.value`, 'Member must have length less than or equal to 256');
    }
    if (!characters.test(key)) {
      throw breaks(`${place}.key`, `Member must satisfy regular expression pattern: ${pattern}+`);
    }
    if (!characters.test(value)) {
      throw breaks(`${place}.value`, `Member must satisfy regular expression pattern: ${pattern}*`);
    }
  });
  if (new Set(found.map(({ key }) => same(key, rule))).size < found.length) {
    throw invalidInput(
      rule === 'exact'
        ? 'Duplicate tag keys found.'
        : 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  return found;
}

/** @throws ServiceError ValidationError */
export function checkedKeys(keys: readonly string[] | undefined): string[] {
  const found = [...(keys ?? [])];
  if (found.length > 50) throw breaks('tagKeys', 'Member must have length less than or equal to 50');
  if (found.some((key) => key.length < 1 || key.length > 128 || !characters.test(key))) {
    throw breaks(
      'tagKeys',
      `Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ${pattern}+, Member must not be null]`,
    );
  }
  return found;
}

export function withTags(tags: readonly Tag[], added: readonly Tag[], rule: KeyRule): Tag[] {
  return [
    ...withoutTags(
      tags,
      added.map(({ key }) => key),
      rule,
    ),
    ...added,
  ];
}

export function withoutTags(tags: readonly Tag[], keys: readonly string[], rule: KeyRule): Tag[] {
  const gone = new Set(keys.map((key) => same(key, rule)));
  return tags.filter(({ key }) => !gone.has(same(key, rule)));
}

/** In the order of the request, as IAM answers a creation. */
export const wireTags = (tags: readonly Tag[]): WireTag[] =>
  tags.map(({ key, value }) => ({ Key: key, Value: value }));

/** In the order in which IAM lists them: short keys first. */
export const listedTags = (tags: readonly Tag[]): WireTag[] =>
  wireTags([...tags].sort((a, b) => (tagOrder(a.key) < tagOrder(b.key) ? -1 : 1)));

const tagOrder = (key: string): string => String(key.length).padStart(3, '0') + key;

/** One page of the tags. */
export function tagPage(tags: readonly Tag[], paging: Paging): { Tags: WireTag[]; IsTruncated: boolean } {
  const { items, rest } = pageOf(listedTags(tags), ({ Key = '' }) => tagOrder(Key), paging);
  return { Tags: items, ...rest };
}
