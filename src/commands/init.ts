// `slsctl init`: creates a project from a template or from a live function.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { badInput, UserError } from '../errors/user-error.ts';
import { installed } from '../installation.ts';
import { columns } from '../ui/table.ts';
import { keepEditorSchema } from '../workflow/editor-schema.ts';
import { projectName, refuseExisting } from '../workflow/new-project.ts';

const templates: Record<string, string> = {
  'hello-python': 'a greeting in Python',
  'hello-node': 'the same in Node.js',
  'hello-typescript': 'the same in TypeScript',
  'api-python': 'an HTTP API in Python, with a table behind it',
  'api-typescript': 'the same in TypeScript',
  'url-node': 'a function in Node.js with an address of its own',
  's3-python': 'a function in Python, called by each upload to a bucket',
  'sqs-node': 'a worker in Node.js for the messages of a queue',
  'schedule-python': 'a job in Python that runs on a schedule',
  'event-python': 'a function in Python, called by events on a bus',
};

export interface InitArgs {
  dir?: string;
  template?: string;
  list?: boolean;
  fromFunction?: string;
}

export async function init(context: Context, args: InitArgs): Promise<void> {
  const { ui, cwd } = context;
  if (args.fromFunction !== undefined) {
    if (args.template !== undefined) throw badInput('--template and --from-function exclude each other');
    const { importProject } = await import('../workflow/import/import-project.ts');
    return importProject(context, { dir: args.dir, fromFunction: args.fromFunction });
  }
  if (args.list) {
    ui.print(columns(Object.entries(templates)));
    ui.answer({
      templates: Object.entries(templates).map(([name, description]) => ({ name, description })),
    });
    return;
  }
  const names = Object.keys(templates);
  const template =
    args.template ?? (ui.interactive ? await ui.ask(`Template (${names.join(', ')})`, names[0]!) : names[0]!);
  if (!Object.hasOwn(templates, template))
    throw badInput(`--template is ${JSON.stringify(template)}; allowed: ${names.join(', ')}`);
  const dir = resolve(cwd, args.dir ?? '.');
  const project = projectName(dir, 'hello');
  // Projects of several templates may live in one account; the first steps have the name of the documentation.
  const name = template.startsWith('hello-') ? 'my-first-function' : project;
  const files = await templateFiles(template, { project, function: name });
  await refuseExisting(dir, [...files.keys()], 'slsctl init another-folder');
  await mkdir(dir, { recursive: true });
  for (const [path, content] of files) await writeFile(join(dir, path), content);
  await keepEditorSchema(dir);
  ui.print(
    `created ${ui.style.bold(template)} in ${relative(cwd, dir) || '.'}: ${[...files.keys()].join(', ')}`,
  );
  ui.answer({ dir, template, files: [...files.keys()] });
  const enter = dir === cwd ? '' : `cd ${relative(cwd, dir)} && `;
  const install = files.has('package.json') ? 'npm install && ' : '';
  ui.next(
    `${enter}${install}slsctl deploy --local, or without --local to the AWS account of your credentials`,
  );
}

async function templateFiles(template: string, values: Record<string, string>): Promise<Map<string, string>> {
  const folder = installed('templates', template);
  if (!folder) throw new UserError(`this installation of slsctl has no template ${template}`);
  const files = new Map<string, string>();
  for (const name of (await readdir(folder)).sort()) {
    const content = await readFile(join(folder, name), 'utf8');
    // npm does not pack files named .gitignore, so the template's file has no dot.
    files.set(
      name === 'gitignore' ? '.gitignore' : name,
      content.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole),
    );
  }
  return files;
}
