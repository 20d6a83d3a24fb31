// Runs slsctl like its users: as a separate process, in a clean environment.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeFolder, temporaryFolder } from './project.ts';

export const program = fileURLToPath(new URL('../../bin/slsctl.js', import.meta.url));

export interface Ran {
  /** Exit code; 128 + number when a signal ended the program (130 for SIGINT). */
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The content of stdin, which is never a terminal. */
  input?: string | Uint8Array;
}

/** A program that is running. */
export interface Running {
  readonly child: ChildProcess;
  readonly done: Promise<Ran>;
  /** Everything written so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves when the text has been written to stdout or stderr; rejects when the program ends without it. */
  saw(text: string): Promise<void>;
}

let home: string | undefined;

/** The home folder of everything that the test file runs. */
export async function homeFolder(): Promise<string> {
  home ??= await temporaryFolder('home');
  return home;
}

/** At the end of a test file: the next one, which may run in the same process, gets a home of its own. */
export async function removeHome(): Promise<void> {
  const old = home;
  home = undefined;
  if (old) await removeFolder(old);
}

/** This machine's environment without AWS settings, slsctl settings or anything that changes output. */
export function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(AWS_|SLSCTL_|VITEST|XDG_)/.test(name) &&
      !['FORCE_COLOR', 'NO_COLOR', 'NODE_OPTIONS', 'NODE_ENV', 'TEST', 'PROD', 'DEV', 'MODE'].includes(name),
  );
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    SLSCTL_HOME: join(home, 'slsctl'),
    AWS_CONFIG_FILE: join(home, 'no-such-aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'no-such-aws-credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Dummy credentials, for endpoints that do not check them. */
export const dummyCredentials = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLEEXAMPLE12',
  AWS_SECRET_ACCESS_KEY: 'example-secret-of-nobody',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
};

/** Starts `slsctl` with the arguments. */
export async function startSlsctl(args: readonly string[], options: RunOptions = {}): Promise<Running> {
  return startProgram(process.execPath, [program, ...args], options);
}

/** Runs `slsctl` with the arguments to its end. */
export async function slsctl(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return await (await startSlsctl(args, options)).done;
}

/** Runs `slsctl`; fails with its output when the exit code differs. */
export async function expectSlsctl(
  args: readonly string[],
  options: RunOptions & { code?: number } = {},
): Promise<Ran> {
  const ran = await slsctl(args, options);
  const wanted = options.code ?? 0;
  if (ran.code !== wanted) {
    throw new Error(
      `slsctl ${args.join(' ')}: exit ${ran.code}, wanted ${wanted}\n${ran.stderr}${ran.stdout}`,
    );
  }
  return ran;
}

/** Runs any program in the same clean environment. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return await (await startProgram(command, args, options)).done;
}

async function startProgram(
  command: string,
  args: readonly string[],
  { cwd, env, input }: RunOptions,
): Promise<Running> {
  const child = spawn(command, args, {
    cwd,
    env: { ...cleanEnvironment(await homeFolder()), ...env },
    stdio: 'pipe',
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      for (const look of watchers) look();
    });
  }
  // A program that refuses its arguments does not read its stdin.
  child.stdin.on('error', () => {}).end(input ?? '');

  const done = new Promise<Ran>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code: code ?? (signal === 'SIGINT' ? 130 : 143), ...output }),
    );
  });
  const saw = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!output.stdout.includes(text) && !output.stderr.includes(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      done.then(
        () => reject(new Error(`ended without "${text}":\n${output.stderr}${output.stdout}`)),
        reject,
      );
    });
  return { child, done, output, saw };
}
