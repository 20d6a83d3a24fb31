// Whether anything grows with what the local AWS holds: the same calls when it is empty and when it is full.
import { performance } from 'node:perf_hooks';
import { clientsOf, makeFunction, makeRole, sources } from './functions.js';
import { median, slsctl, table, withLocalAws } from './machine.js';

const functions = 200;
const events = 100_000;
const batch = 5000;
const rounds = 60;

export async function volume() {
  const rows = [];
  await withLocalAws(async (env) => {
    const clients = await clientsOf(env);
    const role = await makeRole(clients);
    await makeFunction(clients, 'node', role, sources.node);
    await clients.lambda.invoke({ FunctionName: 'node', Payload: '{}' });
    await clients.logs.createLogGroup({ logGroupName: 'full' });
    await clients.logs.createLogStream({ logGroupName: 'full', logStreamName: 's' });
    await write(clients, 0, 10);
    const before = await times(clients);
    for (let index = 0; index < functions; index += 1) {
      await makeFunction(clients, `function-${index}`, role, sources.node);
    }
    for (let written = 0; written < events; written += batch) await write(clients, written, batch);
    const after = await times(clients);
    for (const [name, time] of Object.entries(before)) {
      rows.push([name, time.toFixed(2), after[name].toFixed(2), `${(after[name] / time).toFixed(2)}×`]);
    }
    await slsctl(['local', 'stop']);
    const began = performance.now();
    await slsctl(['local', 'start']);
    const seconds = (performance.now() - began) / 1000;
    rows.push(['slsctl local start', '', `${(seconds * 1000).toFixed(0)}`, '≤ 1000 ms']);
  });
  table(
    `With ${functions} functions and ${events} log events, median of ${rounds}, in ms`,
    ['', 'empty', 'full', 'ratio'],
    rows,
  );
}

async function write({ logs }, from, count) {
  const now = Date.now();
  const logEvents = Array.from({ length: count }, (_, index) => ({
    timestamp: now,
    message: `event ${from + index} of many, with a text of ordinary length that says nothing at all`,
  }));
  await logs.putLogEvents({ logGroupName: 'full', logStreamName: 's', logEvents });
}

async function times({ lambda, logs, iam }) {
  const calls = {
    Invoke: () => lambda.invoke({ FunctionName: 'node', Payload: '{}' }),
    GetFunction: () => lambda.getFunction({ FunctionName: 'node' }),
    'ListFunctions (1)': () => lambda.listFunctions({ MaxItems: 1 }),
    GetRole: () => iam.getRole({ RoleName: 'bench' }),
    'PutLogEvents (1)': () =>
      logs.putLogEvents({
        logGroupName: 'full',
        logStreamName: 's',
        logEvents: [{ timestamp: Date.now(), message: 'one more' }],
      }),
    'GetLogEvents (10)': () =>
      logs.getLogEvents({ logGroupName: 'full', logStreamName: 's', limit: 10, startFromHead: false }),
    DescribeLogGroups: () => logs.describeLogGroups({ limit: 1 }),
  };
  const found = {};
  for (const [name, call] of Object.entries(calls)) {
    const taken = [];
    for (let round = -5; round < rounds; round += 1) {
      const began = performance.now();
      await call();
      if (round >= 0) taken.push(performance.now() - began);
    }
    found[name] = median(taken);
  }
  return found;
}
