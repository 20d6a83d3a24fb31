// A project of many functions against one function: what the rates that AWS allows leave of working side by side.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { environment, freePort, home, node, program, slsctl, table } from './machine.js';
import { startProxy } from './proxy.js';

const count = 100;
const latency = 100;

/** Requests a second that AWS documents, and how many at once, by what is asked. */
const rates = [
  {
    name: 'Lambda, GetFunction',
    perSecond: 100,
    of: ({ method, path }) => method === 'GET' && /\/functions\/[^/]+$/.test(path),
  },
  { name: 'Lambda, all others', perSecond: 15, of: ({ path }) => /^\/20\d\d-/.test(path) },
  ...['CreateLogGroup', 'PutRetentionPolicy', 'DescribeLogGroups', 'ListTagsLogGroup'].map((operation) => ({
    name: `CloudWatch Logs, ${operation}`,
    perSecond: 10,
    of: (request) => request.operation === operation,
  })),
];

export async function many() {
  environment.SLSCTL_HOME = join(home, 'many');
  await slsctl(['local', 'start', '--port', String(await freePort()), '--latency', `${latency}ms`]);
  try {
    const local = JSON.parse(await slsctl(['local', 'env', '--output', 'json']));
    Object.assign(environment, local);
    const one = await deploy(local, 1);
    const all = await deploy(local, count);
    for (const name of Object.keys(local)) delete environment[name];
    const forced = Math.max(...all.forced.map(({ seconds }) => seconds));
    const wanted = 3 * one.seconds + forced;
    table(
      `Many functions, first deploy, each request answered after ${latency} ms`,
      ['', 'requests', 'refused', 'seconds'],
      [
        ['1 function', String(one.requests), String(one.refused), one.seconds.toFixed(2)],
        [`${count} functions`, String(all.requests), String(all.refused), all.seconds.toFixed(2)],
        ...all.forced
          .filter(({ seconds }) => seconds > 0)
          .map(({ name, requests, seconds }) => [
            `forced: ${name}`,
            String(requests),
            '',
            seconds.toFixed(2),
          ]),
        ['wanted: ≤ 3 × one + the most that is forced', '', '', wanted.toFixed(2)],
      ],
    );
  } finally {
    await slsctl(['local', 'stop']);
  }
}

async function deploy(local, functions) {
  const folder = join(home, `many-${functions}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'index.mjs'), 'export const handler = async () => 1;\n');
  const names = Array.from(
    { length: functions },
    (_, index) => `of-${functions}-${String(index).padStart(3, '0')}`,
  );
  await writeFile(
    join(folder, 'slsctl.yml'),
    `project: many-${functions}\ndefaults: { runtime: nodejs20.x, handler: index.handler }\nfunctions:\n${names
      .map((name) => `  ${name}: {}\n`)
      .join('')}`,
  );
  const proxy = await startProxy({ target: local.AWS_ENDPOINT_URL });
  try {
    const began = performance.now();
    await node([program, 'deploy', '--endpoint-url', proxy.endpoint], { cwd: folder });
    const seconds = (performance.now() - began) / 1000;
    const requests = proxy.take();
    if (process.argv.includes('--trace')) trace(requests);
    return {
      seconds,
      requests: requests.length,
      refused: requests.filter(({ status }) => status === 429).length,
      forced: forcedBy(requests),
    };
  } finally {
    await proxy.close();
  }
}

/** How long the requests of each kind take at the least: all but the first second's, at their rate. */
function forcedBy(requests) {
  const left = new Set(requests);
  return rates.map(({ name, perSecond, of }) => {
    const these = [...left].filter(of);
    for (const one of these) left.delete(one);
    return {
      name,
      requests: these.length,
      seconds: Math.max(0, these.length - perSecond) / perSecond,
    };
  });
}

function trace(requests) {
  const zero = Math.min(...requests.map(({ start }) => start));
  const kinds = new Map();
  for (const { start, end, method, path, operation } of requests) {
    const kind = operation ?? `${method} ${path.replace(/of-\d+-\d+/, 'NAME')}`;
    const known = kinds.get(kind) ?? { count: 0, first: start, last: end };
    kinds.set(kind, { count: known.count + 1, first: known.first, last: end });
  }
  for (const [kind, { count: times, first, last }] of kinds) {
    const time = (at) => ((at - zero) / 1000).toFixed(2).padStart(6);
    process.stdout.write(`${time(first)} –${time(last)}  ${String(times).padStart(4)} × ${kind}\n`);
  }
}
