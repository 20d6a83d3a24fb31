// slsctl as a process of its own, with a folder of its own for temporary files.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cleanEnvironment, homeFolder, program, type Ran } from '../test/support/cli.ts';
import { removeFolder, temporaryFolder } from '../test/support/project.ts';

const execute = promisify(execFile);

export interface Child {
  readonly process: ChildProcess;
  readonly done: Promise<Ran & { readonly left: readonly string[] }>;
}

/** `left` names what is there when it has ended: its temporary files, and processes that it started. */
export async function startChild(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Child> {
  const temporary = await temporaryFolder('trust-tmp');
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: {
      ...cleanEnvironment(await homeFolder()),
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its processes are in a group of their own.
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const done = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  }).then(async (code) => {
    const files = (await readdir(temporary)).map((name) => `temporary file ${name}`);
    const left = [...files, ...(await processesOf(child.pid))];
    await removeFolder(temporary);
    return { code, ...output, left };
  });
  return { process: child, done };
}

/** The processes of a group, after a moment in which they may end; a bundler ends when its input ends. */
async function processesOf(group: number | undefined): Promise<string[]> {
  if (group === undefined || process.platform === 'win32') return [];
  for (let looks = 0; ; looks++) {
    const { stdout } = await execute('ps', ['-A', '-o', 'pgid=,stat=,args=']);
    const found = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []);
    const alive = found.filter(([, id, state = '']) => Number(id) === group && !state.startsWith('Z'));
    if (alive.length === 0 || looks === 40) return alive.map(([, , , args]) => `process ${args}`);
    await sleep(50);
  }
}
