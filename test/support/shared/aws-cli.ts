// The AWS CLI, loaded once: each command runs in a fork, which takes a fifth of the time of a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Shared } from './setup.ts';

const source = (name: string) => fileURLToPath(new URL(`aws-cli/${name}`, import.meta.url));

/** A program that behaves like this CLI. A CLI that is not a Python script is used directly. */
export async function preloadedAwsCli(cli: string | undefined): Promise<Shared | undefined> {
  if (cli === undefined) return undefined;
  const [, python] = /^#!(\S*python\S*)\n/.exec(await readFile(cli, 'latin1')) ?? [];
  if (python === undefined || process.platform === 'win32') return { value: cli };

  const folder = await mkdtemp(join(tmpdir(), 'slsctl-aws-'));
  const program = join(folder, 'aws');
  const client = await readFile(source('client.py'), 'utf8');
  await writeFile(program, `#!${python} -IS\n${client}`, { mode: 0o755 });
  const server = spawn(python, [source('server.py'), join(folder, 'socket')], {
    env: { ...process.env, AWS_EC2_METADATA_DISABLED: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  const ready = await Promise.race([once(server.stdout, 'data'), ended.then(() => undefined)]);
  if (!ready) throw new Error(`${cli} could not be loaded`);
  return {
    value: program,
    async stop() {
      server.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
