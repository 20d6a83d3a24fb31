// The local AWS as a program: `server.mjs --home DIR --port N`, started in the background by `slsctl local`.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compose } from './compose.ts';
import { type RootCredentials, rootCredentials, rootHolder } from './credentials.ts';
import { type Lock, takeLock } from './lock.ts';
import { createLocalServer } from './server.ts';
import type { Pace } from './service.ts';
import * as all from './services/all.ts';
import { StartError } from './start-error.ts';
import { openStore } from './store/lmdb-store.ts';
import type { Store } from './store/store.ts';

declare const SLSCTL_VERSION: string;

interface Running {
  close(): Promise<void>;
}

async function start(folder: string, wantedPort: number, pace: Pace): Promise<Running> {
  await mkdir(join(folder, 'data'), { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(folder, 'server.lock'));
  let store: Store | undefined;
  try {
    const root = await rootCredentials(folder);
    store = openStore(join(folder, 'store'));
    return await serve(folder, wantedPort, pace, root, store, lock);
  } catch (error) {
    await store?.close();
    await lock.release();
    throw error;
  }
}

async function serve(
  folder: string,
  wantedPort: number,
  pace: Pace,
  root: RootCredentials,
  store: Store,
  lock: Lock,
): Promise<Running> {
  let port = 0;
  const endpoint = () => `http://127.0.0.1:${port}`;
  const local = compose(all, {
    store,
    dir: join(folder, 'data'),
    bootstraps: join(import.meta.dirname, 'bootstraps'),
    pace,
    endpoint,
    now: Date.now,
  });
  const holder = rootHolder(root);
  const file = join(folder, 'server.json');
  const server = createLocalServer({
    services: local.services,
    store,
    latency: pace.latency,
    holder: (accessKeyId) => (accessKeyId === root.accessKeyId ? holder : local.holder(accessKeyId)),
    used: local.used,
    health: () => ({ program: 'slsctl-local', version: SLSCTL_VERSION, pid: process.pid, home: folder }),
  });
  port = await new Promise<number>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new StartError(
          error.code === 'EADDRINUSE'
            ? `port ${wantedPort} of 127.0.0.1 is in use by another program`
            : `the local AWS cannot listen on 127.0.0.1:${wantedPort} (${error.message})`,
          { next: 'slsctl local start --port N, with another port', code: error.code },
        ),
      );
    });
    server.listen(wantedPort, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  const info = {
    pid: process.pid,
    port,
    endpoint: endpoint(),
    ...root,
    startedAt: new Date().toISOString(),
    version: SLSCTL_VERSION,
    home: folder,
    pace,
  };
  await writeFile(`${file}.new`, JSON.stringify(info), { mode: 0o600 });
  await rename(`${file}.new`, file);
  local.resume();
  process.send?.({ ready: info });
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await local.close();
      await closed;
      await store.close();
      await rm(file, { force: true });
      await lock.release();
    },
  };
}

void run();

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      port: { type: 'string' },
      pace: { type: 'string' },
    },
  });
  const instant: Pace = { latency: 0, iamDelay: 0, createDelay: 0, updateDelay: 0, retryDelay: 60_000 };
  try {
    const pace = { ...instant, ...JSON.parse(values.pace ?? '{}') };
    const running = await start(join(values.home ?? '.', 'local'), Number(values.port ?? 0), pace);
    let ending = false;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (ending) return;
        ending = true;
        void running.close().finally(() => process.exit(0));
      });
    }
  } catch (error) {
    const { message, next, code } = error as StartError;
    process.stderr.write(`${error instanceof StartError ? message : ((error as Error).stack ?? error)}\n`);
    const told = { error: { message, next, code } };
    if (process.send) process.send(told, () => process.exit(1));
    else process.exit(1);
  }
}
