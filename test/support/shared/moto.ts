// A moto server, an independent emulator of AWS, on its own port.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../port.ts';
import type { Shared } from './setup.ts';

/** `env`: moto's own settings. Rejects when the program ends at once, or has not answered after a minute. */
export async function startMotoServer(
  program: string | undefined,
  env: Record<string, string> = {},
): Promise<Shared | undefined> {
  if (program === undefined) return undefined;
  const port = await freePort();
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    env: { ...process.env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endpoint = `http://127.0.0.1:${port}`;
  let said = '';
  child.stderr.on('data', (data) => {
    said = (said + data).slice(-4000);
  });
  // Set by spawn's own failure too: a child without a pid never exits.
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  const deadline = Date.now() + 60_000;
  while (!(await answers(endpoint))) {
    if (failure || child.exitCode !== null || Date.now() > deadline) {
      await stop(child);
      throw new Error(`moto_server did not start: ${failure?.message ?? said}`);
    }
    await delay(100);
  }
  return { value: endpoint, stop: () => stop(child) };
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/moto-api/`)).ok;
  } catch {
    return false;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}
