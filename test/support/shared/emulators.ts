// Independent emulators of AWS, each a program on a port of its own on the loopback interface.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../port.ts';
import type { Shared } from './setup.ts';

interface Start {
  /** In messages. */
  name: string;
  /** undefined: it is not installed. */
  program: string | undefined;
  args?(port: number): string[];
  /** `folder`: empty, removed with the program. */
  env(port: number, folder: string): Record<string, string>;
  /** The path that answers as soon as the program is ready. */
  ready: string;
}

/** moto's server. `env`: its own settings. */
export async function startMotoServer(
  program: string | undefined,
  env: Record<string, string> = {},
): Promise<Shared | undefined> {
  return start({
    name: 'moto_server',
    program,
    args: (port) => ['-H', '127.0.0.1', '-p', String(port)],
    env: () => ({ MOTO_IAM_LOAD_MANAGED_POLICIES: 'true', ...env }),
    ready: '/moto-api/',
  });
}

/** By itself, ministack listens on all addresses and opens more ports. */
export async function startMinistack(program: string | undefined): Promise<Shared | undefined> {
  return start({
    name: 'ministack',
    program,
    env: (port, folder) => ({
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      S3_DATA_DIR: folder,
    }),
    ready: '/_ministack/health',
  });
}

/**
 * LocalStack, with two changes. Its server listens on the loopback only, which GATEWAY_LISTEN does not achieve. A new
 * function is active at once; it could not be run without Docker, but all else about it can be tested.
 */
const localStackMain = `
import functools, runpy
from twisted.internet import endpoints
endpoints.TCP4ServerEndpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface='127.0.0.1')
from localstack.services.lambda_.invocation.docker_runtime_executor import DockerRuntimeExecutor
DockerRuntimeExecutor.prepare_version = classmethod(lambda cls, version: None)
runpy.run_module('localstack.runtime.main', run_name='__main__')
`;

/** Without Docker, its DNS server and its telemetry. `program`: the Python that has it. */
export async function startLocalStack(program: string | undefined): Promise<Shared | undefined> {
  return start({
    name: 'LocalStack',
    program,
    args: () => ['-c', localStackMain],
    env: (port, folder) => ({
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      LOCALSTACK_HOST: `127.0.0.1:${port}`,
      DNS_ADDRESS: '0',
      DISABLE_EVENTS: '1',
      SKIP_SSL_CERT_DOWNLOAD: '1',
      ACTIVATE_PRO: '0',
      FILESYSTEM_ROOT: folder,
      // Inside of a container it would take the folders of its own image.
      OVERRIDE_IN_DOCKER: '0',
    }),
    ready: '/_localstack/health',
  });
}

/** Rejects when the program ends at once, or has not answered after two minutes. */
async function start({ name, program, args, env, ready }: Start): Promise<Shared | undefined> {
  if (program === undefined) return undefined;
  const [port, folder] = await Promise.all([freePort(), mkdtemp(join(tmpdir(), 'slsctl-emulator-'))]);
  const child = spawn(program, args?.(port) ?? [], {
    cwd: folder,
    env: { ...process.env, ...env(port, folder) },
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
  const deadline = Date.now() + 120_000;
  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  while (!(await answers(endpoint + ready))) {
    if (failure || child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`${name} did not start: ${failure?.message ?? said}`);
    }
    await delay(100);
  }
  return { value: endpoint, stop };
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

/** Nothing that these programs hold is worth an orderly end, for which LocalStack takes minutes. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
