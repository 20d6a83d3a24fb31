// `slsctl local …`: starts, stops and resets the local AWS, and shows how other clients reach it.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDuration } from '../../advise/duration.ts';
import type { Context } from '../../context.ts';
import { badInput, exitCodes } from '../../errors/user-error.ts';
import { columns } from '../../ui/table.ts';
import {
  ensureLocal,
  instant,
  type LocalServer,
  type Pace,
  runningLocal,
  slsctlHome,
  stopLocal,
} from '../../workflow/local-server.ts';

const longestDelay = 15 * 60_000;

type PaceFlags = { [Name in keyof Pace]?: string };

/** The delays of the flags; undefined: the user gave none. */
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
  const home = slsctlHome(context);
  const before = await runningLocal(home);
  if (before && args.port !== undefined && before.port !== args.port) {
    throw badInput(`the local AWS runs already, on port ${before.port}; --port was ${args.port}`, {
      next: 'slsctl local stop, then start it again',
    });
  }
  const server = await context.ui.step('start the local AWS', () => ensureLocal(context, args.port, pace));
  show(context, home, server);
  context.ui.next('slsctl deploy --local, or for any other AWS client: eval "$(slsctl local env)"');
}

export async function localStop(context: Context): Promise<void> {
  const { ui } = context;
  const server = await runningLocal(slsctlHome(context));
  if (server) await stopLocal(server);
  ui.print(server ? 'stopped; its data is kept for the next start' : 'the local AWS is not running');
  ui.answer({ stopped: Boolean(server) });
}

export async function localStatus(context: Context): Promise<number> {
  const home = slsctlHome(context);
  const server = await runningLocal(home);
  if (server) {
    show(context, home, server);
    return exitCodes.done;
  }
  context.ui.print('the local AWS is not running');
  context.ui.answer({ running: false, home });
  context.ui.next('slsctl local start');
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
      ...(server.faults ? [['faults', `${server.faults} set; slsctl local fault list shows them`]] : []),
    ]),
  );
  const { endpoint, account, pid, pace, faults = 0 } = server;
  ui.answer({ running: true, endpoint, account, pid, home, pace, faults });
}

/** The delays that differ from the default. */
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
/** Variables to unset: with them, clients would use other credentials, or a session token that does not match. */
const conflicting = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN'];
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
  // This command is there to show it.
  context.secrets.reveal(server.secretAccessKey);
  const shell = args.shell ?? (process.platform === 'win32' ? 'powershell' : 'sh');
  for (const name of conflicting) context.ui.print(removals[shell](name));
  for (const [name, value] of Object.entries(variables)) context.ui.print(assignments[shell](name, value));
  context.ui.answer(variables);
}

export async function localReset(context: Context): Promise<number> {
  const { ui, options } = context;
  const folder = join(slsctlHome(context), 'local');
  if (!options.yes && !(await ui.confirm(`Delete everything that the local AWS holds in ${folder}?`))) {
    ui.note('nothing was deleted');
    return exitCodes.failed;
  }
  const server = await runningLocal(slsctlHome(context));
  if (server) await stopLocal(server);
  // The access key stays, because shells that have exported it must keep working.
  for (const name of ['store', 'data', 'server.json', 'server.log']) {
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
  }
  ui.print('the local AWS is empty');
  ui.answer({ reset: true });
  return exitCodes.done;
}
