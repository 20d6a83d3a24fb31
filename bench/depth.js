// Depth of commands: the number of requests that wait for one another. On a real network it decides how long a user waits.
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { environment, home, node, program, realPython, table, withLocalAws } from './harness.js';
import { longestChain, startProxy } from './proxy.js';

/** Milliseconds: much longer than the program itself needs between two requests. */
const delay = 300;

export async function depth() {
  const folder = join(home, 'project');
  // The limits are for the template in Python, which is used if there is a Python.
  const template = (await realPython()) ? 'hello-python' : 'hello-node';
  await node([program, 'init', folder, '--template', template, '--yes']);
  await withLocalAws(async (local) => {
    Object.assign(environment, local);
    await depths(local.AWS_ENDPOINT_URL, folder);
    for (const name of Object.keys(local)) delete environment[name];
  });
}

/** Sequential round trips of each command, through a proxy that makes every round trip slow. */
async function depths(target, folder) {
  const proxy = await startProxy({ target, delay });
  const through = (cwd, ...args) => node([program, ...args, '--endpoint-url', proxy.endpoint], { cwd });
  const rows = [];
  const measure = async (name, limit, cwd, ...args) => {
    proxy.take();
    const began = performance.now();
    await through(cwd, ...args);
    const seconds = (performance.now() - began) / 1000;
    const requests = proxy.take();
    const chain = longestChain(requests);
    rows.push([name, String(chain.length), limit, String(requests.length), seconds.toFixed(2)]);
    if (process.argv.includes('--trace')) trace(name, requests);
  };
  try {
    await measure('first deploy', '4', folder, 'deploy');
    await measure('nothing changed', '1', folder, 'deploy');
    await changeCode(folder);
    await measure('code changed', '3', folder, 'deploy');
    await measure('destroy', 'lowest', folder, 'destroy', '--yes');
    const layers = await projectWithLayers();
    await measure('with two layers: first deploy', '4', layers, 'deploy');
    await measure('  nothing changed', '1', layers, 'deploy');
    await through(layers, 'destroy', '--yes');
    await appendFile(join(layers, 'slsctl.yml'), '    aliases: { live: {}, prod: {} }\n');
    // One request more: an alias is moved only when its version is ready.
    await measure('and two aliases: first deploy', '5', layers, 'deploy');
    await measure('  nothing changed', '1', layers, 'deploy');
    await writeFile(join(layers, 'index.mjs'), 'export const handler = async () => 2;\n');
    await measure('  code changed', '4', layers, 'deploy');
    await measure('  destroy', 'lowest', layers, 'destroy', '--yes');
  } finally {
    await proxy.close();
  }
  table(
    `Depth: the longest chain of requests that waited for one another (each delayed by ${delay} ms)`,
    ['command', 'depth', 'limit', 'requests', 'seconds'],
    rows,
  );
}

/** A project with two layers, and a function that uses both. */
async function projectWithLayers() {
  const folder = join(home, 'layered');
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name, 'nodejs'), { recursive: true });
    await writeFile(join(folder, name, 'nodejs', `${name}.js`), `exports.name = '${name}';\n`);
  }
  await writeFile(join(folder, 'index.mjs'), 'export const handler = async () => 1;\n');
  await writeFile(
    join(folder, 'slsctl.yml'),
    `project: layered
layers:
  one: { path: one }
  two: { path: two }
functions:
  layered:
    runtime: nodejs20.x
    handler: index.handler
    code: { path: ., include: [index.mjs] }
    layers: [one, two]
`,
  );
  return folder;
}

async function changeCode(folder) {
  for (const file of ['lambda_function.py', 'index.mjs', 'index.js']) {
    const path = join(folder, file);
    const before = await readFile(path, 'utf8').catch(() => undefined);
    if (before) return await writeFile(path, before.replace('Hello', 'Good day'));
  }
  throw new Error('the template has none of the expected code files');
}

function trace(name, requests) {
  const zero = Math.min(...requests.map(({ start }) => start));
  process.stdout.write(`${name}\n`);
  for (const { start, end, method, path, operation, status } of requests) {
    const time = `${String(Math.round(start - zero)).padStart(6)} –${String(Math.round(end - zero)).padStart(6)}`;
    process.stdout.write(`${time}  ${status}  ${operation ?? `${method} ${path}`}\n`);
  }
}
