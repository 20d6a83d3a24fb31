// A local AWS whose mappings have nothing to do: its processor time, and the warm invocations beside them. Only Linux shows
// the processor time in a file.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFunction, sources } from '../functions.js';
import { median, table, withLocalAws } from '../harness.js';
import { eventClients, makeConsumer, makeEventRole, makeQueue } from './clients.js';
import { handlers } from './handlers.js';

const mappings = 10;
const seconds = 60;
const warm = 1000;

export async function idle() {
  if (process.platform !== 'linux') return;
  const rows = [];
  for (const count of [0, mappings]) {
    await withLocalAws(async (env, home) => {
      const clients = await eventClients(env);
      const role = await makeEventRole(clients);
      for (let index = 0; index < count; index += 1) {
        await makeConsumer(clients, `idle-${index}`, role, handlers('http://127.0.0.1:1/').node);
      }
      if (count === 0) await makeQueue(clients, 'idle');
      await sleep(1000);
      const before = await processorTime(home);
      await sleep(seconds * 1000);
      const spent = (await processorTime(home)) - before;
      rows.push([`${count} mappings`, spent.toFixed(0), (await warmTime(clients, role)).toFixed(2)]);
    });
  }
  table(
    `An idle local AWS for ${seconds} seconds, then ${warm} warm invocations`,
    ['', 'processor ms', 'warm p50 ms'],
    rows,
  );
}

/** Milliseconds, in user and kernel mode (proc(5): fields 14 and 15, in hundredths of a second). */
async function processorTime(home) {
  const { pid } = JSON.parse(await readFile(join(home, 'local', 'server.json'), 'utf8'));
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The median of warm invocations with one client, in milliseconds. */
async function warmTime(clients, role) {
  await makeFunction(clients, 'warm', role, sources.node);
  const times = [];
  for (let count = 0; count < warm; count += 1) {
    const began = performance.now();
    await clients.lambda.invoke({ FunctionName: 'warm', Payload: '{"name":"Sam"}' });
    times.push(performance.now() - began);
  }
  return median(times);
}
