// Installs and starts the programs to compare with. They go into a cache folder, and are not dependencies of this project.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, freePort, home, node, root } from './harness.js';

export const cache = join(root, 'node_modules', '.cache', 'slsctl-bench');
const patience = 60_000;

/** Installs these npm packages. Resolves with the folder. */
export async function installNode(name, dependencies) {
  const folder = join(cache, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const npm = process.env.npm_execpath;
  if (!npm) throw new Error('run this with npm run bench');
  const flags = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await node([npm, 'install', ...flags], { cwd: folder });
  return folder;
}

/** Starts a server, and resolves with `{ endpoint, stop }` when it answers at the port, and at the other `ports`. */
export async function startServer(command, args, { port, ports = [], env = {}, cwd = home }) {
  const child = spawn(command, args, { cwd, env: { ...environment, ...env }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + patience; Date.now() < until; ) {
    if (child.exitCode !== null) throw new Error(`${command} ended while it started`);
    const answers = [port, ...ports].map((one) => fetch(`http://127.0.0.1:${one}`).catch(() => undefined));
    if ((await Promise.all(answers)).every(Boolean)) return { endpoint, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`${command} does not answer`);
}

/**
 * Starts serverless-offline, which is installed in this folder, with a service of this configuration. `httpEndpoint`:
 * that of its routes.
 */
export async function startServerlessOffline(folder, config) {
  const service = { service: 'bench', provider: { name: 'aws', region: 'us-east-1' }, ...config };
  await writeFile(join(folder, 'serverless.json'), JSON.stringify(service));
  const [port, httpPort] = [await freePort(), await freePort()];
  const osls = join(folder, 'node_modules', 'osls', 'bin', 'serverless.js');
  const args = [osls, 'offline', '--lambdaPort', String(port), '--httpPort', String(httpPort)];
  const routes = Object.values(config.functions).some(({ events }) => events);
  const ports = routes ? [httpPort] : [];
  const server = await startServer(process.execPath, args, { port, ports, cwd: folder });
  return { ...server, httpEndpoint: `http://127.0.0.1:${httpPort}` };
}
