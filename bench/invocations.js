// Warm invocations with one client and with sixteen: a bare HTTP server, the local AWS, serverless-offline.
import { createServer } from 'node:http';
import { clientsOf, makeFunction, makeRole, sources } from './functions.js';
import { load, signed } from './load.js';
import { realPython, table, withLocalAws } from './machine.js';
import { withServerlessOffline } from './peer.js';

const rounds = 4000;
const body = '{"name":"Sam"}';

export async function invocations() {
  const languages = (await realPython()) ? ['node', 'python'] : ['node'];
  const wanted = Object.fromEntries(languages.map((name) => [name, sources[name]]));
  const rows = [];
  const measure = async (name, request) => {
    for (const clients of [1, 16]) {
      const { p50, p99, perSecond } = await load({ ...request, body, clients, rounds });
      rows.push([name, String(clients), p50.toFixed(2), p99.toFixed(2), perSecond.toFixed(0)]);
    }
  };
  await withBareServer((url) => measure('bare HTTP server in Node', { url }));
  await withLocalAws(async (env) => {
    const clients = await clientsOf(env);
    const role = await makeRole(clients);
    for (const [name, source] of Object.entries(wanted)) {
      await makeFunction(clients, name, role, source);
      const url = `${env.AWS_ENDPOINT_URL}/2015-03-31/functions/${name}/invocations`;
      const headers = await signed({ url, body, service: 'lambda', env });
      await measure(`slsctl local, ${name}`, { url, headers });
    }
  });
  await withServerlessOffline(wanted, async (urlOf) => {
    for (const name of languages) await measure(`serverless-offline, ${name}`, { url: urlOf(name) });
  });
  table(
    `Warm invocations, ${rounds} each; slsctl verifies signatures and writes logs`,
    ['', 'clients', 'p50 ms', 'p99 ms', 'per second'],
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
