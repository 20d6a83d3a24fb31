// The steps of one deployment change one function, and do not conflict with each other.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutates, type RecordedRequest, type RecordingProxy, startProxy } from '../../../bench/proxy.js';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { type Clients, clientsOf, type LocalAws } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';

const FunctionName = 'racer';
const base = { runtime: 'nodejs22.x', handler: 'index.handler', code: { path: '.', include: ['*.js'] } };

/** Two values of each part of a function that has calls of its own. */
const parts: Record<string, (step: number) => Record<string, unknown>> = {
  url: (step) => ({ url: { authType: step ? 'NONE' : 'AWS_IAM' } }),
  permissions: (step) => ({ permissions: { [`p${step}`]: { principal: 's3.amazonaws.com' } } }),
  alias: (step) => ({ aliases: { live: { description: `step ${step}` } } }),
  concurrency: (step) => ({ reservedConcurrentExecutions: 5 + step }),
  'event invoke config': (step) => ({ eventInvokeConfig: { maximumRetryAttempts: step } }),
  tags: (step) => ({ tags: { step: `${step}` } }),
  settings: (step) => ({ memorySize: 256 + step }),
  recursion: (step) => ({ recursiveLoop: step ? 'Allow' : 'Terminate' }),
  'runtime management': (step) => ({
    runtimeManagementConfig: { updateRuntimeOn: step ? 'FunctionUpdate' : 'Auto' },
  }),
  layers: (step) => ({ layers: step ? ['shared'] : [] }),
};
const names = Object.keys(parts);
const pairs = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const));

let aws: LocalAws;
let clients: Clients;
let proxy: RecordingProxy;
let folder: string;
let code = 0;

beforeAll(async () => {
  [aws, folder] = await Promise.all([startInProcess(), temporaryFolder('races')]);
  // Requests take 0 to 12 ms, a different time in each round, so that they meet in every order.
  let turn = 1;
  const wait = () => {
    turn = (turn * 48271) % 2147483647;
    return new Promise<void>((resolve) => setTimeout(resolve, turn % 13));
  };
  proxy = await startProxy({ target: aws.endpoint, before: wait });
  clients = await clientsOf(aws.env);
  await writeFile(join(folder, 'shared.txt'), 'shared');
});
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

async function declare(fields: object): Promise<void> {
  const project = {
    project: 'races',
    layers: { shared: { path: 'shared.txt' } },
    functions: { [FunctionName]: { ...base, ...fields } },
  };
  await writeFile(join(folder, 'slsctl.yml'), JSON.stringify(project));
}
const newCode = () => writeFile(join(folder, 'index.js'), `exports.handler = async () => ${++code};`);
const run = (...args: string[]) => {
  const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint, SLSCTL_RATE_LIMITS: 'off' };
  return expectSlsctl(args, { cwd: folder, env });
};
/** Exit 0, and no two changes of the function at the same time. */
async function deploys(): Promise<void> {
  proxy.take();
  await run('deploy', '--yes');
  expect(overlaps(proxy.take())).toEqual([]);
}
const nothingDiffers = () => run('plan', '--exit-code');

/** Changes of the function that were under way at the same time; aliases are resources of their own. */
function overlaps(requests: readonly RecordedRequest[]): string[] {
  const writes = requests.filter(
    (one) => mutates(one) && one.path.includes(`/${FunctionName}`) && !one.path.includes('/aliases'),
  );
  return writes.flatMap((one, index) =>
    writes
      .slice(index + 1)
      .filter(({ start, end = 0 }) => start < (one.end ?? 0) && one.start < end)
      .map((other) => `${one.method} ${one.path} with ${other.method} ${other.path}`),
  );
}

describe('a deployment', () => {
  it('that makes permissions and alias of a live function succeeds, 20 times in a row', async () => {
    await declare({ url: { authType: 'NONE' }, aliases: { live: {} } });
    await newCode();
    await run('deploy');
    for (let round = 0; round < 20; round++) {
      for (const StatementId of ['FunctionURLAllowPublicAccess', 'FunctionURLInvokeAllowPublicAccess']) {
        for (const Qualifier of [undefined, 'live']) {
          await clients.lambda
            .send(new sdk.RemovePermissionCommand({ FunctionName, StatementId, Qualifier }))
            .catch(() => {});
        }
      }
      await clients.lambda.send(new sdk.DeleteAliasCommand({ FunctionName, Name: 'live' }));
      await deploys();
    }
    await nothingDiffers();
  }, 120_000);

  it('that changes everything succeeds, 20 times in a row', async () => {
    for (let round = 0; round < 20; round++) {
      await declare(Object.assign({}, ...names.map((name) => parts[name]?.(round % 2))));
      await newCode();
      await deploys();
      await nothingDiffers();
    }
  }, 120_000);

  it('that creates everything succeeds', async () => {
    for (const step of [0, 1]) {
      await run('destroy', '--yes');
      await declare(Object.assign({}, ...names.map((name) => parts[name]?.(step))));
      await deploys();
      await nothingDiffers();
    }
  });

  it.each(pairs)('that changes %s and %s succeeds', async (one, other) => {
    for (const step of [0, 1]) {
      await declare({ ...parts[one]?.(step), ...parts[other]?.(step) });
      if (step === 1) await newCode();
      await deploys();
    }
    await nothingDiffers();
  });
});
