// Warm invocations with one client and with sixteen: a bare HTTP server, the local AWS and serverless-offline. All are
// started together and measured in turns, in short bursts, so that a slow moment of the machine affects all of them.
import { createServer } from 'node:http';
import { clientsOf, makeFunction, makeRole, sources } from './functions.js';
import { median, realPython, table, withLocalAws } from './harness.js';
import { load, signed } from './http-load.js';
import { withServerlessOffline } from './serverless-offline.js';

const bursts = 20;
const requestsPerBurst = 200;
const body = '{"name":"Sam"}';

export async function invocations() {
  const languages = (await realPython()) ? ['node', 'python'] : ['node'];
  const functions = Object.fromEntries(languages.map((name) => [name, sources[name]]));
  await withBareServer((bareUrl) =>
    withLocalAws(async (env) => {
      const bare = { name: 'bare HTTP server in Node', request: () => ({ url: bareUrl }) };
      const ours = await localContenders(env, functions);
      await withServerlessOffline(functions, async (urlOf) => {
        const peers = languages.map((language) => ({
          name: `serverless-offline, ${language}`,
          request: () => ({ url: urlOf(language) }),
        }));
        await compare([bare, ...ours, ...peers], (contender) => peers[ours.indexOf(contender)]);
      });
    }),
  );
}

async function localContenders(env, functions) {
  const clients = await clientsOf(env);
  const role = await makeRole(clients);
  const contenders = [];
  for (const [name, source] of Object.entries(functions)) {
    await makeFunction(clients, name, role, source);
    const url = `${env.AWS_ENDPOINT_URL}/2015-03-31/functions/${name}/invocations`;
    const request = async () => ({ url, headers: await signed({ url, body, service: 'lambda', env }) });
    contenders.push({ name: `slsctl local, ${name}`, request });
  }
  return contenders;
}

/** `peerOf`: the contender to compare with, burst by burst. */
async function compare(contenders, peerOf) {
  const rows = [];
  for (const clients of [1, 16]) {
    const results = new Map(contenders.map((contender) => [contender, []]));
    for (let round = -5; round < bursts; round += 1) {
      for (const contender of contenders) {
        const result = await load({
          ...(await contender.request()),
          body,
          clients,
          rounds: requestsPerBurst,
        });
        if (round >= 0) results.get(contender).push(result);
      }
    }
    for (const contender of contenders) {
      const all = results.get(contender);
      const medianOf = (figure) => median(all.map((result) => result[figure]));
      const peer = results.get(peerOf(contender));
      const ratio = peer && median(all.map(({ p50 }, round) => p50 / peer[round].p50));
      rows.push([
        contender.name,
        String(clients),
        medianOf('p50').toFixed(2),
        medianOf('p99').toFixed(2),
        medianOf('perSecond').toFixed(0),
        ratio ? `${ratio.toFixed(2)}×` : '',
      ]);
    }
  }
  table(
    `Warm invocations, median of ${bursts} bursts of ${requestsPerBurst} in turns; slsctl verifies signatures and writes logs`,
    ['', 'clients', 'p50 ms', 'p99 ms', 'per second', 'p50 ratio to serverless-offline'],
    rows,
  );
}

async function withBareServer(use) {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.once('end', () => response.end(text));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
