// Shows whether calls become slower with the amount of data: the same calls to an empty and to a full local AWS, in
// turns, so that a slow moment of the machine affects both.
import { performance } from 'node:perf_hooks';
import { clientsOf, makeFunction, makeRole, sources } from './functions.js';
import { environment, freePort, median, slsctl, table, withLocalAws } from './harness.js';

const functions = 200;
const events = 100_000;
const batch = 5000;
const rounds = 200;
const warmUp = 50;
const starts = 9;

export async function volume() {
  const rows = [];
  await withLocalAws(async (small, homeOfSmall) => {
    const empty = await clientsWithFunction(small);
    await withLocalAws(async (large, homeOfLarge) => {
      const full = await clientsWithFunction(large);
      for (let index = 0; index < functions; index += 1) {
        await makeFunction(full, `function-${index}`, full.role, sources.node);
      }
      for (let written = 0; written < events; written += batch) await write(full, written, batch);
      for (const [name, call] of Object.entries(calls)) {
        const timed = (clients) => async () => {
          const began = performance.now();
          await call(clients);
          return performance.now() - began;
        };
        rows.push([name, ...(await inTurns(rounds, warmUp, timed(empty), timed(full)))]);
      }
      const start = (home) => async () => {
        environment.SLSCTL_HOME = home;
        await slsctl(['local', 'stop']);
        const port = String(await freePort());
        const began = performance.now();
        await slsctl(['local', 'start', '--port', port]);
        return performance.now() - began;
      };
      rows.push([
        'slsctl local start',
        ...(await inTurns(starts, 1, start(homeOfSmall), start(homeOfLarge))),
      ]);
    });
  });
  table(
    `With ${functions} functions and ${events} log events, median of ${rounds} calls in turns, in ms (start: ≤ 1000)`,
    ['', 'empty', 'full', 'ratio'],
    rows,
  );
}

/** Runs two actions in turns; each resolves with its time. The cells of a row: both medians, and the median ratio. */
async function inTurns(count, before, ...actions) {
  const times = actions.map(() => []);
  for (let round = -before; round < count; round += 1) {
    for (const [index, action] of actions.entries()) {
      const time = await action();
      if (round >= 0) times[index].push(time);
    }
  }
  const [emptyTimes, fullTimes] = times;
  const ratio = median(fullTimes.map((time, round) => time / emptyTimes[round]));
  return [median(emptyTimes).toFixed(2), median(fullTimes).toFixed(2), `${ratio.toFixed(2)}×`];
}

/** Creates a warm function and a few log events. Resolves with the clients and the role. */
async function clientsWithFunction(env) {
  const clients = await clientsOf(env);
  const role = await makeRole(clients);
  await makeFunction(clients, 'node', role, sources.node);
  await clients.lambda.invoke({ FunctionName: 'node', Payload: '{}' });
  await clients.logs.createLogGroup({ logGroupName: 'full' });
  await clients.logs.createLogStream({ logGroupName: 'full', logStreamName: 's' });
  await write(clients, 0, 10);
  return { ...clients, role };
}

async function write({ logs }, from, count) {
  const now = Date.now();
  const logEvents = Array.from({ length: count }, (_, index) => ({
    timestamp: now,
    message: `event ${from + index} of many, with a text of ordinary length that says nothing at all`,
  }));
  await logs.putLogEvents({ logGroupName: 'full', logStreamName: 's', logEvents });
}

const calls = {
  Invoke: ({ lambda }) => lambda.invoke({ FunctionName: 'node', Payload: '{}' }),
  GetFunction: ({ lambda }) => lambda.getFunction({ FunctionName: 'node' }),
  // One function: an empty and a full local AWS answer the same amount.
  'ListFunctions (1)': ({ lambda }) => lambda.listFunctions({ MaxItems: 1 }),
  GetRole: ({ iam }) => iam.getRole({ RoleName: 'bench' }),
  'PutLogEvents (1)': ({ logs }) =>
    logs.putLogEvents({
      logGroupName: 'full',
      logStreamName: 's',
      logEvents: [{ timestamp: Date.now(), message: 'one more' }],
    }),
  'GetLogEvents (10)': ({ logs }) =>
    logs.getLogEvents({ logGroupName: 'full', logStreamName: 's', limit: 10, startFromHead: false }),
  DescribeLogGroups: ({ logs }) => logs.describeLogGroups({ limit: 1 }),
};
