// A change of one function, in slsctl.yml and on AWS together: checked, written, applied at once.
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
import { refuseObstacles } from './obstacles.ts';

export interface ConfigChange {
  target: FunctionConfig;
  edits: readonly ConfigEdit[];
  /** What it does to the file, as in "set STAGE" in slsctl.yml. */
  done: string;
  /** Said instead, when neither the file nor AWS needed it. */
  needless?: (file: string) => string;
  /** Refuses what the edited file would mean, before it is written: throws a UserError. */
  check?: (edited: Project) => Promise<void> | void;
  /** What of the function the edits are about. */
  scope: Scope;
  /** The packages that this takes, of the edited project; made before the file is written, since they may fail. */
  packages?: (edited: Project) => Promise<StackPackages>;
  /** What the answer in JSON says of the change. */
  data: object;
}

/**
 * Writes the edits and makes the live function what they say, and nothing else of it; resolves with the exit
 * code. Rejects with a UserError when the edited file would be wrong (exit 2), or AWS cannot tell what is to
 * be done for it: then nothing is written.
 */
export async function changeConfig(context: Context, change: ConfigChange): Promise<number> {
  const { cwd, ui } = context;
  const { target } = change;
  const project = await context.project();
  const file = relative(cwd, project.file) || project.file;
  const edit = await checkedEdit(context, project, change);
  const { changed } = edit;
  const planned = await planChange(context, change, edit);
  if (changed) await writeConfig(project.file, changed);
  const done = changed ? `${change.done} in ${file}` : `${file} needs no change`;
  try {
    const result = await applyChange(context, planned);
    const report = { function: target.name, ...change.data, file: project.file };
    ui.answer({ ...report, written: changed !== undefined, result });
    if (result === 'failed') {
      ui.note(done);
      ui.next({ command: 'deploy', why: 'tries again what failed' });
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
  /** The edited text; undefined: the same as before. */
  changed?: string;
  edited: Project;
  packages?: StackPackages;
}

/** What the edits make of the file, checked before anything is written. */
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

/** What is to be done for the live function, as far as the change is about it; undefined: there is none. */
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
  const made = stack(project, await context.aws(), { ...packages, scope, functions: [config] });
  const planned = await plan(made.resources);
  const own = planned.items.find(({ resource }) => resource === made.functions[0]?.function);
  if (!own?.live) return undefined;
  refuseObstacles(planned, `deploy ${target.key}`);
  return planned;
}

async function applyChange(context: Context, planned: Plan | undefined): Promise<Result> {
  if (!planned) return 'absent';
  if (!hasChanges(planned)) return 'unchanged';
  return reportFailures(context, await applyPlan(context, planned)) === exitCodes.done ? 'applied' : 'failed';
}
