// The rules for tags of streams and consumers.
import { Violations } from '../lambda/violations.ts';
import { invalid } from './errors.ts';

export const mostTags = 50;

/** @throws ServiceError ValidationException, InvalidArgumentException above fifty tags */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  const violations = new Violations();
  for (const [key, value] of Object.entries(tags)) {
    violations.length(key, 'tags', 128, 1).length(value, `tags.${key}.member`, 256);
  }
  violations.refuse();
  if (Object.keys(tags).length > mostTags) {
    throw invalid(`A resource cannot have more than ${mostTags} tags.`);
  }
}
