// The program where it is installed: in folders with odd names, and when what it writes has no place.
import { spawn } from 'node:child_process';
import { cp, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cleanEnvironment, homeFolder, program } from '../support/cli.ts';
import { folderWith } from '../support/project.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Copies a package and all that it needs. */
async function install(name: string, to: string, done = new Set<string>()): Promise<void> {
  if (done.has(name)) return;
  done.add(name);
  const from = join(root, 'node_modules', name);
  const text = await readFile(join(from, 'package.json'), 'utf8').catch(() => undefined);
  // Of another machine.
  if (text === undefined) return;
  await cp(from, join(to, 'node_modules', name), { recursive: true });
  const { dependencies, optionalDependencies } = JSON.parse(text);
  for (const other of Object.keys({ ...dependencies, ...optionalDependencies }))
    await install(other, to, done);
}

async function run(script: string, args: string[], stdout: 'pipe' | number = 'pipe') {
  const child = spawn(process.execPath, [script, ...args], {
    env: cleanEnvironment(await homeFolder()),
    stdio: ['ignore', stdout, 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, said };
}

describe('the program', () => {
  it.for(process.platform === 'win32' ? ['C#', '100%'] : ['C#', '100%', 'a%41', 'what?', 'é ☃'])(
    'starts its local AWS from a folder called %s',
    async (name) => {
      const folder = join(await folderWith(), name);
      await mkdir(folder);
      for (const part of ['bin', 'dist', 'package.json']) {
        await cp(join(root, part), join(folder, part), { recursive: true });
      }
      await install('lmdb', folder);
      const script = join(folder, 'bin', 'slsctl.js');
      const started = await run(script, ['local', 'start']);
      const stopped = await run(script, ['local', 'stop']);
      expect(started, started.said).toMatchObject({ code: 0 });
      expect(stopped, stopped.said).toMatchObject({ code: 0 });
    },
  );

  it
    .runIf(process.platform === 'linux')
    .for([['--version'], ['--help'], ['help', 'deploy'], ['deploy', '--help'], ['schema']])(
    'says that %s had no place',
    async (args) => {
      const full = await open('/dev/full', 'w');
      const { code, said } = await run(program, args, full.fd);
      await full.close();
      expect(said).toMatch(/^error: the answer could not be written to stdout\ncause: ENOSPC.*\n$/);
      expect(code).toBe(1);
    },
  );
});
