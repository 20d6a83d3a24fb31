// Runs the user's own build command when its inputs have changed, and finds its result.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { BuildConfig, CodeConfig, FunctionConfig } from '../../config/project.ts';
import { badInput, UserError } from '../../errors/user-error.ts';
import { digestsOf, type FileDigests, filesBelow, haveContent, isSameContent } from './content-digests.ts';
import type { Job } from './job.ts';
import { readNote, writeNote } from './note.ts';
import { describeTarget, pythonMachine, targetOf } from './target.ts';
import { lastLines, runShell } from './tools.ts';

export interface CommandJob extends Job {
  code: CodeConfig;
  config: BuildConfig;
  /** All functions of the project: results of their builds do not count as inputs of this one. */
  functions: readonly FunctionConfig[];
}

interface Note {
  key: string;
  /** Digests of the inputs and of the results. */
  digests: FileDigests;
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

/** Resolves with the absolute path of the result. Rejects with a UserError (exit 1) when a command fails. */
export async function runBuild(job: CommandJob): Promise<string> {
  const { code, config } = job;
  const cwd = await folderOf(code.path);
  const artifact = artifactOf(config, job.target.runtime, code, cwd);
  await refuseOverwritten(job, cwd, artifact);
  const key = JSON.stringify([config, commandsOf(config, job.name), cwd, job.target]);
  const runningByFolder = running.get(job.functions) ?? new Map<string, Running>();
  running.set(job.functions, runningByFolder);
  const before = runningByFolder.get(cwd);
  const done =
    before?.key === key
      ? before.done
      : Promise.resolve(before?.done.catch(() => {})).then(() => buildOnce(job, key, cwd, artifact));
  runningByFolder.set(cwd, { key, done });
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
  /** The function whose build makes it. */
  owner: FunctionConfig;
  /** Absolute path. */
  path: string;
}

const resultsByProject = new WeakMap<readonly FunctionConfig[], Promise<Result[]>>();

/** Results of the builds of all functions, except folders that are built in place: these are also sources. */
function resultsOf(functions: readonly FunctionConfig[]): Promise<Result[]> {
  const results = resultsByProject.get(functions) ?? findResults(functions);
  resultsByProject.set(functions, results);
  return results;
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

/** Key of the commands: functions with the same key can share a build. Commands that use the function's name cannot. */
function commandsOf({ commands }: BuildConfig, name: string): string {
  const usesName = commands.some((command) => command.includes('SLSCTL_FUNCTION'));
  return JSON.stringify(usesName ? [...commands, name] : commands);
}

/** Throws (exit 2) when two different builds make the same file: one function would get the other's code. */
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
      next: 'let each build make its own file: build: { command: ..., artifact: PATH }',
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
  const before = await digestsOf(await inputsOf(job, cwd, artifact), note?.digests);
  if (note?.key === key && note.digests) {
    const results = inPlace ? {} : await digestsOf(await filesBelow(artifact), note.digests);
    const now = { ...before, ...results };
    if (isSameContent(note.digests, now)) {
      // Times may have changed: they are noted, so that the next run need not read the content.
      if (Object.keys(now).some((file) => now[file] !== note.digests[file])) await remember(now);
      return;
    }
  }
  for (const command of config.commands) await runCommand(job, command, cwd);
  const results = await digestsOf(await filesBelow(artifact));
  if (results[artifact]?.[0] === 'absent') {
    throw new UserError(`build of ${name} did not make ${relative(cwd, artifact)} in ${cwd}`, undefined, {
      next: 'set artifact to the file or folder that it makes: build: { command: ..., artifact: PATH }',
    });
  }
  const after = await digestsOf(await inputsOf(job, cwd, artifact), before);
  // An input changed during the build, so the result may be stale: it is not noted, and the next run builds again.
  if (!haveContent(before, after)) return;
  await remember(inPlace ? after : { ...after, ...results });
  host.note(`built ${relative(dir, artifact) || '.'}`);

  async function remember(digests: FileDigests): Promise<void> {
    await writeNote(dir, `${name}.build`, { key, digests } satisfies Note);
  }
}

/**
 * Inputs of the build: the files of the project, without those that git ignores and results of builds; and the paths
 * that `inputs` names.
 */
async function inputsOf(
  { dir, config, functions }: CommandJob,
  cwd: string,
  artifact: string,
): Promise<string[]> {
  const roots = [dir, ...(isWithin(cwd, dir) ? [] : [cwd])];
  const files: string[] = [];
  for (const root of roots) files.push(...(await filesBelow(root, await rulesOf(root))));
  const results = (await resultsOf(functions))
    .map(({ path }) => path)
    .filter((result) => !isWithin(cwd, result));
  const sources = files.filter((file) => !results.some((result) => isWithin(file, result)));
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
    // cgo would link to this machine's C library.
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
      reason: lastLines(output, 30) || 'it printed nothing',
      next: `run it yourself in ${cwd}`,
    });
  });
}
