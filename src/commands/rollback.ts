// `slsctl rollback`: moves aliases back to the versions that they served before.

import type { FunctionConfig } from '../config/project.ts';
import { selectFunctions } from '../config/select.ts';
import type { Context } from '../context.ts';
import { describeError } from '../errors/describe-error.ts';
import { badInput, type ExitCode, exitCodes, UserError } from '../errors/user-error.ts';
import { tellFailure } from '../present/failures.ts';
import { beforeChanges, tellCut } from '../present/interrupted.ts';
import { stageOf } from '../present/target-text.ts';
import {
  type AlreadyBack,
  planRollback,
  type Rollback,
  readAlias,
  rollBack,
} from '../resources/alias/rollback.ts';
import { columns } from '../ui/table.ts';
import { type CallsLatest, callsOfLatest, warnOfLatest } from '../workflow/latest-callers.ts';
import { ownFunction } from '../workflow/own-function.ts';
import { confirmed, withTarget } from '../workflow/with-target.ts';

export interface RollbackArgs {
  functions?: string[];
  alias?: string;
  to?: string;
}

export async function rollback(context: Context, args: RollbackArgs): Promise<ExitCode> {
  const { ui } = context;
  const project = await context.project();
  const { to } = args;
  if (to !== undefined && !/^[1-9]\d{0,9}$/.test(to)) {
    throw badInput(`--to is ${JSON.stringify(to)}; allowed: the number of a version`);
  }
  const named = (args.functions ?? []).length > 0;
  const selected = selectFunctions(project, args.functions)
    .filter((config) => named || project.functions.length === 1 || declares(config, args.alias))
    .map((config) => ({ config, alias: aliasOf(config, args.alias) }));
  if (selected.length === 0) {
    throw badInput(
      args.alias ? `no function declares an alias ${args.alias}` : 'no function declares an alias',
      withoutAlias(project.functions[0]?.key),
    );
  }
  if (to !== undefined && selected.length > 1) {
    throw badInput('--to is a version of one function', {
      next: `name one of: ${selected.map(({ config }) => config.key).join(', ')}`,
    });
  }
  const aws = await context.aws();
  // Every rollback is planned before the first alias is moved.
  const nothing = 'nothing was changed';
  const read = () =>
    Promise.all([
      Promise.all(
        selected.map(async ({ config, alias: name }) => {
          const [, live] = await Promise.all([
            ownFunction(context, config.key),
            readAlias(aws, config.name, name),
          ]);
          return { config, name, ...orProblem(() => planRollback(config.name, live, to)) };
        }),
      ),
      callsOfLatest(context, selected),
    ]);
  const [candidates, calls] = await beforeChanges(context, nothing, () =>
    withTarget(context, 'progress', read),
  );
  const plans = candidates.flatMap(({ plan, ...alias }) => (plan ? [{ ...alias, plan }] : []));
  const already = candidates.flatMap(({ already, ...alias }) => (already ? [{ ...alias, already }] : []));
  const [firstProblem] = candidates.flatMap(({ problem }) => problem ?? []);
  if (firstProblem && (named || plans.length + already.length === 0)) throw firstProblem;
  for (const { config, name, problem } of candidates) {
    if (problem) ui.note(`${config.name}:${name} stays: ${problem.message}`);
  }
  const asks = !named && project.functions.length > 1 && plans.length > 0;
  if (asks && !(await beforeChanges(context, nothing, () => mayRollBack(context, plans)))) {
    ui.note(nothing);
    return exitCodes.failed;
  }
  const results = await Promise.all(
    plans.map(async ({ config, name, plan }) => {
      const title = `roll back ${config.name}:${name} from version ${plan.from} to ${plan.to}`;
      const error = await ui
        .step(title, () => rollBack(aws, config.name, plan))
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      return { function: config.name, alias: name, plan, error };
    }),
  );
  if (context.signal.aborted) refuseCut(context, results);
  return report(context, { results, already, calls });
}

interface OfAlias {
  config: FunctionConfig;
  name: string;
}

interface Planned extends OfAlias {
  plan: Rollback;
}

interface Outcome {
  results: { function: string; alias: string; plan: Rollback; error: unknown }[];
  already: (OfAlias & { already: AlreadyBack })[];
  calls: CallsLatest[];
}

/** Tells which aliases an interrupted run has moved, and rejects unless it has moved all. */
function refuseCut(context: Context, results: Outcome['results']): void {
  const of = (moved: boolean) =>
    results
      .filter(({ error }) => (error === undefined) === moved)
      .map(({ function: name, alias }) => ({ kind: 'alias', name: `${name}:${alias}` }));
  const cutOff = of(false);
  if (cutOff.length === 0) return;
  tellCut(context, { done: of(true), cutOff, notStarted: [] }, ({ name }) => `roll back ${name}`);
  throw context.signal.reason;
}

function orProblem(plan: () => Rollback | AlreadyBack): {
  plan?: Rollback;
  already?: AlreadyBack;
  problem?: UserError;
} {
  try {
    const planned = plan();
    return 'serves' in planned ? { already: planned } : { plan: planned };
  } catch (error) {
    if (error instanceof UserError) return { problem: error };
    throw error;
  }
}

/** Asks before functions are rolled back that the user has not named. */
async function mayRollBack(context: Context, plans: readonly Planned[]): Promise<boolean> {
  const { ui, options } = context;
  if (options.yes) return true;
  ui.error(
    columns(plans.map(({ config, name, plan }) => [`${config.name}:${name}`, `${plan.from} → ${plan.to}`])),
  );
  const these = plans.length === 1 ? 'this function' : `these ${plans.length} functions`;
  if (!ui.interactive) {
    throw badInput(`this rolls back ${these.replace('these ', '')}, and there is no terminal to ask on`, {
      next: 'name the functions, or run it again with --yes',
    });
  }
  const of = stageOf(await context.project());
  return confirmed(context, (account) => `Roll back ${these} of ${of}, in ${account}?`);
}

function report(context: Context, { results, already, calls }: Outcome): ExitCode {
  const { ui } = context;
  const { bold } = ui.style;
  const failed = results.filter(({ error }) => error !== undefined);
  const [only] = failed;
  if (only && results.length === 1) throw only.error;
  ui.answer({
    rollbacks: [
      ...results.map(({ function: name, alias, plan, error }) => ({
        function: name,
        alias,
        from: plan.from,
        to: plan.to,
        ...(error === undefined ? {} : { error: describeError(error).message }),
      })),
      ...already.map(({ config, name, already: { serves, left } }) => ({
        function: config.name,
        alias: name,
        from: left ?? serves,
        to: serves,
        already: true,
      })),
    ],
    callsLatest: calls,
  });
  const done = results.filter(({ error }) => error === undefined);
  const rows = [
    ...done.map((result) => [
      bold(`${result.function}:${result.alias}`),
      `${result.plan.from} → ${result.plan.to}`,
    ]),
    ...already.map(({ config, name, already: { serves, left } }) => [
      bold(`${config.name}:${name}`),
      left === undefined
        ? `serves version ${serves} already`
        : `serves version ${serves} already: it was rolled back from version ${left}`,
    ]),
  ];
  if (rows.length > 0) ui.print(columns(rows));
  for (const { function: name, alias, error } of failed) {
    tellFailure(context, `${name}:${alias}`, error);
  }
  warnOfLatest(context, calls);
  if (done.length > 0) {
    ui.note(`the next deployment moves ${done.length > 1 ? 'them' : 'it'} forward again: fix the code first`);
  }
  for (const {
    config,
    already: { before },
  } of already) {
    if (before === undefined) continue;
    ui.next({ command: `rollback ${config.name} --to ${before}`, why: 'goes back further' });
  }
  const [first] = results;
  if (first) ui.next({ command: `versions ${first.function}` });
  return failed.length > 0 ? exitCodes.failed : exitCodes.done;
}

function withoutAlias(key = '') {
  return {
    reason: 'a rollback moves an alias, and callers must call the function by that alias',
    next: [{ command: `alias set ${key} live` }, ', then deploy, and call the function by that alias'],
  };
}

function declares({ attachments }: FunctionConfig, alias: string | undefined): boolean {
  const declared = Object.entries(attachments?.aliases ?? {}).filter(([, one]) => one);
  return alias === undefined ? declared.length > 0 : declared.some(([name]) => name === alias);
}

/** The alias that the user named, or the only one that follows the deployments. */
function aliasOf({ key, attachments }: FunctionConfig, wanted: string | undefined): string {
  const declared = Object.entries(attachments?.aliases ?? {}).filter(([, one]) => one);
  const kept = declared.find(([name, one]) => name === wanted && one?.version !== undefined);
  if (kept) {
    throw badInput(`alias ${wanted} of ${key} is kept at version ${kept[1]?.version} by slsctl.yml`, {
      next: { command: `alias set ${key} ${wanted} --to VERSION` },
    });
  }
  if (wanted !== undefined) return wanted;
  const following = declared.filter(([, one]) => one?.version === undefined).map(([name]) => name);
  const [only, ...others] = following;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    throw badInput(`which alias of ${key}? it has ${following.join(', ')}`, { next: 'pass --alias NAME' });
  }
  throw badInput(`function ${key} declares no alias that follows the deployments`, withoutAlias(key));
}
