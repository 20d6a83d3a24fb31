// Changes one function in slsctl.yml and on AWS together: checks the edits, writes the file, applies the change.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type ConfigEdit, editConfig, writeConfig } from '../config/edit.ts';
import { loadProject } from '../config/load.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import { namesAccount } from '../config/things/triggers.ts';
import type { Context } from '../context.ts';
import { hasChanges, type Plan, plan } from '../engine/plan.ts';
import { describeError } from '../errors/describe-error.ts';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { applyPlan } from '../present/apply-plan.ts';
import { reportFailures } from '../present/failures.ts';
import { beforeChanges } from '../present/interrupted.ts';
import type { LiveFunction } from '../resources/function/settings.ts';
import type { Scope } from '../resources/scope.ts';
import { type StackPackages, stack } from '../resources/stack.ts';
import { tellError } from '../ui/report-error.ts';
import { deployForAliases, type LaggingAlias, readFollowers } from './lagging-aliases.ts';
import { checkConfirmed, confirmNames, guardedIn, nameOf } from './owners/confirm-name.ts';
import { refuseObstacles } from './owners/obstacles.ts';
import { refuseTriggers } from './triggers/problems.ts';
import { refuseLargeEnvironments } from './variables/environment-size.ts';

export interface ConfigChange {
  target: FunctionConfig;
  edits: readonly ConfigEdit[];
  /** Text for the change, as in "set STAGE" (in slsctl.yml). */
  done: string | ((live: LiveFunction | undefined) => string);
  /** Text for the case that neither the file nor AWS needed the change. */
  needless?: (file: string) => string;
  /** Names that the change is about, and that are neither in the file nor on AWS. They are an error (exit 1). */
  missing?: (live: LiveFunction | undefined) => readonly string[];
  /** Checks the edited project before the file is written; throws a UserError to refuse it. */
  check?: (edited: Project) => Promise<void> | void;
  /** The parts of the function that the edits concern. */
  scope: Scope;
  /** Versions contain what the edits change, so aliases serve it only after a deployment. */
  versioned?: boolean;
  /** Builds the packages that the change needs. Called before the file is written, because it may fail. */
  packages?: (edited: Project) => Promise<StackPackages>;
  /** Fields for the answer in JSON. */
  data: object;
}

/**
 * Writes the edits to the file and applies them, and only them, to the live function. Resolves with the exit code.
 * Rejects with a UserError, and writes nothing, when the edited file would be invalid (exit 2) or the live state cannot
 * be read.
 */
export async function changeConfig(context: Context, change: ConfigChange): Promise<number> {
  const { cwd, ui } = context;
  const { target } = change;
  const project = await context.project();
  checkConfirmed(context, [nameOf(project)]);
  const file = relative(cwd, project.file) || project.file;
  const nothing = 'nothing was changed';
  const [{ changed }, planned] = await beforeChanges(context, nothing, async () => {
    const edit = await checkedEdit(context, project, change);
    return [edit, await planChange(context, change, edit)] as const;
  });
  const missing = change.missing?.(planned.live) ?? [];
  const confirm = async () => planned.plan && (await confirmNames(context, guardedIn(planned.plan, project)));
  if ((await beforeChanges(context, nothing, confirm)) === 'declined') {
    ui.note(nothing);
    return exitCodes.failed;
  }
  if (changed) await writeConfig(project.file, changed);
  const doing = typeof change.done === 'string' ? change.done : change.done(planned.live);
  const done = changed ? `${doing} in ${file}` : `${file} needs no change`;
  try {
    const result = await applyChange(context, planned);
    const aliases = result === 'applied' || result === 'unchanged' ? planned.lagging() : [];
    ui.answer({
      ...{ function: target.name, ...change.data, file: project.file },
      ...{ written: changed !== undefined, result },
      ...(change.missing ? { missing } : {}),
      ...(change.versioned ? { stillServing: aliases } : {}),
    });
    if (result === 'failed') {
      ui.note(done);
      ui.next({ command: 'deploy', why: 'retries what failed' });
      return exitCodes.failed;
    }
    const nothing = !changed && result !== 'applied';
    if (missing.length === 0 || !nothing) {
      const needless = nothing && result === 'unchanged' ? change.needless?.(file) : undefined;
      ui.print(needless ?? `${done}; ${resultText(result, target.name)}`);
    }
    if (result === 'absent' && changed) ui.next({ command: 'deploy' });
    if (aliases.length > 0) ui.next(deployForAliases(target.key, aliases));
    if (missing.length === 0) return exitCodes.done;
    tellError(ui, { message: `${missing.join(', ')}: not set, neither in ${file} nor on ${target.name}` });
    return exitCodes.failed;
  } catch (cause) {
    if (!changed) throw cause;
    if (context.signal.aborted) {
      ui.note(`done: ${done}, which is not applied yet`);
      ui.next({ command: 'deploy', why: 'applies it' });
      throw context.signal.reason;
    }
    const { message, reason, exitCode } = describeError(cause);
    throw new UserError(`${done}, but it could not be applied: ${message}`, exitCode, {
      reason,
      next: { command: 'deploy' },
      cause,
    });
  }
}

type Result = 'applied' | 'unchanged' | 'absent' | 'failed';

function resultText(result: Result, name: string): string {
  if (result === 'absent') return `${name} is not deployed yet`;
  return result === 'applied' ? `applied to ${name}` : `${name} needs no change`;
}

interface Edit {
  /** The edited text; undefined: nothing changed. */
  changed?: string;
  edited: Project;
  packages?: StackPackages;
}

/** Applies the edits to the file's text and checks the result; writes nothing. */
async function checkedEdit(
  { cwd, env, options, secrets }: Context,
  { file }: Project,
  { edits, check, packages }: ConfigChange,
): Promise<Edit> {
  const before = await readFile(file, 'utf8');
  const after = editConfig(before, edits);
  const edited = await loadProject({
    cwd,
    env,
    secrets,
    ...options,
    file: options.config,
    source: after,
  }).catch((cause: Error) => {
    throw badInput(cause.message, { reason: 'with this change; nothing was written', cause });
  });
  await check?.(edited);
  return { changed: after === before ? undefined : after, edited, packages: await packages?.(edited) };
}

interface Planned {
  /** undefined: the function is not deployed. */
  plan?: Plan;
  live?: LiveFunction;
  /** Aliases that serve a version without the change, once it is applied. */
  lagging(): LaggingAlias[];
}

/** The plan for the parts that the change concerns. */
async function planChange(
  context: Context,
  { target, scope, versioned }: ConfigChange,
  { changed, edited, packages }: Edit,
): Promise<Planned> {
  const project =
    edited.references.length > 0
      ? await context.resolvedProject({ functions: [target.key], source: changed })
      : edited;
  const config = selectFunction(project, target.key);
  const aws = await context.awsForProject();
  // The change may be the first that names the account.
  if (namesAccount(project)) await aws.knowAccount();
  const parts = stack(project, aws, { ...packages, scope, functions: [config] });
  const [own] = parts.functions;
  // The environment of the function may hold the names of its sources.
  context.secrets.ordinary(...parts.things.all.map(({ name }) => name));
  const [changes, lagging] = await Promise.all([
    plan(parts.resources, parts.leftBehind()),
    own && versioned ? readFollowers(aws, { ...own, config }) : () => [],
  ]);
  const item = changes.items.find(({ resource }) => resource === own?.function);
  if (!item?.live) return { lagging: () => [] };
  await refuseObstacles(context, changes, `deploy ${target.key}`);
  refuseLargeEnvironments(changes, parts);
  await refuseTriggers(context, changes, changed);
  return { plan: changes, live: item.live as LiveFunction, lagging };
}

async function applyChange(context: Context, { plan: changes }: Planned): Promise<Result> {
  if (!changes) return 'absent';
  if (!hasChanges(changes)) return 'unchanged';
  return reportFailures(context, await applyPlan(context, changes)) === exitCodes.done ? 'applied' : 'failed';
}
