// Packages that the user's own command makes: run when something changed, its result taken for what the runtime wants.
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { BuildConfig, CodeConfig } from '../../config/project.ts';
import { UserError } from '../../errors.ts';
import type { Job } from './job.ts';
import { readNote, writeNote } from './note.ts';
import { lastLines, runShell } from './program.ts';
import { filesBelow, type Stamps, stampsOf } from './stamps.ts';
import { describeTarget, pythonMachine } from './target.ts';

export interface CommandJob extends Job {
  code: CodeConfig;
  config: BuildConfig;
}

interface Note {
  key: string;
  /** Of what it reads, and of what it made. */
  stamps: Stamps;
}

/** Commands in one folder may share files: one after the other, and what two functions share once. */
const running = new Map<string, { key: string; done: Promise<void> }>();

/** Absolute path of what the commands made. Rejects with a UserError (exit 1) when they fail. */
export async function runBuild(job: CommandJob): Promise<string> {
  const { code, config } = job;
  const cwd = await folderOf(code.path);
  const artifact = artifactOf(job, cwd);
  const key = JSON.stringify([config, cwd, job.target]);
  const before = running.get(cwd);
  const done =
    before?.key === key
      ? before.done
      : Promise.resolve(before?.done.catch(() => {})).then(() => buildOnce(job, key, cwd, artifact));
  running.set(cwd, { key, done });
  await done;
  return artifact;
}

async function folderOf(path: string): Promise<string> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() ? dirname(path) : path;
}

function artifactOf({ config, target, code }: CommandJob, cwd: string): string {
  if (config.artifact !== undefined) return resolve(cwd, config.artifact);
  return target.runtime.startsWith('provided') ? join(cwd, 'bootstrap') : code.path;
}

async function buildOnce(job: CommandJob, key: string, cwd: string, artifact: string): Promise<void> {
  const { name, config, dir, host } = job;
  const whole = artifact === cwd || cwd.startsWith(artifact + sep);
  const inputs = () => inputsOf(job, cwd, whole ? undefined : artifact);
  const before = await inputs();
  const known = await readNote<Note>(dir, `${name}.build`);
  const made = await stampsOf(whole ? [] : await filesBelow(artifact));
  if (known?.key === key && same(known.stamps, { ...before, ...made })) return;
  for (const command of config.commands) await runCommand(job, command, cwd);
  const results = await stampsOf(await filesBelow(artifact));
  if (results[artifact] === 'absent') {
    throw new UserError(`build of ${name} made no ${relative(cwd, artifact)} in ${cwd}`, undefined, {
      next: 'name what it makes: build: { command: ..., artifact: PATH }',
    });
  }
  const after = await inputs();
  // What changed meanwhile may have been seen or not.
  if (Object.entries(before).some(([file, stamp]) => after[file] !== stamp)) return;
  await writeNote(dir, `${name}.build`, {
    key,
    stamps: whole ? after : { ...after, ...results },
  } satisfies Note);
  host.note(`built ${relative(dir, artifact) || '.'}`);
}

function same(one: Stamps, other: Stamps): boolean {
  const files = Object.keys(one);
  return files.length === Object.keys(other).length && files.every((file) => one[file] === other[file]);
}

/** All of the project but what git does not know, what others write, and the result. */
async function inputsOf({ dir, config }: CommandJob, cwd: string, artifact?: string): Promise<Stamps> {
  const inside = cwd === dir || cwd.startsWith(dir + sep);
  const roots = [dir, ...(inside ? [] : [cwd])];
  const found: string[] = [];
  for (const root of roots) found.push(...(await filesBelow(root, await rulesOf(root))));
  for (const path of config.inputs) found.push(...(await filesBelow(resolve(cwd, path))));
  const isResult = (file: string) => file === artifact || file.startsWith(`${artifact}${sep}`);
  return stampsOf(found.filter((file) => !isResult(file)));
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
