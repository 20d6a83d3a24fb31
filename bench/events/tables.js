// Writes and reads of one item, beside dynalite.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { home, median, table, withLocalAws } from '../harness.js';
import { credentialsOf, eventClients } from './clients.js';
import { orLeaveOut, startDynalite } from './peers.js';

const perRound = 200;
const warmUp = 10;
const rounds = 9;
const TableName = 'bench';

export async function tables() {
  await withLocalAws(async (env) => {
    const ours = await contender('slsctl local, on disk', env);
    const onDisk = () => startDynalite(join(home, 'dynalite'));
    await orLeaveOut('dynalite, on disk', onDisk, (disk) =>
      orLeaveOut(
        'dynalite, in memory',
        () => startDynalite(),
        async (memory) => {
          const peers = [];
          if (disk) peers.push(await contender('dynalite, on disk', credentialsOf(disk.endpoint)));
          if (memory) peers.push(await contender('dynalite, in memory', credentialsOf(memory.endpoint)));
          await compare([ours, ...peers]);
        },
      ),
    );
  });
}

async function contender(name, env) {
  const { dynamodb } = await eventClients(env);
  await dynamodb.createTable({
    TableName,
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  while ((await dynamodb.describeTable({ TableName })).Table.TableStatus !== 'ACTIVE');
  const key = (count) => ({ id: { S: `item-${count}` } });
  return {
    name,
    put: (count) => dynamodb.putItem({ TableName, Item: { ...key(count), message: { S: 'Hello, Sam!' } } }),
    get: (count) => dynamodb.getItem({ TableName, Key: key(count) }),
  };
}

async function compare(contenders) {
  const results = contenders.map(() => ({ put: [], get: [] }));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [index, one] of contenders.entries()) {
      for (const operation of ['put', 'get']) {
        const times = [];
        for (let count = 0; count < perRound; count += 1) {
          const began = performance.now();
          await one[operation](count);
          times.push(performance.now() - began);
        }
        if (round >= 0) results[index][operation].push(median(times));
      }
    }
  }
  table(
    `One item, median of ${rounds} rounds of ${perRound} in turns`,
    ['', 'put p50 ms', 'get p50 ms'],
    contenders.map(({ name }, index) => [
      name,
      median(results[index].put).toFixed(2),
      median(results[index].get).toFixed(2),
    ]),
  );
}
