// Shared by all benchmarks: a temporary home folder, the built program, medians and tables.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../bin/slsctl.js', import.meta.url));
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A temporary folder, removed after the benchmarks. */
export const home = await mkdtemp(join(tmpdir(), 'slsctl-bench-'));
export const removeHome = () => rm(home, { recursive: true, force: true, maxRetries: 5 });

/** Environment of the started programs, without the user's AWS settings. */
export const environment = Object.fromEntries(
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

/** Runs Node and resolves with its stdout. Rejects with its output when it fails. */
export const node = (args, options) => run(process.execPath, args, options);

export function run(command, args, { cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
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
      else reject(new Error(`${command} ${args.join(' ')}: exit ${code}\n${stderr}${stdout}`));
    });
  });
}

export const slsctl = (args, options) => node([program, ...args], options);

let homes = 0;

/**
 * Starts a new local AWS, which slsctl then uses. Calls `use` with the output of `slsctl local env` and with the home folder
 * of the local AWS.
 */
export async function withLocalAws(use) {
  const localHome = join(home, `slsctl-${homes++}`);
  environment.SLSCTL_HOME = localHome;
  await slsctl(['local', 'start', '--port', String(await freePort())]);
  try {
    return await use(JSON.parse(await slsctl(['local', 'env', '--output', 'json'])), localHome);
  } finally {
    environment.SLSCTL_HOME = localHome;
    await slsctl(['local', 'stop']);
  }
}

/** Path of the Python interpreter itself, and not of a version manager's wrapper; undefined when there is none. */
export async function realPython() {
  const command = process.platform === 'win32' ? 'python' : 'python3';
  const path = await run(command, ['-c', 'import sys; print(sys.executable)']).catch(() => '');
  return path.trim() || undefined;
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function table(title, head, rows) {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ');
  const lines = [head, widths.map((width) => '─'.repeat(width)), ...rows].map(
    (row) => `  ${line(row).trimEnd()}`,
  );
  process.stdout.write(`\n${title}\n\n${lines.join('\n')}\n`);
}
