// The programs to compare with: moto with serverless-offline-sqs, ministack, dynalite. They are installed into a cache
// folder, and are not dependencies of this project. Each is left out, with a word, when it cannot be had.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, freePort, home, node, root, run } from '../harness.js';

const cache = join(root, 'node_modules', '.cache', 'slsctl-bench');
const python = join(cache, 'python', process.platform === 'win32' ? 'Scripts' : 'bin');

/** Calls `use` with what `start` resolves with. When `start` fails, it says so and calls `use` with undefined. */
export async function orLeaveOut(name, start, use) {
  let peer;
  try {
    peer = await start();
  } catch (error) {
    process.stdout.write(`\n${name} is left out: ${String(error.message).split('\n')[0]}\n`);
  }
  try {
    return await use(peer);
  } finally {
    await peer?.stop();
  }
}

/** Resolves with `{ endpoint, stop }`. */
export async function startMoto() {
  const port = await freePort();
  await installPython(['moto[server]==5.2.5', 'ministack==1.5.33']);
  return started(join(python, 'moto_server'), ['-p', String(port)], {}, port);
}

/** Resolves with `{ endpoint, stop }`. */
export async function startMinistack() {
  const port = await freePort();
  await installPython(['moto[server]==5.2.5', 'ministack==1.5.33']);
  const env = {
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    S3_DATA_DIR: join(home, 'ministack'),
  };
  return started(join(python, 'ministack'), [], env, port);
}

/** `folder`: where it keeps its data; undefined: in memory. Resolves with `{ endpoint, stop }`. */
export async function startDynalite(folder) {
  const installed = await installNode('dynalite', { dynalite: '4.0.0' });
  const port = await freePort();
  const args = [
    join(installed, 'node_modules', 'dynalite', 'cli.js'),
    '--port',
    String(port),
    '--host',
    '127.0.0.1',
  ];
  const path = folder === undefined ? [] : ['--path', folder];
  return started(process.execPath, [...args, ...path, '--createTableMs', '0'], {}, port);
}

/** serverless-offline polls the queue for the function. Resolves with `{ stop }`. */
export async function startOfflineSqs(endpoint, queueArn, { runtime, handler, file, code }) {
  const folder = await installNode('offline-sqs', {
    osls: '4.3.1',
    'serverless-offline': '14.8.2',
    'serverless-offline-sqs': '8.0.0',
  });
  await writeFile(join(folder, file), code);
  const config = {
    service: 'bench',
    provider: { name: 'aws', region: 'us-east-1' },
    plugins: ['serverless-offline-sqs', 'serverless-offline'],
    functions: { lags: { handler, runtime, events: [{ sqs: { arn: queueArn, batchSize: 10 } }] } },
    custom: {
      'serverless-offline-sqs': {
        endpoint,
        region: 'us-east-1',
        accessKeyId: 'test',
        secretAccessKey: 'test',
      },
    },
  };
  await writeFile(join(folder, 'serverless.json'), JSON.stringify(config));
  const [lambdaPort, httpPort] = [await freePort(), await freePort()];
  const osls = join(folder, 'node_modules', 'osls', 'bin', 'serverless.js');
  const args = [osls, 'offline', '--lambdaPort', String(lambdaPort), '--httpPort', String(httpPort)];
  return started(process.execPath, args, {}, lambdaPort, folder);
}

async function installNode(name, dependencies) {
  const folder = join(cache, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const npm = process.env.npm_execpath;
  if (!npm) throw new Error('run this with npm run bench');
  const flags = ['--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await node([npm, 'install', ...flags], { cwd: folder });
  return folder;
}

async function installPython(packages) {
  const mark = join(python, `.${packages.join('-').replace(/[^\w.]+/g, '-')}`);
  if (existsSync(mark)) return;
  await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', join(cache, 'python')]);
  await run(join(python, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  await writeFile(mark, '');
}

async function started(command, args, env, port, cwd = home) {
  const child = spawn(command, args, { cwd, env: { ...environment, ...env }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve).once('error', resolve));
  const stop = async () => {
    child.kill();
    await ended;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${command} ended while it started`);
    if (await fetch(endpoint).catch(() => undefined)) return { endpoint, stop };
    await sleep(100);
  }
  await stop();
  throw new Error(`${command} does not answer`);
}
