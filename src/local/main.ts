// The local AWS as a program: `server.mjs --home DIR --port N`, started in the background by `slsctl local`.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RootCredentials, rootCredentials, rootHolder } from './credentials.ts';
import { type Lock, takeLock } from './lock.ts';
import { createLocalServer } from './server.ts';
import type { Pace, Service, ServiceHost } from './service.ts';
import { createCloudWatchService } from './services/cloudwatch/service.ts';
import { createIamService } from './services/iam/service.ts';
import { taggedRoles } from './services/iam/tagged.ts';
import { keyHolder, noteUse } from './services/iam/users/access-keys.ts';
import { createLambdaService } from './services/lambda/service.ts';
import { taggedFunctions } from './services/lambda/tagged.ts';
import { createLogsService } from './services/logs/service.ts';
import { taggedLogGroups } from './services/logs/tagged.ts';
import { createTaggingService } from './services/resourcegroupstaggingapi/service.ts';
import { createS3Service, objectReader } from './services/s3/service.ts';
import { taggedBuckets } from './services/s3/tags.ts';
import { createSecretsService, secretReader } from './services/secretsmanager/service.ts';
import { taggedSecrets } from './services/secretsmanager/tagged.ts';
import { createSsmService } from './services/ssm/service.ts';
import { taggedParameters } from './services/ssm/tagged.ts';
import { createRoles } from './services/sts/roles.ts';
import { createStsService } from './services/sts/service.ts';
import { StartError } from './start-error.ts';
import { openStore } from './store/lmdb-store.ts';
import type { Store } from './store/store.ts';

declare const SLSCTL_VERSION: string;

interface Running {
  port: number;
  services: readonly Service[];
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
  const logs = createLogsService(store);
  const s3 = createS3Service(store, join(folder, 'data'));
  const cloudwatch = createCloudWatchService(store);
  const host: ServiceHost = {
    store,
    dir: join(folder, 'data'),
    bootstraps: join(import.meta.dirname, 'bootstraps'),
    endpoint: () => `http://127.0.0.1:${port}`,
    logs: logs.sink,
    objects: objectReader(s3.state),
    metrics: cloudwatch.state,
    roles: createRoles(store, pace.iamDelay),
    pace,
  };
  const iam = createIamService(store);
  const sts = createStsService(store, iam.state);
  const lambda = createLambdaService(host);
  const secrets = createSecretsService(store);
  const ssm = createSsmService(store, secretReader(secrets.state));
  const tagging = createTaggingService([
    taggedRoles(iam.state),
    taggedLogGroups(logs.service.state),
    taggedFunctions(lambda.state),
    taggedSecrets(secrets.state),
    taggedParameters(ssm.state),
    taggedBuckets(s3.state),
  ]);
  const services = [iam, sts, logs.service, cloudwatch, s3, lambda, secrets, ssm, tagging] as Service[];
  const holder = rootHolder(root);
  const file = join(folder, 'server.json');
  const server = createLocalServer({
    services,
    store,
    latency: pace.latency,
    holder: (accessKeyId) =>
      accessKeyId === root.accessKeyId
        ? holder
        : (sts.state.sessions.lookup(accessKeyId) ?? keyHolder(iam.state, accessKeyId)),
    used: ({ accessKeyId, region, service }) => noteUse(iam.state, accessKeyId, { region, service }),
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
    endpoint: host.endpoint(),
    ...root,
    startedAt: new Date().toISOString(),
    version: SLSCTL_VERSION,
    home: folder,
    pace,
  };
  await writeFile(`${file}.new`, JSON.stringify(info), { mode: 0o600 });
  await rename(`${file}.new`, file);
  for (const service of services) service.resume?.();
  process.send?.({ ready: info });
  return {
    port,
    services,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      // The last one first: it writes through those before it.
      for (const service of [...services].reverse()) await service.close?.();
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
