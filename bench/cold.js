// Cold starts: the first invocation of a function, compared with an interpreter that starts and does nothing.
import { performance } from 'node:perf_hooks';
import { clientsOf, makeFunction, makeRole, sources } from './functions.js';
import { median, realPython, run, table, withLocalAws } from './harness.js';

const rounds = 15;

export async function coldStarts() {
  const python = await realPython();
  const bare = {
    node: [process.execPath, ['-e', '0']],
    ...(python ? { python: [python, ['-c', '0']] } : {}),
  };
  const rows = [];
  await withLocalAws(async (env) => {
    const clients = await clientsOf(env);
    const role = await makeRole(clients);
    for (const [name, [command, args]] of Object.entries(bare)) {
      await makeFunction(clients, name, role, sources[name]);
      const bareTimes = [];
      const coldTimes = [];
      for (let round = -2; round < rounds; round += 1) {
        const bareTime = await timed(() => run(command, args));
        // A new revision, so that no warm environment can be used.
        await clients.lambda.updateFunctionConfiguration({
          FunctionName: name,
          Environment: { Variables: { ROUND: String(round) } },
        });
        const coldTime = await timed(() => clients.lambda.invoke({ FunctionName: name, Payload: '{}' }));
        if (round < 0) continue;
        bareTimes.push(bareTime);
        coldTimes.push(coldTime);
      }
      const [bareTime, coldTime] = [median(bareTimes), median(coldTimes)];
      const limit = 1.5 * bareTime + 30;
      rows.push([name, bareTime.toFixed(0), coldTime.toFixed(0), `≤ ${limit.toFixed(0)}`]);
    }
  });
  table(
    `Cold starts, median of ${rounds} interleaved rounds, in ms (limit: 1.5 × bare + 30)`,
    ['', 'bare interpreter', 'first invocation', 'limit'],
    rows,
  );
}

async function timed(action) {
  const began = performance.now();
  await action();
  return performance.now() - began;
}
