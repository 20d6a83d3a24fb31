// `slsctl local …`: the embedded AWS as a background process. The only module that knows where it lives.
import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { parseDuration } from '../advise/duration.ts';
import type { Context } from '../context.ts';
import { badInput, exitCodes, UserError } from '../errors/user-error.ts';
import { installed } from '../installation.ts';
import { columns } from '../ui/table.ts';

declare const SLSCTL_VERSION: string;

const defaultPort = 4586;

/** What the server writes about itself into `server.json`. */
export interface LocalServer {
  pid: number;
  port: number;
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
  account: string;
  startedAt: string;
  version: string;
  pace: Pace;
}

/** How slow the local AWS pretends to be; all in milliseconds. */
export interface Pace {
  latency: number;
  iamDelay: number;
  createDelay: number;
  updateDelay: number;
  retryDelay: number;
}

/** As fast as it can, but for the minute that AWS waits before it tries a failed invocation again. */
const instant: Pace = { latency: 0, iamDelay: 0, createDelay: 0, updateDelay: 0, retryDelay: 60_000 };
const longestDelay = 15 * 60_000;

/** `$SLSCTL_HOME`, else the XDG state folder (`%LOCALAPPDATA%` on Windows). */
export function slsctlHome(env: NodeJS.ProcessEnv): string {
  if (env.SLSCTL_HOME) return resolve(env.SLSCTL_HOME);
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, 'slsctl');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'slsctl');
  return join(homedir(), '.local', 'state', 'slsctl');
}

/** The server that answers for this home, or undefined. */
export async function runningLocal(home: string): Promise<LocalServer | undefined> {
  let server: LocalServer;
  try {
    server = JSON.parse(await readFile(join(home, 'local', 'server.json'), 'utf8'));
  } catch {
    return undefined;
  }
  try {
    const answer = await fetch(`${server.endpoint}/_slsctl/health`, { signal: AbortSignal.timeout(5000) });
    const health = (await answer.json()) as { program?: string; pid?: number };
    if (health.program !== 'slsctl-local' || health.pid !== server.pid) return undefined;
    return { ...server, pace: { ...instant, ...server.pace } };
  } catch {
    return undefined;
  }
}

/** The running server, started when there is none, and replaced when it is of another version of slsctl. */
export async function ensureLocal(context: Context, port?: number, pace?: Pace): Promise<LocalServer> {
  const home = slsctlHome(context.env);
  const running = await runningLocal(home);
  const fits = !pace || (running && isDeepStrictEqual(running.pace, pace));
  if (running && running.version === SLSCTL_VERSION && fits) return running;
  if (running) await stop(running);
  const wanted = pace ?? running?.pace ?? instant;
  try {
    return await launch(home, port ?? running?.port ?? defaultPort, wanted, context);
  } catch (error) {
    // Another slsctl may be starting it at this moment.
    const locked = error instanceof LaunchError && error.code === 'ELOCKED';
    const winner = locked ? await startedByAnother(home) : await runningLocal(home);
    if (winner) return winner;
    // Any free port does when nobody asked for this one: clients learn it from server.json.
    if (port === undefined && error instanceof LaunchError && error.code === 'EADDRINUSE') {
      return launch(home, 0, wanted, context);
    }
    throw error;
  }
}

async function startedByAnother(home: string): Promise<LocalServer | undefined> {
  for (let looks = 0; looks < 200; looks++) {
    const server = await runningLocal(home);
    if (server) return server;
    await sleep(50);
  }
  return undefined;
}

/** Milliseconds; it takes a tenth of a second. */
const launchLimit = 60_000;

class LaunchError extends UserError {
  readonly code?: string;
  constructor(message: string, next?: string, code?: string) {
    super(message, exitCodes.failed, { next });
    this.code = code;
  }
}

async function launch(
  home: string,
  port: number,
  pace: Pace,
  { env, signal }: Context,
): Promise<LocalServer> {
  const folder = join(home, 'local');
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause) => {
    throw new UserError(`the folder of the local AWS cannot be made: ${folder}`, exitCodes.failed, {
      reason: (cause as Error).message,
      next: 'set SLSCTL_HOME to a folder that you may write to',
      cause,
    });
  });
  const program = installed('dist', 'local', 'server.mjs');
  if (!program) throw new UserError('this installation of slsctl has no local AWS');
  const log = await open(join(folder, 'server.log'), 'a', 0o600).catch((cause) => {
    throw new UserError(`the folder of the local AWS cannot be written: ${folder}`, exitCodes.failed, {
      reason: (cause as Error).message,
      next: 'set SLSCTL_HOME to a folder that you may write to',
      cause,
    });
  });
  signal.throwIfAborted();
  const args = ['--home', home, '--port', String(port), '--pace', JSON.stringify(pace)];
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: withoutAws(env),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(launchLimit)]);
  let giveUp = () => {};
  try {
    return await new Promise<LocalServer>((resolve, reject) => {
      giveUp = () => {
        child.kill();
        const seconds = launchLimit / 1000;
        const late = `the local AWS has not started within ${seconds} s`;
        reject(
          signal.aborted
            ? signal.reason
            : new LaunchError(late, `look into ${join(folder, 'server.log')}, and try again`),
        );
      };
      limit.addEventListener('abort', giveUp);
      child.once('error', reject);
      child.once('exit', () => {
        reject(
          new LaunchError('the local AWS ended while it started', `look into ${join(folder, 'server.log')}`),
        );
      });
      child.once(
        'message',
        (message: { ready?: LocalServer; error?: { message: string; next?: string; code?: string } }) => {
          if (message.ready) resolve(message.ready);
          else
            reject(
              new LaunchError(message.error?.message ?? 'unknown', message.error?.next, message.error?.code),
            );
        },
      );
    });
  } finally {
    limit.removeEventListener('abort', giveUp);
    child.removeAllListeners();
    if (child.connected) child.disconnect();
    child.unref();
    await log.close();
  }
}

/** The user's own AWS settings are no business of the local AWS or of the functions in it. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}

async function stop(server: LocalServer): Promise<void> {
  process.kill(server.pid, 'SIGTERM');
  for (let waited = 0; alive(server.pid); waited += 20) {
    if (waited >= 10_000) {
      throw new UserError(`the local AWS (process ${server.pid}) does not end`);
    }
    await sleep(20);
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

type PaceFlags = { [Name in keyof Pace]?: string };

/** What the flags ask for; undefined: none was given. */
function paceOf(flags: PaceFlags): Pace | undefined {
  const names = Object.keys(instant) as (keyof Pace)[];
  const given = names.filter((name) => flags[name] !== undefined);
  if (given.length === 0) return undefined;
  const pace = { ...instant };
  for (const name of given) {
    const flag = `--${name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)}`;
    pace[name] = parseDuration(flags[name] as string, flag, longestDelay);
  }
  return pace;
}

export async function localStart(context: Context, args: { port?: number } & PaceFlags): Promise<void> {
  const pace = paceOf(args);
  const home = slsctlHome(context.env);
  const before = await runningLocal(home);
  if (before && args.port !== undefined && before.port !== args.port) {
    throw badInput(`the local AWS runs already, on port ${before.port}; --port was ${args.port}`, {
      next: 'slsctl local stop, then start it again',
    });
  }
  const server = await context.ui.step('start the local AWS', () => ensureLocal(context, args.port, pace));
  show(context, home, server);
  context.ui.note('next: slsctl deploy --local, or for any other AWS client: eval "$(slsctl local env)"');
}

export async function localStop(context: Context): Promise<void> {
  const { ui } = context;
  const server = await runningLocal(slsctlHome(context.env));
  if (server) await stop(server);
  ui.print(server ? `stopped; what it holds is kept for the next start` : 'the local AWS is not running');
  ui.answer({ stopped: Boolean(server) });
}

export async function localStatus(context: Context): Promise<number> {
  const home = slsctlHome(context.env);
  const server = await runningLocal(home);
  if (server) {
    show(context, home, server);
    return exitCodes.done;
  }
  context.ui.print('the local AWS is not running');
  context.ui.answer({ running: false, home });
  context.ui.note('next: slsctl local start');
  return exitCodes.failed;
}

function show({ ui }: Context, home: string, server: LocalServer): void {
  ui.print(
    columns([
      ['endpoint', ui.style.bold(server.endpoint)],
      ['account', server.account],
      ['process', String(server.pid)],
      ['data', join(home, 'local')],
      ...slowness(server.pace),
    ]),
  );
  const { endpoint, account, pid, pace } = server;
  ui.answer({ running: true, endpoint, account, pid, home, pace });
}

/** The delays that were asked for. */
function slowness(pace: Pace): [string, string][] {
  const texts: Record<keyof Pace, string> = {
    latency: 'each answer',
    iamDelay: 'new role',
    createDelay: 'new function',
    updateDelay: 'update',
    retryDelay: 'retry',
  };
  return (Object.keys(texts) as (keyof Pace)[])
    .filter((name) => pace[name] !== instant[name])
    .map((name) => [
      texts[name],
      `after ${pace[name] < 1000 ? `${pace[name]} ms` : `${pace[name] / 1000} s`}`,
    ]);
}

type Shell = 'sh' | 'fish' | 'powershell' | 'cmd';
const assignments: Record<Shell, (name: string, value: string) => string> = {
  sh: (name, value) => `export ${name}='${value}'`,
  fish: (name, value) => `set -gx ${name} '${value}'`,
  powershell: (name, value) => `$env:${name} = '${value}'`,
  cmd: (name, value) => `set "${name}=${value}"`,
};
const removals: Record<Shell, (name: string) => string> = {
  sh: (name) => `unset ${name}`,
  fish: (name) => `set -e ${name}`,
  powershell: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
  cmd: (name) => `set "${name}="`,
};
/** With one of these set, clients would sign with other credentials, or with a token that is not of these. */
const misleading = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN'];
export const shells = Object.keys(assignments) as Shell[];

export async function localEnv(context: Context, args: { shell?: Shell }): Promise<void> {
  const server = await ensureLocal(context);
  const region = context.options.region ?? 'us-east-1';
  const variables = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_ACCESS_KEY_ID: server.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  const shell = args.shell ?? (process.platform === 'win32' ? 'powershell' : 'sh');
  for (const name of misleading) context.ui.print(removals[shell](name));
  for (const [name, value] of Object.entries(variables)) context.ui.print(assignments[shell](name, value));
  context.ui.answer(variables);
}

export async function localReset(context: Context): Promise<number> {
  const { ui, options } = context;
  const folder = join(slsctlHome(context.env), 'local');
  if (!options.yes && !(await ui.confirm(`Delete everything that the local AWS holds in ${folder}?`))) {
    ui.note('nothing was deleted');
    return exitCodes.failed;
  }
  const server = await runningLocal(slsctlHome(context.env));
  if (server) await stop(server);
  // The key stays, so that shells that have it exported go on working.
  for (const name of ['store', 'data', 'server.json', 'server.log']) {
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  }
  ui.print('the local AWS is empty');
  ui.answer({ reset: true });
  return exitCodes.done;
}
