// Reports an error to the user: what failed, why, and what to type next.
import { inspect } from 'node:util';
import type { Described } from '../errors/described.ts';
import { Interrupted } from '../errors/user-error.ts';
import { nextText } from './next.ts';
import type { Ui } from './ui.ts';
import { harmless } from './visible.ts';

/** Writes it to stderr. `whole`: the error object, to print all its details (--verbose). */
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

/** Reports the error, in JSON mode in the answer too, and returns the exit code. */
export function reportError(
  ui: Ui,
  error: unknown,
  options: { describe: (error: unknown) => Described; verbose?: boolean },
): number {
  const described = options.describe(error);
  const { message, reason, exitCode } = described;
  const next = described.next && nextText(described.next, ui.place);
  // Users end a stream with Ctrl-C: that is not an error, and the answer has no further line.
  const ended = ui.streaming && error instanceof Interrupted;
  if (!ended) ui.answer({ error: { message, reason, next, exitCode } });
  tellError(ui, described, options.verbose ? error : undefined);
  return exitCode;
}
