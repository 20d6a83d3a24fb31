// The first deployment of a project with many functions, compared with one function. AWS's rate limits set a lower bound.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { environment, freePort, home, node, program, slsctl, table } from './harness.js';
import { startProxy } from './proxy.js';

const count = 100;
const latency = 100;

/** The rates that AWS documents, by kind of request. A burst may be as large as the requests of one second. */
const rates = [
  {
    name: 'Lambda, GetFunction',
    perSecond: 100,
    matches: ({ method, path }) => method === 'GET' && /\/functions\/[^/]+$/.test(path),
  },
  { name: 'Lambda, all others', perSecond: 15, matches: ({ path }) => /^\/20\d\d-/.test(path) },
  ...['CreateLogGroup', 'PutRetentionPolicy', 'DescribeLogGroups', 'ListTagsLogGroup'].map((operation) => ({
    name: `CloudWatch Logs, ${operation}`,
    perSecond: 10,
    matches: (request) => request.operation === operation,
  })),
];

export async function manyFunctions() {
  environment.SLSCTL_HOME = join(home, 'many');
  await slsctl(['local', 'start', '--port', String(await freePort()), '--latency', `${latency}ms`]);
  try {
    const local = JSON.parse(await slsctl(['local', 'env', '--output', 'json']));
    Object.assign(environment, local);
    const one = await deploy(local, 1);
    const all = await deploy(local, count);
    for (const name of Object.keys(local)) delete environment[name];
    const slowest = Math.max(...all.minimums.map(({ seconds }) => seconds));
    const limit = 3 * one.seconds + slowest;
    table(
      `Many functions, first deployment, ${latency} ms for each request`,
      ['', 'requests', 'refused', 'seconds'],
      [
        ['1 function', String(one.requests), String(one.refused), one.seconds.toFixed(2)],
        [`${count} functions`, String(all.requests), String(all.refused), all.seconds.toFixed(2)],
        ...all.minimums
          .filter(({ seconds }) => seconds > 0)
          .map(({ name, requests, seconds }) => [
            `minimum by rate: ${name}`,
            String(requests),
            '',
            seconds.toFixed(2),
          ]),
        ['limit: 3 × one function + the largest minimum', '', '', limit.toFixed(2)],
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
      minimums: minimumsOf(requests),
    };
  } finally {
    await proxy.close();
  }
}

/** The shortest time in which AWS's rates allow the requests of each kind, after a first burst of one second's requests. */
function minimumsOf(requests) {
  const remaining = new Set(requests);
  return rates.map(({ name, perSecond, matches }) => {
    const matching = [...remaining].filter(matches);
    for (const request of matching) remaining.delete(request);
    return {
      name,
      requests: matching.length,
      seconds: Math.max(0, matching.length - perSecond) / perSecond,
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
