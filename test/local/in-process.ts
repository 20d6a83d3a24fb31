// The whole local AWS in the test's own process: like the program, but without the start of a process.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pace } from '../../src/local/service.ts';
import { instant, type Running, startLocalAws } from '../../src/local/start.ts';
import type { LocalAws } from '../support/local.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';

declare const SLSCTL_VERSION: string;

const bootstraps = fileURLToPath(new URL('../../src/local/runtime/bootstraps', import.meta.url));
const region = 'us-east-1';

export interface InProcessAws extends LocalAws {
  /** Ends it and starts it again with the same folder and port. */
  restart(): Promise<void>;
}

/** Starts a local AWS on a free port, with an empty store in its own folder. */
export async function startInProcess(pace: Partial<Pace> = {}): Promise<InProcessAws> {
  const home = await temporaryFolder('local');
  const start = (port: number): Promise<Running> =>
    startLocalAws({
      folder: join(home, 'local'),
      port,
      pace: { ...instant, ...pace },
      bootstraps,
      version: SLSCTL_VERSION,
    });
  let running = await start(0);
  const { endpoint, port, accessKeyId, secretAccessKey } = running.info;
  return {
    endpoint,
    port,
    home,
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    },
    async restart() {
      await running.close();
      running = await start(port);
    },
    async stop() {
      await running.close();
      await removeFolder(home);
    },
  };
}
