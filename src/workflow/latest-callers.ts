// Warns of calls of $LATEST: neither a canary nor a rollback changes which version answers them.

import type { FunctionConfig } from '../config/project.ts';
import { followers } from '../config/qualifiers.ts';
import type { Context } from '../context.ts';
import type { Plan } from '../engine/plan.ts';
import {
  isDeclaredLatest,
  type LatestCaller,
  latestCallers,
  latestMappings,
} from '../resources/function/latest-callers.ts';

/** For more functions than this, only their event source mappings are looked for, with one list for all. */
const manyFunctions = 10;

export interface CallsLatest {
  function: string;
  /** The alias that the callers do not follow. */
  alias: string;
  callers: LatestCaller[];
}

interface Followed {
  config: FunctionConfig;
  alias: string;
}

/** The functions with an alias that follows the deployments. */
export function followed(functions: readonly FunctionConfig[]): Followed[] {
  return functions.flatMap((config) => {
    const [alias] = followers(config.attachments);
    return alias === undefined ? [] : [{ config, alias }];
  });
}

/** What calls $LATEST of these functions, without what slsctl.yml declares for $LATEST. */
export async function callsOfLatest(
  context: Context,
  functions: readonly Followed[],
): Promise<CallsLatest[]> {
  if (functions.length === 0) return [];
  const aws = await context.aws();
  const mappings = functions.length > manyFunctions ? await latestMappings(aws) : undefined;
  const found = functions.map(async ({ config, alias }) => {
    const { name, attachments } = config;
    const callers = mappings ? mappings(name) : await latestCallers(aws, name);
    const undeclared = callers.filter((caller) => !isDeclaredLatest(caller, attachments));
    return { function: name, alias, callers: undeclared };
  });
  return (await Promise.all(found)).filter(({ callers }) => callers.length > 0);
}

/** Without the callers that the plan moves to another place or removes. */
export function withoutMoved(calls: readonly CallsLatest[], { items }: Plan): CallsLatest[] {
  return calls.flatMap((call) => {
    const own = items.filter(({ resource }) => resource.name === call.function);
    const removed = own.flatMap(({ resource: { kind }, changes }) =>
      changes.flatMap(({ path, from, to }) =>
        to === undefined ? [`${kind} ${path}`, `${kind} ${from}`] : [],
      ),
    );
    const leaves = ({ kind, name }: LatestCaller) =>
      kind === 'function URL'
        ? removed.includes(`function URL ${name}`)
        : removed.some((one) => one.endsWith(`permissions Statement.${name}`));
    const callers = call.callers.filter((caller) => !leaves(caller));
    return callers.length > 0 ? [{ ...call, callers }] : [];
  });
}

export function warnOfLatest({ ui }: Context, calls: readonly CallsLatest[]): void {
  for (const { function: name, alias, callers } of calls) {
    const lines = callers.map(
      (one) => `\n  ${one.kind} ${one.name}${one.caller === undefined ? '' : ` for ${one.caller}`}`,
    );
    ui.warn(
      `${name}: calls of $LATEST do not follow alias ${alias}, so neither a canary nor a rollback reaches them:${lines.join('')}\n` +
        `  let the callers call ${name}:${alias}, or write qualifier: $LATEST where this is intended`,
    );
  }
}
