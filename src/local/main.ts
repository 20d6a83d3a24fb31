// The local AWS as a program: `server.mjs --home DIR --port N`, started in the background by `slsctl local`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { instant, startLocalAws } from './start.ts';
import { StartError } from './start-error.ts';

declare const SLSCTL_VERSION: string;

void run();

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      port: { type: 'string' },
      pace: { type: 'string' },
    },
  });
  try {
    const running = await startLocalAws({
      folder: join(values.home ?? '.', 'local'),
      port: Number(values.port ?? 0),
      pace: { ...instant, ...JSON.parse(values.pace ?? '{}') },
      bootstraps: join(import.meta.dirname, 'bootstraps'),
      version: SLSCTL_VERSION,
    });
    process.send?.({ ready: running.info });
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
    const report = { error: { message, next, code } };
    if (process.send) process.send(report, () => process.exit(1));
    else process.exit(1);
  }
}
