// Changes one function in slsctl.yml and on AWS together: checks the edits, writes the file, applies the change.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type ConfigEdit, editConfig, writeConfig } from '../config/edit.ts';
import { loadProject } from '../config/load.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { hasChanges, type Plan, plan } from '../engine/plan.ts';
import { describeError } from '../errors/describe-error.ts';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { applyPlan } from '../present/apply-plan.ts';
import { reportFailures } from '../present/failures.ts';
import type { Scope } from '../resources/scope.ts';
import { type StackPackages, stack } from '../resources/stack.ts';
import { checkConfirmed, confirmNames, guardedIn, nameOf } from './confirm-name.ts';
import { refuseObstacles } from './obstacles.ts';
import { refuseLargeEnvironments } from './variables/environment-size.ts';

export interface ConfigChange {
  target: FunctionConfig;
  edits: readonly ConfigEdit[];
  /** Text for the change, as in "set STAGE" (in slsctl.yml). */
  done: string;
  /** Text for the case that neither the file nor AWS needed the change. */
  needless?: (file: string) => string;
  /** Checks the edited project before the file is written; throws a UserError to refuse it. */
  check?: (edited: Project) => Promise<void> | void;
  /** The parts of the function that the edits concern. */
  scope: Scope;
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
  const edit = await checkedEdit(context, project, change);
  const { changed } = edit;
  const changes = await planChange(context, change, edit);
  if (changes && (await confirmNames(context, guardedIn(changes, project))) === 'declined') {
    ui.note('nothing was changed');
    return exitCodes.failed;
  }
  if (changed) await writeConfig(project.file, changed);
  const done = changed ? `${change.done} in ${file}` : `${file} needs no change`;
  try {
    const result = await applyChange(context, changes);
    const report = { function: target.name, ...change.data, file: project.file };
    ui.answer({ ...report, written: changed !== undefined, result });
    if (result === 'failed') {
      ui.note(done);
      ui.next({ command: 'deploy', why: 'retries what failed' });
      return exitCodes.failed;
    }
    const needless = !changed && result === 'unchanged' ? change.needless?.(file) : undefined;
    ui.print(needless ?? `${done}; ${resultText(result, target.name)}`);
    if (result === 'absent') ui.next({ command: 'deploy' });
    return exitCodes.done;
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
  { cwd, env, options }: Context,
  { file }: Project,
  { edits, check, packages }: ConfigChange,
): Promise<Edit> {
  const before = await readFile(file, 'utf8');
  const after = editConfig(before, edits);
  const edited = await loadProject({ cwd, env, ...options, file: options.config, source: after }).catch(
    (cause: Error) => {
      throw badInput(cause.message, { reason: 'with this change; nothing was written', cause });
    },
  );
  await check?.(edited);
  return { changed: after === before ? undefined : after, edited, packages: await packages?.(edited) };
}

/** The plan for the parts that the change concerns; undefined: the function is not deployed. */
async function planChange(
  context: Context,
  { target, scope }: ConfigChange,
  { changed, edited, packages }: Edit,
): Promise<Plan | undefined> {
  const project =
    edited.references.length > 0
      ? await context.resolvedProject({ functions: [target.key], source: changed })
      : edited;
  const config = selectFunction(project, target.key);
  const parts = stack(project, await context.aws(), { ...packages, scope, functions: [config] });
  const changes = await plan(parts.resources);
  const item = changes.items.find(({ resource }) => resource === parts.functions[0]?.function);
  if (!item?.live) return undefined;
  refuseObstacles(changes, `deploy ${target.key}`);
  refuseLargeEnvironments(changes, parts);
  return changes;
}

async function applyChange(context: Context, changes: Plan | undefined): Promise<Result> {
  if (!changes) return 'absent';
  if (!hasChanges(changes)) return 'unchanged';
  return reportFailures(context, await applyPlan(context, changes)) === exitCodes.done ? 'applied' : 'failed';
}
