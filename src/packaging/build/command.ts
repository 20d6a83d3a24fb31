// Packages that the user's own command makes: run when something changed, its result taken for what the runtime wants.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { BuildConfig, CodeConfig, FunctionConfig } from '../../config/project.ts';
import { badInput, UserError } from '../../errors/user-error.ts';
import { filesBelow, hold, type Prints, printsOf, sameContent } from './content-digests.ts';
import type { Job } from './job.ts';
import { readNote, writeNote } from './note.ts';
import { describeTarget, pythonMachine, targetOf } from './target.ts';
import { lastLines, runShell } from './tools.ts';

export interface CommandJob extends Job {
  code: CodeConfig;
  config: BuildConfig;
  /** All of the project: what their builds make is not what this one is made of. */
  functions: readonly FunctionConfig[];
}

interface Note {
  key: string;
  /** Of what it reads, and of what it made. */
  prints: Prints;
}

interface Running {
  key: string;
  done: Promise<void>;
}

/**
 * By project of a run, then by folder. Commands in one folder may share files: they run one after the other, and a
 * command that two functions share runs once.
 */
const running = new WeakMap<readonly FunctionConfig[], Map<string, Running>>();

/** Absolute path of what the commands made. Rejects with a UserError (exit 1) when they fail. */
export async function runBuild(job: CommandJob): Promise<string> {
  const { code, config } = job;
  const cwd = await folderOf(code.path);
  const artifact = artifactOf(config, job.target.runtime, code, cwd);
  await refuseOverwritten(job, cwd, artifact);
  const key = JSON.stringify([config, commandsOf(config, job.name), cwd, job.target]);
  const here = running.get(job.functions) ?? new Map<string, Running>();
  running.set(job.functions, here);
  const before = here.get(cwd);
  const done =
    before?.key === key
      ? before.done
      : Promise.resolve(before?.done.catch(() => {})).then(() => buildOnce(job, key, cwd, artifact));
  here.set(cwd, { key, done });
  await done;
  return artifact;
}

async function folderOf(path: string): Promise<string> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() ? dirname(path) : path;
}

function artifactOf({ artifact }: BuildConfig, runtime: string, { path }: CodeConfig, cwd: string): string {
  if (artifact !== undefined) return resolve(cwd, artifact);
  return runtime.startsWith('provided') ? join(cwd, 'bootstrap') : path;
}

interface Result {
  /** Who makes it. */
  owner: FunctionConfig;
  /** Absolute path. */
  path: string;
}

const known = new WeakMap<readonly FunctionConfig[], Promise<Result[]>>();

/** What the builds of all functions make, but for folders that are built in place: those are sources too. */
function resultsOf(functions: readonly FunctionConfig[]): Promise<Result[]> {
  const found = known.get(functions) ?? findResults(functions);
  known.set(functions, found);
  return found;
}

async function findResults(functions: readonly FunctionConfig[]): Promise<Result[]> {
  const results = functions.map(async (owner) => {
    const { code, packaging, settings } = owner;
    if (!packaging?.build) return [];
    const cwd = await folderOf(code.path);
    const path = artifactOf(packaging.build, settings.Runtime ?? '', code, cwd);
    return isWithin(cwd, path) ? [] : [{ owner, path }];
  });
  return (await Promise.all(results)).flat();
}

/** What is run, where functions that have the same commands may share it: not when these ask for whom they are run. */
function commandsOf({ commands }: BuildConfig, name: string): string {
  const asks = commands.some((command) => command.includes('SLSCTL_FUNCTION'));
  return JSON.stringify(asks ? [...commands, name] : commands);
}

/** Of two builds that make one file, one would be packaged with the result of the other. */
async function refuseOverwritten(job: CommandJob, cwd: string, artifact: string): Promise<void> {
  const { name, config, target, functions } = job;
  const other = (await resultsOf(functions)).find(
    ({ owner: { name: owner, packaging, settings }, path }) =>
      path === artifact &&
      owner !== name &&
      (targetOf(settings).architecture !== target.architecture ||
        commandsOf(packaging?.build as BuildConfig, owner) !== commandsOf(config, name)),
  );
  if (!other) return;
  throw badInput(
    `the builds of ${name} and ${other.owner.name} both make ${relative(cwd, artifact)} in ${cwd}`,
    {
      next: 'let each make a file of its own: build: { command: ..., artifact: PATH }',
    },
  );
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

async function buildOnce(job: CommandJob, key: string, cwd: string, artifact: string): Promise<void> {
  const { name, config, dir, host } = job;
  const inPlace = isWithin(cwd, artifact);
  const note = await readNote<Note>(dir, `${name}.build`);
  const before = await printsOf(await inputsOf(job, cwd, artifact), note?.prints);
  if (note?.key === key && note.prints) {
    const made = inPlace ? {} : await printsOf(await filesBelow(artifact), note.prints);
    const now = { ...before, ...made };
    if (sameContent(note.prints, now)) {
      // So that stat tells the next time.
      if (Object.keys(now).some((file) => now[file] !== note.prints[file])) await remember(now);
      return;
    }
  }
  for (const command of config.commands) await runCommand(job, command, cwd);
  const results = await printsOf(await filesBelow(artifact));
  if (results[artifact]?.[0] === 'absent') {
    throw new UserError(`build of ${name} made no ${relative(cwd, artifact)} in ${cwd}`, undefined, {
      next: 'name what it makes: build: { command: ..., artifact: PATH }',
    });
  }
  const after = await printsOf(await inputsOf(job, cwd, artifact), before);
  // What changed meanwhile may have been seen or not.
  if (!hold(before, after)) return;
  await remember(inPlace ? after : { ...after, ...results });
  host.note(`built ${relative(dir, artifact) || '.'}`);

  async function remember(prints: Prints): Promise<void> {
    await writeNote(dir, `${name}.build`, { key, prints } satisfies Note);
  }
}

/** All of the project but what git does not know, what others write, and what is built; and what `inputs` names. */
async function inputsOf(
  { dir, config, functions }: CommandJob,
  cwd: string,
  artifact: string,
): Promise<string[]> {
  const roots = [dir, ...(isWithin(cwd, dir) ? [] : [cwd])];
  const found: string[] = [];
  for (const root of roots) found.push(...(await filesBelow(root, await rulesOf(root))));
  const results = (await resultsOf(functions))
    .map(({ path }) => path)
    .filter((result) => !isWithin(cwd, result));
  const sources = found.filter((file) => !results.some((result) => isWithin(file, result)));
  for (const path of config.inputs) sources.push(...(await filesBelow(resolve(cwd, path))));
  return isWithin(cwd, artifact) ? sources : sources.filter((file) => !isWithin(file, artifact));
}

async function rulesOf(root: string): Promise<Ignore> {
  const rules = ignore().add(['.git', '.slsctl', 'node_modules', '__pycache__']);
  return rules.add(await readFile(join(root, '.gitignore'), 'utf8').catch(() => ''));
}

async function runCommand({ name, target, host }: CommandJob, command: string, cwd: string): Promise<void> {
  const env = {
    GOOS: 'linux',
    GOARCH: target.architecture === 'arm64' ? 'arm64' : 'amd64',
    // Code in C would be linked to this machine's C library.
    ...(host.env.CGO_ENABLED === undefined && { CGO_ENABLED: '0' }),
    SLSCTL_FUNCTION: name,
    SLSCTL_RUNTIME: target.runtime,
    SLSCTL_ARCHITECTURE: target.architecture,
    SLSCTL_RUST_TARGET: `${pythonMachine(target)}-unknown-linux-musl`,
  };
  const shown = command.split('\n')[0] ?? '';
  const title = `build ${name} for ${describeTarget(target)}: ${shown}`;
  await host.step(title, async () => {
    const { code, output } = await runShell(command, { cwd, host, env });
    if (code === 0) return;
    throw new UserError(`build of ${name} failed: "${shown}" ended with exit code ${code}`, undefined, {
      reason: lastLines(output, 30) || 'it said nothing',
      next: `run it in ${cwd} yourself`,
    });
  });
}
