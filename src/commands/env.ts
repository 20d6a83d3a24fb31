// `slsctl env`: environment variables, in slsctl.yml and on AWS together.
import { functionPath } from '../config/edit.ts';
import type { FunctionConfig, Project } from '../config/project.ts';
import { variableNameProblem } from '../config/schema/function.ts';
import { selectFunction } from '../config/select.ts';
import type { Context } from '../context.ts';
import { badInput } from '../errors/user-error.ts';
import { FunctionResource } from '../resources/function/function-resource.ts';
import { environmentScope } from '../resources/scope.ts';
import { columns } from '../ui/table.ts';
import { changeConfig } from '../workflow/change-config.ts';
import { stillInherited } from '../workflow/inherited.ts';

export async function envList(context: Context, args: { function?: string }): Promise<void> {
  const { ui, options } = context;
  const { name } = selectFunction(await context.project(), args.function);
  const project = await context.resolvedProject({ functions: [name] });
  const target = selectFunction(project, name);
  const live = await new FunctionResource(await context.aws(), { name: target.name }).read();
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
        ...rows.map((row) => [
          bold(row.key),
          onOneLine(row.value ?? ''),
          paint[row.where](whereText[row.where]),
        ]),
      ]),
    );
  }
  if (!live) ui.note(`${target.name} is not deployed yet`);
  if (!live || rows.some((row) => row.where === 'config' || row.where === 'differs')) {
    ui.next({ command: 'deploy' });
  }
}

/** As JSON where it would break the lines of a table. */
function onOneLine(value: string): string {
  return /\p{Cc}/u.test(value) ? JSON.stringify(value) : value;
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
        next: { command: 'env set [function] KEY=VALUE…' },
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

interface Variables {
  project: Project;
  target: FunctionConfig;
  set: Record<string, string>;
  unset: string[];
}

function change(context: Context, { project, target, set, unset }: Variables): Promise<number> {
  const place = [...functionPath(target.key, project.stage), 'environment'];
  const keys = [...Object.keys(set), ...unset].join(', ');
  const removal = unset.length > 0;
  return changeConfig(context, {
    target,
    edits: [
      ...Object.entries(set).map(([key, value]) => ({ path: [...place, key], value })),
      ...unset.map((key) => ({ path: [...place, key], value: undefined })),
    ],
    done: `${removal ? 'removed' : 'set'} ${keys}`,
    needless: removal ? (file) => `${keys}: not set, neither in ${file} nor on ${target.name}` : undefined,
    check: (edited) => refuseInherited(edited, target, unset),
    scope: environmentScope(unset),
    data: { set: Object.keys(set), unset },
  });
}

/** A variable that the function has from elsewhere does not go with its own. */
function refuseInherited(project: Project, target: FunctionConfig, unset: string[]): void {
  const declared = selectFunction(project, target.key).settings.Environment?.Variables ?? {};
  const left = unset.filter((name) => Object.hasOwn(declared, name));
  if (left.length === 0) return;
  throw stillInherited(`${left.join(', ')} would still be declared`, target, project);
}
