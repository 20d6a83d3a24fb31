// The callers of functions that a command removes or imports: what others have made, and what still names the function.
import type { Aws } from '../aws/aws.ts';
import type { Plan } from '../engine/plan.ts';
import { describeError } from '../errors/describe-error.ts';
import { type CallersText, noCallers } from '../present/callers.ts';
import type { CallerName } from '../resources/callers/caller.ts';
import type { Caller, Callers, Policy } from '../resources/callers/find.ts';
import type { LiveFunction } from '../resources/function/settings.ts';
import { callersIn } from '../resources/triggers/trigger.ts';

/** A function that is removed, with the aliases that slsctl.yml declares. */
export interface RemovedFunction {
  name: string;
  aliases: readonly string[];
}

/** Starts to read the policies of these functions, beside the plan of their removal and before it takes the policies away. */
export async function startPolicies(
  aws: Aws,
  functions: readonly RemovedFunction[],
): Promise<Map<string, Promise<Policy[]>>> {
  const { readPolicies } = await import('../resources/callers/find.ts');
  return new Map(
    functions.map(({ name, aliases }) => {
      const policies = readPolicies(aws, name, aliases);
      // Reported where they are needed; a plan that fails needs none.
      policies.catch(() => {});
      return [name, policies];
    }),
  );
}

/** The callers of the functions that the plan removes. */
export async function callersOfRemoved(
  aws: Aws,
  { items }: Plan,
  policies?: ReadonlyMap<string, Promise<Policy[]>>,
): Promise<CallersText> {
  const arns = items.flatMap(({ resource, action, live }) =>
    action === 'delete' && resource.kind === 'function'
      ? ((live as LiveFunction).configuration.FunctionArn ?? [])
      : [],
  );
  const removed = items.flatMap(({ resource, action, live }) =>
    action === 'delete' ? callersIn(resource, live) : [],
  );
  return withoutCallers(await callersOf(aws, arns, policies), removed);
}

/** Without the project's own. */
export function withoutCallers(text: CallersText, own: readonly CallerName[]): CallersText {
  const isOwn = ({ kind, name }: CallerName) => own.some((one) => one.kind === kind && one.name === name);
  return { ...text, callers: text.callers.filter((caller) => !isOwn(caller)) };
}

/** The callers of functions, by their ARNs without qualifier. */
export async function callersOf(
  aws: Aws,
  functionArns: readonly string[],
  policies?: ReadonlyMap<string, Promise<Policy[]>>,
): Promise<CallersText> {
  if (functionArns.length === 0) return noCallers;
  const { findCallers } = await import('../resources/callers/find.ts');
  return inWords(aws, await findCallers(aws, functionArns, policies));
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
