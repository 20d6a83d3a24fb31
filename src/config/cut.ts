// Shortens names to what AWS takes.
import { createHash } from 'node:crypto';

/** At most `longest` characters: a longer name is cut and ends with a hash of the whole name. */
export function cut(name: string, longest = 64): string {
  if (name.length <= longest) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, longest - hash.length - 1)}-${hash}`;
}
