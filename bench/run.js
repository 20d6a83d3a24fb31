// Measures what a user waits for: start-up time, request depth, warm invocations. Everything runs locally.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { longestChain, startProxy } from './proxy.js';

const program = fileURLToPath(new URL('../bin/slsctl.js', import.meta.url));
const rounds = 25;
/** Milliseconds: far above what the program itself needs between two requests. */
const delay = 300;

const home = await mkdtemp(join(tmpdir(), 'slsctl-bench-'));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(AWS_|SLSCTL_|NODE_OPTIONS$)/.test(name)),
);
Object.assign(environment, {
  HOME: home,
  USERPROFILE: home,
  SLSCTL_HOME: join(home, 'slsctl'),
  AWS_CONFIG_FILE: join(home, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
  AWS_EC2_METADATA_DISABLED: 'true',
});

try {
  await startUp();
  await againstLocalAws();
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

/** Start-up against `node -e 0`, interleaved so that all see the same machine. */
async function startUp() {
  const candidates = [
    { name: 'node -e 0', args: ['-e', '0'], times: [] },
    { name: 'slsctl --version', args: [program, '--version'], times: [], wanted: 1.3 },
    { name: 'slsctl deploy --help', args: [program, 'deploy', '--help'], times: [], wanted: 1.6 },
  ];
  for (let round = -2; round < rounds; round += 1) {
    for (const candidate of candidates) {
      const began = performance.now();
      await node(candidate.args);
      if (round >= 0) candidate.times.push(performance.now() - began);
    }
  }
  const [base] = candidates;
  table(
    `Start-up, median of ${rounds} interleaved rounds`,
    ['command', 'ms', 'ratio', 'wanted'],
    candidates.map(({ name, times, wanted }) => {
      // Round by round, since a slow moment of the machine hits neighbours alike.
      const ratio = median(times.map((time, round) => time / base.times[round]));
      return [name, median(times).toFixed(1), `${ratio.toFixed(2)}×`, wanted ? `≤ ${wanted}×` : ''];
    }),
  );
}

async function againstLocalAws() {
  const folder = join(home, 'project');
  const slsctl = (...args) => node([program, ...args], { cwd: folder });
  await node([program, 'init', folder, '--template', await template(), '--yes']);
  await slsctl('local', 'start', '--port', String(await freePort()));
  try {
    const local = JSON.parse(await slsctl('local', 'env', '--output', 'json'));
    Object.assign(environment, local);
    await depths(local.AWS_ENDPOINT_URL, folder);
    await warmInvocations(local);
  } finally {
    await slsctl('local', 'stop');
  }
}

/** Sequential round trips of each command, through a proxy that makes every round trip slow. */
async function depths(target, folder) {
  const proxy = await startProxy({ target, delay });
  const through = (...args) => node([program, ...args, '--endpoint-url', proxy.endpoint], { cwd: folder });
  const rows = [];
  const measure = async (name, wanted, ...args) => {
    proxy.take();
    const began = performance.now();
    await through(...args);
    const seconds = (performance.now() - began) / 1000;
    const requests = proxy.take();
    const chain = longestChain(requests);
    rows.push([name, String(chain.length), wanted, String(requests.length), seconds.toFixed(2)]);
    if (process.argv.includes('--trace')) trace(name, requests);
  };
  try {
    await measure('first deploy', '4', 'deploy');
    await measure('nothing changed', '1', 'deploy');
    await changeCode(folder);
    await measure('code changed', '3', 'deploy');
    await measure('destroy', 'lowest', 'destroy', '--yes');
    await through('deploy');
  } finally {
    await proxy.close();
  }
  table(
    `Depth: the longest chain of requests that waited for one another (each delayed by ${delay} ms)`,
    ['command', 'depth', 'wanted', 'requests', 'seconds'],
    rows,
  );
}

async function warmInvocations(local) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { InvokeCommand, LambdaClient, ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
  const lambda = new LambdaClient({
    endpoint: local.AWS_ENDPOINT_URL,
    region: local.AWS_REGION ?? local.AWS_DEFAULT_REGION,
    credentials: { accessKeyId: local.AWS_ACCESS_KEY_ID, secretAccessKey: local.AWS_SECRET_ACCESS_KEY },
  });
  const { Functions } = await lambda.send(new ListFunctionsCommand({}));
  const invoke = new InvokeCommand({ FunctionName: Functions[0].FunctionName, Payload: '{"name": "Sam"}' });
  const times = [];
  for (let round = -100; round < 1000; round += 1) {
    const began = performance.now();
    const { FunctionError } = await lambda.send(invoke);
    if (FunctionError) throw new Error(`the function failed: ${FunctionError}`);
    if (round >= 0) times.push(performance.now() - began);
  }
  lambda.destroy();
  const sorted = times.sort((a, b) => a - b);
  table(
    'Warm invocations through the local AWS, by the SDK, one at a time',
    ['runtime', 'p50 ms', 'p99 ms', 'rounds'],
    [
      [
        Functions[0].Runtime,
        sorted[Math.floor(sorted.length * 0.5)].toFixed(2),
        sorted[Math.floor(sorted.length * 0.99)].toFixed(2),
        String(sorted.length),
      ],
    ],
  );
}

/** Python where there is one, since the wanted depths are those of the hands-on. */
async function template() {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const found = await new Promise((resolve) => {
    spawn(python, ['--version'], { stdio: 'ignore' })
      .once('error', () => resolve(false))
      .once('close', (code) => resolve(code === 0));
  });
  return found ? 'hello-python' : 'hello-node';
}

async function changeCode(folder) {
  for (const file of ['lambda_function.py', 'index.mjs', 'index.js']) {
    const path = join(folder, file);
    const before = await readFile(path, 'utf8').catch(() => undefined);
    if (before) return await writeFile(path, before.replace('Hello', 'Good day'));
  }
  throw new Error('the template has no file of code that is known here');
}

/** Runs Node and answers its stdout; rejects with what it said when it failed. */
function node(args, { cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => {
      stdout += text;
    });
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${args.join(' ')}: exit ${code}\n${stderr}${stdout}`));
    });
  });
}

function trace(name, requests) {
  const zero = Math.min(...requests.map(({ start }) => start));
  process.stdout.write(`${name}\n`);
  for (const { start, end, method, path, operation, status } of requests) {
    const time = `${String(Math.round(start - zero)).padStart(6)} –${String(Math.round(end - zero)).padStart(6)}`;
    process.stdout.write(`${time}  ${status}  ${operation ?? `${method} ${path}`}\n`);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function table(title, head, rows) {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ');
  const all = [head, widths.map((width) => '─'.repeat(width)), ...rows].map(
    (row) => `  ${line(row).trimEnd()}`,
  );
  process.stdout.write(`\n${title}\n\n${all.join('\n')}\n`);
}
