// The callers of functions that a command removes or imports: what others have made, and what still names the function.
import type { Aws } from '../aws/aws.ts';
import type { Plan } from '../engine/plan.ts';
import { describeError } from '../errors/describe-error.ts';
import { type CallersText, noCallers } from '../present/callers.ts';
import type { Caller, Callers } from '../resources/callers/find.ts';
import type { LiveFunction } from '../resources/function/settings.ts';

/** The callers of the functions that the plan removes. */
export async function callersOfRemoved(aws: Aws, { items }: Plan): Promise<CallersText> {
  const arns = items.flatMap(({ resource, action, live }) =>
    action === 'delete' && resource.kind === 'function'
      ? ((live as LiveFunction).configuration.FunctionArn ?? [])
      : [],
  );
  return callersOf(aws, arns);
}

/** The callers of functions, by their ARNs without qualifier. */
export async function callersOf(aws: Aws, functionArns: readonly string[]): Promise<CallersText> {
  if (functionArns.length === 0) return noCallers;
  const { findCallers } = await import('../resources/callers/find.ts');
  return inWords(aws, await findCallers(aws, functionArns));
}

function inWords(aws: Aws, { found, unknown }: Callers): CallersText {
  return {
    callers: found.map(({ kind, name, arn, removal, unsure }: Caller) => ({
      kind,
      name,
      function: arn.split(':').slice(6).join(':'),
      unsure,
      removal: removal && aws.commandLine(removal),
    })),
    notLookedFor: unknown.map(({ what, error }) => ({ what, reason: describeError(error).message })),
  };
}
