// The failures of a run, and the steps that were skipped because of them: as text and as data.
import type { Context } from '../context.ts';
import type { Outcome } from '../engine/graph.ts';
import { kindAndName } from '../engine/resource.ts';
import { describeError } from '../errors/describe-error.ts';
import { type ExitCode, exitCodes } from '../errors/user-error.ts';
import { nextText } from '../ui/next.ts';
import { tellError } from '../ui/report-error.ts';
import type { Ui } from '../ui/ui.ts';

/** Reports on stderr a failure that does not stop the command; returns the exit code of such an error. */
export function tellFailure({ ui, options }: Context, what: string, error: unknown): ExitCode {
  const { message, reason, next, exitCode } = describeError(error);
  tellError(ui, { message: `${what}: ${message}`, reason, next }, options.verbose ? error : undefined);
  return exitCode;
}

/** Reports what failed and what was skipped because of it; returns the exit code. */
export function reportFailures(context: Context, { failed, skipped }: Outcome): ExitCode {
  const { ui } = context;
  let exitCode: ExitCode = failed.length + skipped.length > 0 ? exitCodes.failed : exitCodes.done;
  for (const { resource, error } of failed) {
    const code = tellFailure(context, kindAndName(resource), error);
    if (code === exitCodes.credentials) exitCode = code;
  }
  for (const resource of skipped) {
    ui.error(`${ui.style.yellow('left out:')} ${kindAndName(resource)}, because a step before it failed`);
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
