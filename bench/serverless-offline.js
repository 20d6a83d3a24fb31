// Installs and starts serverless-offline, the emulator to compare with. It goes into a cache folder, and is not a
// dependency of this project.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, freePort, node, root } from './harness.js';

const versions = { osls: '4.3.1', 'serverless-offline': '14.8.2' };
const cache = join(root, 'node_modules', '.cache', 'slsctl-bench');

/** Calls `use` with a function that gives the URL of a Lambda function. Prints a note when it cannot be installed. */
export async function withServerlessOffline(sources, use) {
  try {
    await install();
  } catch (error) {
    process.stdout.write(`\nserverless-offline is left out: ${error.message.split('\n')[0]}\n`);
    return;
  }
  const functions = {};
  for (const [name, { runtime, handler, file, code }] of Object.entries(sources)) {
    functions[name] = { handler, runtime };
    await writeFile(join(cache, file), code);
  }
  const config = {
    service: 'bench',
    provider: { name: 'aws', region: 'us-east-1' },
    plugins: ['serverless-offline'],
    functions,
  };
  await writeFile(join(cache, 'serverless.json'), JSON.stringify(config));
  const [lambdaPort, httpPort] = [await freePort(), await freePort()];
  const osls = join(cache, 'node_modules', 'osls', 'bin', 'serverless.js');
  const args = [osls, 'offline', '--lambdaPort', String(lambdaPort), '--httpPort', String(httpPort)];
  const child = spawn(process.execPath, args, { cwd: cache, env: environment, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    const address = `http://127.0.0.1:${lambdaPort}`;
    await waitForAnswer(address, child);
    await use((name) => `${address}/2015-03-31/functions/bench-dev-${name}/invocations`);
  } finally {
    child.kill();
    await ended;
  }
}

async function install() {
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
  const npm = process.env.npm_execpath;
  if (!npm) throw new Error('run this with npm run bench');
  const flags = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await node([npm, 'install', ...flags], { cwd: cache });
}

async function waitForAnswer(address, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error('serverless-offline ended while it started');
    if (await fetch(address).catch(() => undefined)) return;
    await sleep(100);
  }
}
