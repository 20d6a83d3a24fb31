// `slsctl init --from-function`: imports a live function as a project whose plan is empty.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { configName } from '../../config/find.ts';
import type { Context } from '../../context.ts';
import type { NextPart } from '../../errors/next.ts';
import { badInput } from '../../errors/user-error.ts';
import { importFunction } from '../../resources/function/import.ts';
import { adoptionFlags } from '../../resources/owned/adoption.ts';
import { ownerName } from '../../resources/owned/ownership.ts';
import { callersOf, withoutCallers } from '../callers.ts';
import { keepEditorSchema } from '../editor-schema.ts';
import { refuseExisting } from '../new-project.ts';
import { codeFolder, download } from './code.ts';
import { ownerText, writeProject } from './write-project.ts';

export interface ImportArgs {
  dir?: string;
  fromFunction: string;
}

/** Writes slsctl.yml and the code. Rejects (exit 2) when one of them exists already. */
export async function importProject(context: Context, args: ImportArgs): Promise<void> {
  const { ui, cwd } = context;
  const given = plainName(args.fromFunction);
  const dir = resolve(cwd, args.dir ?? '.');
  const zipName = `${given.slice(given.lastIndexOf(':') + 1)}.zip`;
  await refuseExisting(dir, [configName, codeFolder, zipName], {
    command: 'init another-folder --from-function NAME',
  });
  const aws = await context.aws();
  const imported = await ui.step(`read function ${given}`, () => importFunction(aws, given));
  const { name, owner, leftOut } = imported;
  const zip =
    imported.code && (await ui.step(`download the code of ${name}`, () => download(context, aws, imported)));
  await mkdir(dir, { recursive: true });
  await keepEditorSchema(dir);
  const { secrets, code } = await writeProject(context, { dir, region: aws.region, imported, zip });
  if (zip) await ignoreBuilds(dir);

  const found = await callersOf(aws, [imported.arn]);
  const { callers, notLookedFor } = withoutCallers(found, imported.callers);
  const at = relative(cwd, dir) || '.';
  ui.print(`imported ${ui.style.bold(name)} into ${at}: ${[configName, code].filter(Boolean).join(', ')}`);
  if (owner)
    ui.warn(`${name} ${ownerText(owner)}; ${configName} is a project of its own, and does not change it`);
  for (const { field, reason } of leftOut) {
    ui.warn(`${field} is not in ${configName}, and stays as it is on AWS: ${reason}`);
  }
  for (const { kind, name: caller, function: target } of callers) {
    ui.warn(`${kind} ${caller} calls ${target}; it is not in ${configName}, and stays as it is on AWS`);
  }
  for (const { what, reason } of notLookedFor) ui.note(`not looked for: ${what} (${reason})`);
  if (secrets.length > 0) {
    ui.warn(
      `left out, since they look like secrets: ${secrets.join(', ')}; they stay as they are on AWS (--show-values writes them to slsctl.yml)`,
    );
  }
  ui.answer({ dir, function: name, owner, code, leftOut, callers, notLookedFor, secrets });
  const enter = dir === cwd ? '' : `cd ${at} && `;
  const [flag] = adoptionFlags(owner ? { from: [ownerName(owner)] } : { unmarked: true });
  const take: NextPart[] = ['; ', { command: `deploy ${flag}`, why: "makes it the project's own" }];
  ui.next([enter, { command: 'plan' }, ...take]);
}

/** A name or an ARN, without a version. */
function plainName(given: string): string {
  const arn = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:([\w-]+)$/.exec(given);
  if (arn) return given;
  if (/^[\w-]{1,64}$/.test(given)) return given;
  throw badInput(`--from-function is ${JSON.stringify(given)}; allowed: the name or ARN of a function`, {
    reason: 'only the function itself can be imported, not a version or alias of it',
  });
}

/** Adds slsctl's folder to .gitignore, and keeps the lines that a user may have in that file. */
async function ignoreBuilds(dir: string): Promise<void> {
  const file = join(dir, '.gitignore');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.split(/\r?\n/).includes('.slsctl/')) return;
  await writeFile(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.slsctl/\n`);
}
