// An error in front of the user: what failed, why, what to type next; and the last words of a failed command.
import { inspect } from 'node:util';
import type { Described } from '../errors/described.ts';
import { Interrupted } from '../errors/user-error.ts';
import { nextText } from './next.ts';
import type { Ui } from './ui.ts';
import { harmless } from './visible.ts';

/** Says it on stderr. `whole`: the error itself, when all that is known of it is wanted. */
export function tellError(
  { style, error, place }: Ui,
  { message, reason, next }: Omit<Described, 'exitCode'>,
  whole?: unknown,
): void {
  const lines = [`${style.red('error:')} ${harmless(message)}`];
  if (reason) lines.push(`${style.dim('cause:')} ${harmless(reason)}`);
  if (next) lines.push(`${style.dim(' next:')} ${harmless(nextText(next, place))}`);
  if (whole !== undefined) lines.push(inspect(whole));
  error(lines.join('\n'));
}

/** Tells the error, in JSON mode as the answer too, and answers the exit code. */
export function reportError(
  ui: Ui,
  error: unknown,
  options: { describe: (error: unknown) => Described; verbose?: boolean },
): number {
  const described = options.describe(error);
  const { message, reason, exitCode } = described;
  const next = described.next && nextText(described.next, ui.place);
  // To interrupt a stream is how one ends it: its lines are all the answer there is.
  const ended = ui.streaming && error instanceof Interrupted;
  if (!ended) ui.answer({ error: { message, reason, next, exitCode } });
  tellError(ui, described, options.verbose ? error : undefined);
  return exitCode;
}
