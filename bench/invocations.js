// Warm invocations with one client and with sixteen: a bare HTTP server, the local AWS and serverless-offline.
import { createServer } from 'node:http';
import { clientsOf, makeFunction, makeRole, sources } from './functions.js';
import { realPython, withLocalAws } from './harness.js';
import { signed } from './http-load.js';
import { compareInTurns } from './in-turns.js';
import { withServerlessOffline } from './serverless-offline.js';

const body = '{"name":"Sam"}';

export async function invocations() {
  const languages = (await realPython()) ? ['node', 'python'] : ['node'];
  const functions = Object.fromEntries(languages.map((name) => [name, sources[name]]));
  await withBareServer((bareUrl) =>
    withLocalAws(async (env) => {
      const bare = { name: 'bare HTTP server in Node', request: () => ({ url: bareUrl, body }) };
      const ours = await localContenders(env, functions);
      await withServerlessOffline(functions, async (urlOf) => {
        const peers = languages.map((language) => ({
          name: `serverless-offline, ${language}`,
          request: () => ({ url: urlOf(language), body }),
        }));
        await compareInTurns({
          title: 'Warm invocations',
          note: 'slsctl verifies signatures and writes logs',
          contenders: [bare, ...ours, ...peers],
          peerOf: (contender) => peers[ours.indexOf(contender)],
        });
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
    const request = async () => ({ url, body, headers: await signed({ url, body, service: 'lambda', env }) });
    contenders.push({ name: `slsctl local, ${name}`, request });
  }
  return contenders;
}

export async function withBareServer(use) {
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
