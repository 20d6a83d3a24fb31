// The last words of a failed command: what failed, why, what to type next.
import { inspect } from 'node:util';
import type { Ui } from './ui.ts';

export interface Described {
  message: string;
  reason?: string;
  next?: string;
  exitCode: number;
}

/** Prints the error and answers the exit code. The stack is shown only when verbose. */
export function reportError(
  ui: Ui,
  error: unknown,
  options: { describe: (error: unknown) => Described; verbose?: boolean },
): number {
  const { message, reason, next, exitCode } = options.describe(error);
  ui.answer({ error: { message, reason, next, exitCode } });
  const { style } = ui;
  const lines = [`${style.red('error:')} ${message}`];
  if (reason) lines.push(`${style.dim('cause:')} ${reason}`);
  if (next) lines.push(`${style.dim(' next:')} ${next}`);
  if (options.verbose) lines.push(inspect(error));
  ui.error(lines.join('\n'));
  return exitCode;
}
