// The callers of removed functions, as text. They belong to others, so slsctl names them and leaves them alone.
import type { Style } from '../ui/ui.ts';

/** A caller in words. */
export interface CallerText {
  kind: string;
  name: string;
  /** The function's name, with the qualifier that it names. */
  function: string;
  /** Only the resource policy of the function says so. */
  unsure?: boolean;
  /** The line to type; undefined: no single command removes it. */
  removal?: string;
}

export interface CallersText {
  callers: CallerText[];
  /** What could not be looked for, and why. */
  notLookedFor: { what: string; reason: string }[];
}

export const noCallers: CallersText = { callers: [], notLookedFor: [] };

/** Before the removal: one line for each caller. */
export function callersBefore({ callers }: CallersText, { yellow }: Style): string[] {
  return callers.map((caller) => yellow(`  ! ${named(caller)} and stays: slsctl did not make it`));
}

/** The last lines of a receipt: what remains of others, and what was not looked for. */
export function callersAfter({ callers, notLookedFor }: CallersText, style: Style): string[] {
  return [
    ...callers.flatMap((caller) => [
      style.yellow(`! ${named(caller)}`),
      ...(caller.removal === undefined ? [] : [style.dim(`    ${caller.removal}`)]),
    ]),
    ...notLookedFor.map(({ what, reason }) => style.dim(`not looked for: ${what} (${reason})`)),
  ];
}

function named({ kind, name, function: target, unsure }: CallerText): string {
  return `${kind} ${name} ${unsure ? 'may still call' : 'still calls'} ${target}`;
}
