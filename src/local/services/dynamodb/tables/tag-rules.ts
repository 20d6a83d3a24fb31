// The rules on the tags of tables.
import { invalid, validation } from '../errors.ts';

/** @throws ValidationException */
export function checkTags(tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128) throw invalid(`Tag key must have 1 to 128 characters: ${key}`);
    if (value.length > 256) throw invalid(`Tag value must have at most 256 characters: ${value}`);
    if (key.startsWith('aws:')) {
      throw invalid('One or more of the tag keys contain the reserved prefix aws:');
    }
  }
  if (Object.keys(tags).length > 50) {
    throw validation('Number of tags exceeds the limit of 50 tags for a resource');
  }
}
