// The ids of the statements that triggers need in a function's resource policy.
import { createHash } from 'node:crypto';

/** AWS allows 100 characters. */
const longest = 100;

/**
 * The same id for the same source in every run: `slsctl-s3-uploads`. A source whose name has other characters than ids
 * may have, or is too long, gets a hash at the end.
 */
export function statementId(kind: string, source: string): string {
  const plain = `${prefixOf(kind)}${source.replace(/[^\w-]+/g, '-')}`;
  if (plain === `${prefixOf(kind)}${source}` && plain.length <= longest) return plain;
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 8);
  return `${plain.slice(0, longest - hash.length - 1)}-${hash}`;
}

/** Whether the id is one that `statementId` gives to triggers of this kind. */
export function isStatementOf(kind: string, id: string): boolean {
  return id.startsWith(prefixOf(kind));
}

function prefixOf(kind: string): string {
  return `slsctl-${kind}-`;
}
