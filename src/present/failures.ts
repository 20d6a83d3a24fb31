// What failed of a run, and what was left out because of it: as text and as data.
import type { Context } from '../context.ts';
import type { Outcome } from '../engine/graph.ts';
import { kindAndName } from '../engine/resource.ts';
import { describeError } from '../errors/describe-error.ts';
import { type ExitCode, exitCodes } from '../errors/user-error.ts';
import { nextText } from '../ui/next.ts';
import { tellError } from '../ui/report-error.ts';
import type { Ui } from '../ui/ui.ts';

/** Says on stderr why something failed that the command went on without; answers the exit code of such an error. */
export function tellFailure({ ui, options }: Context, what: string, error: unknown): ExitCode {
  const { message, reason, next, exitCode } = describeError(error);
  tellError(ui, { message: `${what}: ${message}`, reason, next }, options.verbose ? error : undefined);
  return exitCode;
}

/** Says what failed and what was therefore left out; answers the exit code. */
export function reportFailures(context: Context, { failed, skipped }: Outcome): ExitCode {
  const { ui } = context;
  let exitCode: ExitCode = failed.length + skipped.length > 0 ? exitCodes.failed : exitCodes.done;
  for (const { resource, error } of failed) {
    const code = tellFailure(context, kindAndName(resource), error);
    if (code === exitCodes.credentials) exitCode = code;
  }
  for (const resource of skipped) {
    ui.error(`${ui.style.yellow('left out:')} ${kindAndName(resource)}, which waits for what failed`);
  }
  return exitCode;
}

/** Failures as data. */
export function failureData({ place }: Ui, { failed, skipped }: Outcome) {
  return {
    failed: failed.map(({ resource, error }) => {
      const { message, reason, next } = describeError(error);
      const { kind, name } = resource;
      return { kind, name, message, reason, next: next && nextText(next, place) };
    }),
    skipped: skipped.map(({ kind, name }) => ({ kind, name })),
  };
}
