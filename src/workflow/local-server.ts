// Finds, starts, replaces and stops the local AWS, a background process. Only this module knows where it runs.
import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../context.ts';
import { exitCodes, UserError } from '../errors/user-error.ts';
import { installed } from '../installation.ts';

declare const SLSCTL_VERSION: string;

const defaultPort = 4586;

/** The content of `server.json`, which the server writes. */
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
  /** The number of faults that are set. */
  faults?: number;
}

/** Delays that the local AWS simulates, in milliseconds. */
export interface Pace {
  latency: number;
  iamDelay: number;
  createDelay: number;
  updateDelay: number;
  retryDelay: number;
}

/** No delays, except the minute that AWS waits before it retries a failed asynchronous invocation. */
export const instant: Pace = { latency: 0, iamDelay: 0, createDelay: 0, updateDelay: 0, retryDelay: 60_000 };

/** `$SLSCTL_HOME`, else the XDG state folder (`%LOCALAPPDATA%` on Windows). */
export function slsctlHome({ cwd, env }: Pick<Context, 'cwd' | 'env'>): string {
  if (env.SLSCTL_HOME) return resolve(cwd, env.SLSCTL_HOME);
  if (env.XDG_STATE_HOME) return resolve(cwd, env.XDG_STATE_HOME, 'slsctl');
  const windows = process.platform === 'win32';
  if (windows && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'slsctl');
  return join((windows ? env.USERPROFILE : env.HOME) || homedir(), '.local', 'state', 'slsctl');
}

/** The running server of this home folder, or undefined. */
export async function runningLocal(home: string): Promise<LocalServer | undefined> {
  let server: LocalServer;
  try {
    server = JSON.parse(await readFile(join(home, 'local', 'server.json'), 'utf8'));
  } catch {
    return undefined;
  }
  try {
    const health = await healthOf(server);
    if (health.program !== 'slsctl-local' || health.pid !== server.pid) return undefined;
    return { ...server, pace: { ...instant, ...server.pace }, faults: health.faults };
  } catch {
    return undefined;
  }
}

/** Uses a separate connection, which is closed after the answer. */
async function healthOf({ endpoint }: LocalServer): Promise<Health> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${endpoint}/_slsctl/health`, { agent: false, signal: AbortSignal.timeout(5000) }, resolve).on(
      'error',
      reject,
    );
  });
  return (await json(answer)) as Health;
}

interface Health {
  program?: string;
  pid?: number;
  faults?: number;
}

/** The running server. Starts one if there is none, and replaces one of another version of slsctl. */
export async function ensureLocal(context: Context, port?: number, pace?: Pace): Promise<LocalServer> {
  const home = slsctlHome(context);
  const running = await runningLocal(home);
  const fits = !pace || (running && isDeepStrictEqual(running.pace, pace));
  if (running && running.version === SLSCTL_VERSION && fits) return running;
  if (running) await stopLocal(running);
  const wanted = pace ?? running?.pace ?? instant;
  try {
    return await launch(home, port ?? running?.port ?? defaultPort, wanted, context);
  } catch (error) {
    // Another slsctl may be starting the server at this moment.
    const locked = error instanceof LaunchError && error.code === 'ELOCKED';
    const winner = locked ? await startedByAnother(home) : await runningLocal(home);
    if (winner) return winner;
    // If the user named no port, any free port will do: clients find it in server.json.
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

/** Milliseconds; a start normally takes about 100 ms. */
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
    throw new UserError(`the folder of the local AWS cannot be created: ${folder}`, exitCodes.failed, {
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

/** Removes the user's AWS settings: neither the local AWS nor the functions in it may see them. */
function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}

export async function stopLocal(server: LocalServer): Promise<void> {
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
