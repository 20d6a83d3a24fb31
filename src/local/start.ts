// Starts the local AWS in this process: lock, access key, store, services, server.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { compose } from './compose.ts';
import { type RootCredentials, rootCredentials, rootHolder } from './credentials.ts';
import { Faults } from './faults/faults.ts';
import { type Lock, takeLock } from './lock.ts';
import { createLocalServer } from './server.ts';
import type { Pace } from './service.ts';
import * as all from './services/all.ts';
import { StartError } from './start-error.ts';
import { openStore } from './store/lmdb-store.ts';
import type { Store } from './store/store.ts';

export interface StartOptions {
  /** The folder for all its data. */
  readonly folder: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly pace: Pace;
  /** The folder with the bootstraps: the programs that run functions. */
  readonly bootstraps: string;
  /** The version of slsctl. */
  readonly version: string;
}

/** Also the content of `server.json` in the folder. */
export interface Info extends RootCredentials {
  readonly pid: number;
  readonly port: number;
  readonly endpoint: string;
  readonly startedAt: string;
  readonly version: string;
  readonly home: string;
  readonly pace: Pace;
}

export interface Running {
  readonly info: Info;
  close(): Promise<void>;
}

/** The default delays of the local AWS. */
export const instant: Pace = { latency: 0, iamDelay: 0, createDelay: 0, updateDelay: 0, retryDelay: 60_000 };

/** Rejects with a StartError when the folder or the port is in use, or the folder cannot be read. */
export async function startLocalAws(options: StartOptions): Promise<Running> {
  const { folder } = options;
  await mkdir(join(folder, 'data'), { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(folder, 'server.lock'));
  let store: Store | undefined;
  try {
    const root = await rootCredentials(folder);
    store = openStore(join(folder, 'store'));
    return await serve(options, root, store, lock);
  } catch (error) {
    await store?.close();
    await lock.release();
    throw error;
  }
}

async function serve(
  { folder, port: wantedPort, pace, bootstraps, version }: StartOptions,
  root: RootCredentials,
  store: Store,
  lock: Lock,
): Promise<Running> {
  let port = 0;
  const endpoint = () => `http://127.0.0.1:${port}`;
  const dir = join(folder, 'data');
  const local = compose(all, { store, dir, bootstraps, pace, endpoint, now: Date.now });
  const holder = rootHolder(root);
  const file = join(folder, 'server.json');
  const server = createLocalServer({
    services: local.services,
    store,
    faults: new Faults(store, local.services),
    latency: pace.latency,
    holder: (accessKeyId) => (accessKeyId === root.accessKeyId ? holder : local.holder(accessKeyId)),
    used: local.used,
    health: () => ({ program: 'slsctl-local', version, pid: process.pid, home: folder }),
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
  const info: Info = {
    pid: process.pid,
    port,
    endpoint: endpoint(),
    ...root,
    startedAt: new Date().toISOString(),
    version,
    home: folder,
    pace,
  };
  await writeFile(`${file}.new`, JSON.stringify(info), { mode: 0o600 });
  await rename(`${file}.new`, file);
  local.resume();
  return {
    info,
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
