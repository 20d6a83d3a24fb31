// `slsctl walkthrough`: runs the nine steps of a first Lambda function, with slsctl itself.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import type { Ui } from '../ui/ui.ts';

interface Step {
  title: string;
  args: string[];
  /** What a user would type without slsctl; by default the calls that the command prints with --explain. */
  replaces?: string[];
  before?: (project: string) => Promise<void>;
}

interface Template {
  name: string;
  source: string;
}
const python: Template = { name: 'hello-python', source: 'lambda_function.py' };
const node: Template = { name: 'hello-node', source: 'index.mjs' };

interface Outcome {
  code: number;
  stdout: string;
  /** stderr without the lines of --explain. */
  messages: string;
  calls: string[];
}

const steps = (template: Template): Step[] => [
  {
    title: 'Create the function code',
    args: ['init', '.', '--template', template.name],
    replaces: [`(write ${template.source} in an editor)`],
  },
  { title: 'Zip the code', args: ['package'], replaces: [`zip function.zip ${template.source}`] },
  { title: 'Create an IAM role for Lambda', args: ['role', 'create'] },
  { title: 'Create the function', args: ['deploy'] },
  { title: 'Invoke the function', args: ['invoke', '--payload', '{"name": "Sam"}'] },
  {
    title: 'Update the function code',
    args: ['deploy', '--code-only'],
    before: async (project) => {
      const file = join(project, template.source);
      await writeFile(file, (await readFile(file, 'utf8')).replace('Hello, ', 'Hello again, '));
    },
  },
  { title: 'Add environment variables', args: ['env', 'set', 'TABLE_NAME=my-users', 'STAGE=dev'] },
  { title: 'Check the logs', args: ['logs', '--since', '5m'] },
  { title: 'Clean up', args: ['destroy', '--yes'] },
];

export async function walkthrough(context: Context): Promise<number> {
  const { ui, options } = context;
  const started = performance.now();
  const template = hasPython() ? python : node;
  const throwAway = !options.endpointUrl && !options.profile;
  const root = await mkdtemp(join(tmpdir(), 'slsctl-walkthrough-'));
  const project = join(root, 'my-first-function');
  await mkdir(project);
  const run = runner(context, project, throwAway ? join(root, 'home') : undefined);
  const outcomes: { step: Step; outcome: Outcome }[] = [];

  ui.print(`${ui.style.bold('Your first Lambda function')}, in nine steps, on ${where(context, throwAway)}`);
  if (template === node) {
    ui.print('There is no Python on this machine, so the function is the Node.js one; it does the same.');
  }
  try {
    if (ui.json) {
      const { target } = JSON.parse((await run(['list', '--output', 'json'])).stdout);
      if (target) ui.goesTo(target);
    }
    for (const [index, step] of steps(template).entries()) {
      await step.before?.(project);
      const outcome = await run(step.args);
      outcomes.push({ step, outcome });
      show(ui, index + 1, step, outcome);
      if (outcome.code !== exitCodes.done || context.signal.aborted) {
        // From step 3, which creates the role, there is something to remove.
        if (index >= 2) await run(['destroy', '--yes']);
        context.signal.throwIfAborted();
        throw new UserError(
          `step ${index + 1} (${step.title.toLowerCase()}) failed with exit code ${outcome.code}`,
        );
      }
    }
    const seconds = (performance.now() - started) / 1000;
    ui.print(
      `\n${ui.style.green('Done')}: nine steps in ${seconds.toFixed(1)} s; the receipt above says that nothing remains.`,
    );
    ui.print('Your own: slsctl init hello && cd hello && slsctl deploy --local');
    ui.answer({ seconds, steps: outcomes.map(report) });
    return exitCodes.done;
  } finally {
    if (throwAway) await run(['local', 'stop']);
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function where({ options }: Context, throwAway: boolean): string {
  if (throwAway) return 'a temporary local AWS: no account, no Docker, no network';
  return options.endpointUrl ?? `the AWS account of profile ${options.profile}`;
}

/** Starts Python to be sure: on Windows the name `python` may only open the Microsoft Store. */
function hasPython(): boolean {
  return ['python3', 'python', 'py'].some(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

/** Runs slsctl in the project's folder as a user would, with --explain. */
function runner({ options, env, slsctl }: Context, cwd: string, home: string | undefined) {
  const target = home
    ? []
    : [
        ...(options.endpointUrl ? ['--endpoint-url', options.endpointUrl] : []),
        ...(options.profile ? ['--profile', options.profile] : []),
        ...(options.region ? ['--region', options.region] : []),
      ];
  const itsEnv = {
    ...env,
    // The project has no stages.
    SLSCTL_STAGE: undefined,
    ...(home ? { SLSCTL_HOME: home, SLSCTL_LOCAL: '1' } : {}),
  };
  return async (args: string[]): Promise<Outcome> => {
    const { exitCode, stdout, stderr } = await slsctl([...args, ...target, '--explain', '--no-color'], {
      cwd,
      env: { ...itsEnv, CI: '1' },
    });
    const lines = stderr.split('\n');
    return {
      code: exitCode,
      stdout: stdout.trimEnd(),
      messages: lines
        .filter((line) => !line.startsWith('aws '))
        .join('\n')
        .trim(),
      calls: lines.filter((line) => line.startsWith('aws ')),
    };
  };
}

function show(ui: Ui, number: number, step: Step, outcome: Outcome): void {
  const { style } = ui;
  ui.print(`\n${style.bold(`Step ${number}: ${step.title}`)}`);
  ui.print(`  ${style.cyan(`$ slsctl ${step.args.map(quoted).join(' ')}`)}`);
  for (const line of replaced(step, outcome)) ui.print(style.dim(`  instead of: ${line}`));
  const failed = outcome.code !== exitCodes.done;
  const output = failed
    ? `${outcome.stdout}\n${outcome.messages}`.trim()
    : outcome.stdout || outcome.messages;
  for (const line of output.split('\n')) ui.print(`    ${line}`.trimEnd());
}

/** The calls that change something; calls that only read are counted. */
function replaced(step: Step, { calls }: Outcome): string[] {
  if (step.replaces) return step.replaces;
  const reads = calls.filter((call) => /^aws \S+ (get|list|describe)-/.test(call));
  const writes = calls.filter((call) => !reads.includes(call)).map(withoutEndpoint);
  return reads.length > 0
    ? [...writes, `(and ${reads.length} get, list and describe commands to read the live state)`]
    : writes;
}

function withoutEndpoint(call: string): string {
  return call.replace(/ --(endpoint-url|region|profile) \S+/g, '');
}

function report({ step, outcome }: { step: Step; outcome: Outcome }, index: number) {
  return {
    step: index + 1,
    title: step.title,
    command: `slsctl ${step.args.map(quoted).join(' ')}`,
    replaces: replaced(step, outcome),
    output: outcome.stdout,
    exitCode: outcome.code,
  };
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`;
}
