// The processor time of a local AWS whose mappings have nothing to do. Only Linux shows it in a file.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { table, withLocalAws } from '../harness.js';
import { eventClients, makeConsumer, makeEventRole, makeQueue } from './clients.js';
import { handlers } from './handlers.js';

const mappings = 10;
const seconds = 60;

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
      rows.push([`${count} mappings`, ((await processorTime(home)) - before).toFixed(0)]);
    });
  }
  table(`An idle local AWS for ${seconds} seconds`, ['', 'processor ms'], rows);
}

/** Milliseconds, in user and kernel mode (proc(5): fields 14 and 15, in hundredths of a second). */
async function processorTime(home) {
  const { pid } = JSON.parse(await readFile(join(home, 'local', 'server.json'), 'utf8'));
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
