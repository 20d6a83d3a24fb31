// The project that is deployed, updated, rolled back and destroyed again and again, and the commands that do so.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ran } from '../test/support/cli.ts';
import { slsctl } from '../test/support/in-process.ts';
import { temporaryFolder } from '../test/support/project.ts';

/** One copy of the project: the names of everything in it begin with its own name. */
export interface Project {
  readonly name: string;
  readonly folder: string;
}

export type StepName = 'deploy' | 'update' | 'rollback' | 'destroy';

export interface Step {
  readonly name: StepName;
  /** What the user types. */
  readonly args: (project: Project) => string[];
  /** What the user edits before. */
  readonly edit?: (project: Project) => Promise<void>;
}

/** slsctl.yml, by the name of the project. */
type Config = (name: string) => string;

const plain: Config = (name) => `project: ${name}
defaults: { runtime: python3.13, handler: app.handler }
functions:
  ${name}-api:
    code: code
    layers: [shared]
    environment: { STAGE: first, TABLE_NAME: users }
    logRetentionInDays: 14
    aliases: { live: {} }
    url: { authType: NONE }
  ${name}-worker:
    code: code
    environment: { STAGE: first }
    reservedConcurrentExecutions: 1
layers:
  shared: { path: layer, runtimes: [python3.13] }
`;

/** With a function of Node.js, whose bundler is a process. */
export const bundled: Config = (name) =>
  plain(name).replace(
    'layers:\n  shared:',
    `  ${name}-bundle: { runtime: nodejs22.x, handler: index.handler, code: code, bundle: true }\nlayers:\n  shared:`,
  );

export async function createProject(name: string, config = plain): Promise<Project> {
  const folder = await temporaryFolder('trust');
  await mkdir(join(folder, 'code'));
  await mkdir(join(folder, 'layer', 'python'), { recursive: true });
  await writeFile(join(folder, 'slsctl.yml'), config(name));
  await writeFile(join(folder, 'code', 'index.js'), 'exports.handler = async () => 1;\n');
  await writeFile(join(folder, 'code', 'app.py'), 'def handler(event, context):\n    return 1\n');
  await writeFile(join(folder, 'layer', 'python', 'shared.py'), 'value = 1\n');
  return { name, folder };
}

async function update({ folder }: Project): Promise<void> {
  const file = join(folder, 'slsctl.yml');
  const text = (await readFile(file, 'utf8'))
    .replaceAll('STAGE: first', 'STAGE: second')
    .replace('logRetentionInDays: 14', 'logRetentionInDays: 30\n    memorySize: 512')
    .replace('authType: NONE', 'authType: NONE, cors: { allowOrigins: ["https://example.com"] }');
  await writeFile(file, text);
  await writeFile(join(folder, 'code', 'app.py'), 'def handler(event, context):\n    return 2\n');
  await writeFile(join(folder, 'layer', 'python', 'shared.py'), 'value = 2\n');
}

/** In this order. Each one needs those before it. */
export const steps: readonly Step[] = [
  { name: 'deploy', args: () => ['deploy'] },
  { name: 'update', args: () => ['deploy'], edit: update },
  // A plain rollback moves to the version before, whatever that is by then; one to a version can be run again.
  { name: 'rollback', args: ({ name }) => ['rollback', `${name}-api`, '--to', '1', '--yes'] },
  { name: 'destroy', args: () => ['destroy', '--yes'] },
];

/** Runs the steps before this one, undisturbed, and makes the edit of this one. */
export async function upTo(step: Step, project: Project, env: NodeJS.ProcessEnv): Promise<void> {
  for (const one of steps) {
    if (one === step) return one.edit?.(project);
    await one.edit?.(project);
    await mustRun(one.args(project), project, env);
  }
}

/** What slsctl says of a failure. */
export const complaint = ({ code, stderr }: Ran) =>
  `exit ${code}: ${stderr.match(/^(error|cause|warning): .*$/gm)?.join(' ') ?? stderr.trim()}`;

/** Runs slsctl in this process. Rejects with its output when it fails. */
export async function mustRun(args: string[], { folder }: Project, env: NodeJS.ProcessEnv): Promise<void> {
  const { code, stdout, stderr } = await slsctl(args, { cwd: folder, env });
  if (code !== 0) throw new Error(`slsctl ${args.join(' ')}: exit ${code}\n${stderr}${stdout}`);
}
