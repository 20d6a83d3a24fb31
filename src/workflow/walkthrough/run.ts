// Runs a lesson: shows each command with what it replaces and what it answers, and leaves nothing behind.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAws } from '../../aws/create.ts';
import type { Context } from '../../context.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import type { Ui } from '../../ui/ui.ts';
import type { Command, Lesson, Outcome, Site, Step } from './lesson.ts';

interface Done {
  /** From 1. */
  readonly step: number;
  readonly title: string;
  readonly command: string;
  readonly replaces: readonly string[];
  readonly output: string;
  readonly exitCode: number;
}

/** Resolves with the exit code. Rejects with a UserError when a step fails, after it has removed everything. */
export async function runLesson(context: Context, lesson: Lesson): Promise<number> {
  const { ui, options, signal } = context;
  const started = performance.now();
  const throwAway = !options.endpointUrl && !options.profile;
  const root = await mkdtemp(join(tmpdir(), 'slsctl-walkthrough-'));
  const project = join(root, 'my-first-function');
  await mkdir(project);
  const site = siteOf(context, project, throwAway ? join(root, 'home') : undefined);
  const [title, rest] = lesson.title;
  ui.print(`${ui.style.bold(title)}, ${rest}, on ${where(context, throwAway)}`);
  for (const note of lesson.notes) ui.print(note);
  const done: Done[] = [];
  try {
    if (ui.json) {
      const { target } = JSON.parse((await site.run(['list', '--output', 'json'])).stdout);
      if (target) ui.goesTo(target);
    }
    for (const [index, step] of lesson.steps.entries()) {
      const number = index + 1;
      ui.print(`\n${ui.style.bold(`Step ${number}: ${step.title}`)}`);
      for (const command of step.commands) {
        const outcome = await command.run(site);
        done.push(tell(ui, { number, step, command, outcome, site }));
        if (outcome.code === exitCodes.done && !signal.aborted) continue;
        if (number >= lesson.makes) await site.run(lesson.destroy);
        signal.throwIfAborted();
        throw new UserError(
          `step ${number} (${step.title.toLowerCase()}) failed with exit code ${outcome.code}`,
        );
      }
    }
    const seconds = (performance.now() - started) / 1000;
    ui.print(`\n${ui.style.green('Done')} in ${seconds.toFixed(1)} s: ${lesson.closing}`);
    ui.print(lesson.next);
    ui.answer({ seconds, steps: done });
    return exitCodes.done;
  } finally {
    if (throwAway) await site.run(['local', 'stop']);
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function where({ options }: Context, throwAway: boolean): string {
  if (throwAway) return 'a temporary local AWS: no account, no Docker, no network';
  return options.endpointUrl ?? `the AWS account of profile ${options.profile}`;
}

function siteOf(
  { options, env, slsctl, signal, secrets }: Context,
  project: string,
  home: string | undefined,
): Site {
  const { endpointUrl, profile, region } = options;
  const target = home
    ? []
    : [
        ...(endpointUrl ? ['--endpoint-url', endpointUrl] : []),
        ...(profile ? ['--profile', profile] : []),
        ...(region ? ['--region', region] : []),
      ];
  const itsEnv = {
    ...env,
    // The project has no stages.
    SLSCTL_STAGE: undefined,
    ...(home ? { SLSCTL_HOME: home, SLSCTL_LOCAL: '1' } : {}),
    CI: '1',
  };
  const run = async (args: readonly string[]): Promise<Outcome> => {
    const place = { cwd: project, env: itsEnv };
    const { exitCode, stdout, stderr } = await slsctl([...args, ...target, '--explain', '--no-color'], place);
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
  const shared = { cwd: project, secrets, signal };
  return {
    project,
    signal,
    run,
    async aws() {
      if (!home) return createAws({ ...shared, env, endpoint: endpointUrl, profile, region });
      const local = JSON.parse((await run(['local', 'env', '--output', 'json'])).stdout);
      return createAws({ ...shared, env: { ...env, ...local } });
    },
  };
}

interface Ran {
  readonly number: number;
  readonly step: Step;
  readonly command: Command;
  readonly outcome: Outcome;
  readonly site: Site;
}

function tell(ui: Ui, { number, step, command, outcome, site }: Ran): Done {
  const { code, stdout, messages } = outcome;
  const shown = command.shown(site);
  const replaces = replaced(command, outcome);
  ui.print(`  ${ui.style.cyan(`$ ${shown}`)}`);
  for (const line of replaces) ui.print(ui.style.dim(`  instead of: ${line}`));
  const output = code === exitCodes.done ? stdout || messages : `${stdout}\n${messages}`.trim();
  for (const line of output.split('\n')) ui.print(`    ${line}`.trimEnd());
  return { step: number, title: step.title, command: shown, replaces, output: stdout, exitCode: code };
}

/** The calls that change something; calls that only read are counted. */
function replaced({ replaces }: Command, { calls }: Outcome): readonly string[] {
  if (replaces) return replaces;
  const reads = calls.filter((call) => /^aws \S+ (get|list|describe)-/.test(call));
  const writes = calls.filter((call) => !reads.includes(call)).map(withoutEndpoint);
  return reads.length > 0
    ? [...writes, `(and ${reads.length} get, list and describe commands to read the live state)`]
    : writes;
}

function withoutEndpoint(call: string): string {
  return call.replace(/ --(endpoint-url|region|profile) \S+/g, '');
}
