// `slsctl env`: environment variables, in slsctl.yml and on AWS together.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { describeError } from '../aws/error-advice.ts';
import { type EnvironmentEdit, editEnvironment, writeConfig } from '../config/edit.ts';
import { variableNameProblem } from '../config/function-schema.ts';
import { loadProject } from '../config/load.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { hasChanges, plan } from '../engine/plan.ts';
import { badInput, exitCodes, UserError } from '../errors.ts';
import { stack } from '../resources/stack.ts';
import { columns } from '../ui/table.ts';
import { inAllowedAccount } from './account.ts';
import { nextCommand } from './next-command.ts';
import { refuseObstacles } from './prepare.ts';
import { applyPlan, reportFailures } from './run-plan.ts';

export async function envList(context: Context, args: { function?: string }): Promise<void> {
  const { ui, options } = context;
  const { name } = selectFunction(await context.project(), args.function);
  const project = await context.resolvedProject({ functions: [name] });
  const target = selectFunction(project, name);
  const made = stack(project, await context.aws(), { functions: [target], only: 'environment' });
  const live = await made.functions[0]!.function.read();
  const declared = target.settings.Environment?.Variables ?? {};
  const there = live?.configuration.Environment?.Variables ?? {};
  const rows = [...new Set([...Object.keys(declared), ...Object.keys(there)])].sort().map((key) => ({
    key,
    value: options.showValues ? (declared[key] ?? there[key]) : '***',
    where: where(declared[key], there[key]),
  }));
  ui.answer({ function: target.name, deployed: live !== undefined, variables: rows });
  if (rows.length === 0) ui.print(`${target.name} has no environment variables`);
  else {
    const { bold, dim, yellow, green } = ui.style;
    const paint = { both: green, differs: yellow, config: yellow, live: yellow };
    ui.print(
      columns([
        ['KEY', 'VALUE', 'WHERE'].map((title) => dim(title)),
        ...rows.map((row) => [bold(row.key), row.value ?? '', paint[row.where](whereText[row.where])]),
      ]),
    );
  }
  if (!live) ui.note(`${target.name} is not deployed yet; next: ${nextCommand(context, 'deploy')}`);
  else if (rows.some((row) => row.where === 'config' || row.where === 'differs')) {
    ui.note(`next: ${nextCommand(context, 'deploy')}`);
  }
}

const whereText = {
  both: 'config and live',
  config: 'config only',
  live: 'live only',
  differs: 'config and live differ',
};

function where(declared: string | undefined, live: string | undefined): keyof typeof whereText {
  if (live === undefined) return 'config';
  if (declared === undefined) return 'live';
  return declared === live ? 'both' : 'differs';
}

export async function envSet(context: Context, { words }: { words: string[] }): Promise<number> {
  const project = await context.project();
  const [first = '', ...rest] = words;
  const named = !first.includes('=') && isFunction(project, first);
  const set: Record<string, string> = {};
  for (const word of named ? rest : words) {
    const equals = word.indexOf('=');
    if (equals < 0) {
      const names = project.functions.map(({ key }) => key).join(', ');
      throw badInput(`${JSON.stringify(word)} is not KEY=VALUE`, {
        reason: word === first ? `nor is it a function of this project; it has: ${names}` : undefined,
        next: 'slsctl env set [function] KEY=VALUE…',
      });
    }
    const key = word.slice(0, equals);
    checkName(key);
    set[key] = word.slice(equals + 1);
  }
  if (Object.keys(set).length === 0) throw badInput('nothing to set', { next: 'give KEY=VALUE' });
  const target = selectFunction(project, named ? first : undefined);
  return change(context, { project, target, set, unset: [] });
}

export async function envUnset(context: Context, { words }: { words: string[] }): Promise<number> {
  const project = await context.project();
  const [first = '', ...rest] = words;
  const named = isFunction(project, first);
  const unset = named ? rest : words;
  if (unset.length === 0) throw badInput(`which variables of ${first}?`, { next: 'give KEY…' });
  const target = selectFunction(project, named ? first : undefined);
  return change(context, { project, target, set: {}, unset });
}

function isFunction({ functions }: Project, word: string): boolean {
  return functions.some(({ key, name }) => key === word || name === word);
}

function checkName(key: string): void {
  const problem = variableNameProblem(key);
  if (problem) throw badInput(`${JSON.stringify(key)} ${problem}`);
}

interface Edit {
  project: Project;
  target: FunctionConfig;
  set: Record<string, string>;
  unset: string[];
}

async function change(context: Context, { project, target, set, unset }: Edit): Promise<number> {
  const { cwd, ui } = context;
  const file = relative(cwd, project.file) || project.file;
  const edit = { function: target.key, stage: project.stage, set, unset };
  const { changed, project: edited } = await checkedEdit(context, project, edit);
  if (changed) await writeConfig(project.file, changed);
  const keys = [...Object.keys(set), ...unset].join(', ');
  const verb = unset.length > 0 ? 'removed' : 'set';
  const done = changed ? `${verb} ${keys} in ${file}` : `${file} needs no change`;
  try {
    const resolved =
      edited.references.length > 0
        ? await context.resolvedProject({ functions: [target.key], source: changed })
        : edited;
    const config = selectFunction(resolved, target.key);
    const result = await applyEnvironment(context, resolved, config, unset);
    const exitCode = result === 'failed' ? exitCodes.failed : exitCodes.done;
    const report = { function: target.name, set: Object.keys(set), unset, file: project.file };
    ui.answer({ ...report, written: changed !== undefined, result });
    if (result === 'failed') {
      ui.note(`${done}; what failed: ${nextCommand(context, 'deploy')} tries again`);
      return exitCode;
    }
    if (!changed && result === 'unchanged' && unset.length > 0) {
      ui.print(`${keys}: not set, neither in ${file} nor on ${target.name}`);
    } else ui.print(`${done}; ${resultText(result, target.name)}`);
    if (result === 'absent') ui.note(`next: ${nextCommand(context, 'deploy')}`);
    return exitCode;
  } catch (cause) {
    context.signal.throwIfAborted();
    if (!changed) throw cause;
    const { message, reason, exitCode } = describeError(cause);
    throw new UserError(`${done}, but it could not be applied: ${message}`, exitCode, {
      reason,
      next: nextCommand(context, 'deploy'),
      cause,
    });
  }
}

type Result = 'applied' | 'unchanged' | 'absent' | 'failed';

function resultText(result: Result, name: string): string {
  if (result === 'absent') return `${name} is not deployed yet`;
  return result === 'applied' ? `applied to ${name}` : `${name} needs no change`;
}

/** The edited text (undefined: the same as before) and what it means, checked before anything is written. */
async function checkedEdit(
  { cwd, env, options }: Context,
  project: Project,
  edit: EnvironmentEdit,
): Promise<{ changed?: string; project: Project }> {
  const before = await readFile(project.file, 'utf8');
  const after = editEnvironment(before, edit);
  const edited = await loadProject({ cwd, env, ...options, file: options.config, source: after }).catch(
    (cause: Error) => {
      throw badInput(cause.message, { reason: 'with this change; nothing was written', cause });
    },
  );
  const declared = edited.functions.find(({ key }) => key === edit.function)?.settings.Environment?.Variables;
  const left = (edit.unset ?? []).filter((key) => key in (declared ?? {}));
  if (left.length > 0) {
    throw badInput(`${left.join(', ')} would still be declared: not in ${edit.function} itself`, {
      reason: `it comes from defaults${edit.stage ? ', or from what all stages share' : ''}; nothing was changed`,
      next: edit.stage ? 'remove it there, or run it without --stage' : 'remove it there, by hand',
    });
  }
  return { changed: after === before ? undefined : after, project: edited };
}

/** Makes the live environment of one function what is declared, and nothing else. */
async function applyEnvironment(
  context: Context,
  project: Project,
  config: FunctionConfig,
  unset: string[],
): Promise<Result> {
  const { resources } = stack(project, await context.aws(), {
    functions: [config],
    only: 'environment',
    unset,
  });
  const planned = await inAllowedAccount(context, () => plan(resources));
  if (planned.items.some(({ action }) => action === 'create')) return 'absent';
  refuseObstacles(context, planned, 'deploy');
  if (!hasChanges(planned)) return 'unchanged';
  return reportFailures(context, await applyPlan(context, planned)) === exitCodes.done ? 'applied' : 'failed';
}
