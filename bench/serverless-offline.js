// serverless-offline, the emulator to compare invocations with.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installNode, startServerlessOffline } from './peer.js';

export const versions = { osls: '4.3.1', 'serverless-offline': '14.8.2' };

/**
 * Calls `use` with two functions: one gives the URL of a Lambda function, the other that of its route, `GET /NAME`. Prints a note
 * when it cannot be installed.
 */
export async function withServerlessOffline(sources, use) {
  let folder;
  try {
    folder = await installNode('serverless-offline', versions);
  } catch (error) {
    process.stdout.write(`\nserverless-offline is left out: ${error.message.split('\n')[0]}\n`);
    return;
  }
  const functions = {};
  for (const [name, { runtime, handler, file, code }] of Object.entries(sources)) {
    functions[name] = { handler, runtime, events: [{ httpApi: `GET /${name}` }] };
    await writeFile(join(folder, file), code);
  }
  const { endpoint, httpEndpoint, stop } = await startServerlessOffline(folder, {
    plugins: ['serverless-offline'],
    functions,
  });
  try {
    await use(
      (name) => `${endpoint}/2015-03-31/functions/bench-dev-${name}/invocations`,
      (name) => `${httpEndpoint}/${name}`,
    );
  } finally {
    await stop();
  }
}
