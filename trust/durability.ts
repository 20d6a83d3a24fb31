// Kills the local AWS under the load of many clients: no change that it acknowledged may be lost.
import { setTimeout as sleep } from 'node:timers/promises';
import { clientSettings, startLocal } from '../test/support/local.ts';
import { zipOf } from '../test/support/zip.ts';
import { Client } from './durability/client.ts';
import { killAndRestart } from './killed.ts';
import type { Section } from './section.ts';

/** The kills, and the acknowledged writes before each; as many follow the last kill. */
const sizes = {
  whole: { clients: 24, kills: 10, writes: 3000 },
  short: { clients: 24, kills: 2, writes: 500 },
};

export const durability: Section = async (size, say) => {
  const { clients, kills, writes } = sizes[size];
  const local = await startLocal();
  try {
    const settings = { ...clientSettings(local.env), maxAttempts: 1 };
    const zip = await zipOf({ 'index.js': 'exports.handler = async () => 1;' });
    const all = Array.from({ length: clients }, (_, index) => new Client(index, zip, settings));
    await Promise.all(all.map((client) => client.prepare()));

    const sum = (count: (client: Client) => number) => all.reduce((total, one) => total + count(one), 0);
    const written = () => sum((client) => client.writes);
    let over = false;
    const load = Promise.all(all.map((client) => client.run(() => over))).finally(() => {
      over = true;
    });
    const moreWrites = async () => {
      for (const before = written(); !over && written() < before + writes; ) await sleep(10);
    };
    for (let count = 0; count < kills; count++) {
      await moreWrites();
      await killAndRestart(local);
      say(`${count + 1} of ${kills} kills`);
    }
    await moreWrites();
    over = true;
    await load;

    const broken = (await Promise.all(all.map((client) => client.lost()))).flat();
    const idle = all.filter((client) => client.writes === 0).length;
    const lost = broken.length;
    if (idle > 0) broken.push(`${idle} clients could write nothing`);
    if (sum(({ cutOff }) => cutOff) === 0) broken.push('no kill cut off a write');
    const figures = `${written().toLocaleString('en')} acknowledged writes of ${clients} clients, ${kills} kills: ${lost} lost or doubled`;
    return { figures, broken };
  } finally {
    await local.stop();
  }
};
