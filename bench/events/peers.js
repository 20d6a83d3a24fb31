// The programs to compare events with: moto with serverless-offline-sqs, ministack, dynalite. Each is left out, with a
// word, when it cannot be had.
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, home, run } from '../harness.js';
import { cache, installNode, startServer, startServerlessOffline } from '../peer.js';
import { versions } from '../serverless-offline.js';

const pythonPackages = ['moto[server]==5.2.5', 'ministack==1.5.33'];
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
  await installPython();
  return startServer(join(python, 'moto_server'), ['-p', String(port)], { port });
}

/** Resolves with `{ endpoint, stop }`. */
export async function startMinistack() {
  const port = await freePort();
  await installPython();
  const env = {
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    S3_DATA_DIR: join(home, 'ministack'),
  };
  return startServer(join(python, 'ministack'), [], { port, env });
}

/** `folder`: where it keeps its data; undefined: in memory. Resolves with `{ endpoint, stop }`. */
export async function startDynalite(folder) {
  const installed = await installNode('dynalite', { dynalite: '4.0.0' });
  const port = await freePort();
  const program = join(installed, 'node_modules', 'dynalite', 'cli.js');
  const path = folder === undefined ? [] : ['--path', folder];
  const args = [program, '--port', String(port), '--host', '127.0.0.1', ...path, '--createTableMs', '0'];
  return startServer(process.execPath, args, { port });
}

/** serverless-offline polls the queue for the function. Resolves with `{ stop }`. */
export async function startOfflineSqs(endpoint, queueArn, { runtime, handler, file, code }) {
  const folder = await installNode('offline-sqs', { ...versions, 'serverless-offline-sqs': '8.0.0' });
  await writeFile(join(folder, file), code);
  return startServerlessOffline(folder, {
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
  });
}

async function installPython() {
  const mark = join(python, `.${pythonPackages.join('-').replace(/[^\w.]+/g, '-')}`);
  if (existsSync(mark)) return;
  await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', join(cache, 'python')]);
  await run(join(python, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...pythonPackages]);
  await writeFile(mark, '');
}
