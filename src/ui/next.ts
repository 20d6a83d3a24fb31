// Writes the advice of what to do or type next as text for the user.
import type { Next, NextCommand, NextPart } from '../errors/next.ts';

/** `place`: the global options that say where the user's commands run, as they are typed; empty: none. */
export function nextText(next: Next, place: string): string {
  const parts: readonly NextPart[] = isList(next) ? next : [next];
  return parts.map((part) => (typeof part === 'string' ? part : commandText(part, place))).join('');
}

function commandText({ command, why }: NextCommand, place: string): string {
  const typed = ['slsctl', command, place].filter(Boolean).join(' ');
  return why === undefined ? typed : `${typed}: ${why}`;
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(next: Next): next is readonly NextPart[] {
  return Array.isArray(next);
}
