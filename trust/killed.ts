// Kills a local AWS, and starts it again with the same data and the same port.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectSlsctl, homeFolder } from '../test/support/cli.ts';
import type { LocalAws } from '../test/support/local.ts';

export async function killAndRestart(local: LocalAws): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
  await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
}
