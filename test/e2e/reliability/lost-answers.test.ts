// Lost answers and failing servers: a run survives them by itself, blames nobody, and doubles nothing.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import { account, withoutTraces } from '../../support/account.ts';
import type { Ran } from '../../support/cli.ts';
import { type FaultyProxy, faults, faultyProxy } from '../../support/faulty-proxy.ts';
import { slsctl } from '../../support/in-process.ts';
import { type Clients, clientsOf, type LocalAws } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';

/** Each life has a name of its own, since numbers of layer versions are never used twice. */
let life = 'life0';

/** The whole life of a project: each step's command line, and the state of the project before it. */
const steps = [
  { name: 'first deployment', args: ['deploy', '--yes'], state: 1 },
  { name: 'update', args: ['deploy', '--yes'], state: 2 },
  { name: 'rollback', args: ['rollback', '--to', '1'], state: 2 },
  { name: 'change of variables', args: ['env', 'set', 'STEP=3'], state: 3 },
  { name: 'removal of fields', args: ['deploy', '--yes'], state: 4 },
  { name: 'destruction', args: ['destroy', '--yes'], state: 4 },
];

let aws: LocalAws;
let clients: Clients;
let proxy: FaultyProxy;
let folder: string;
/** The account after each step, undisturbed. */
const undisturbed: unknown[] = [];
const writes: string[][] = [];

async function write(state: number): Promise<void> {
  const step = String(state);
  await mkdir(join(folder, 'shared', 'nodejs'), { recursive: true });
  await writeFile(join(folder, 'shared', 'nodejs', 'step.js'), `exports.step = ${state > 1 ? 2 : 1};\n`);
  await writeFile(join(folder, 'index.js'), `exports.handler = async () => ${state > 1 ? 2 : 1};\n`);
  const all = {
    url: { authType: state === 1 ? 'AWS_IAM' : 'NONE' },
    permissions: {
      s3: { principal: 's3.amazonaws.com' },
      ...(state > 1 && { [`s${step}`]: { principal: 'sns.amazonaws.com' } }),
    },
    aliases: { live: { description: `step ${step}` } },
    reservedConcurrentExecutions: state,
    eventInvokeConfig: { maximumRetryAttempts: state - 1 },
  };
  const none = { url: null, permissions: null, reservedConcurrentExecutions: null, eventInvokeConfig: null };
  const lost = {
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    code: { path: '.', include: ['index.js'] },
    memorySize: 256 + state,
    environment: { STEP: step },
    tags: { step },
    layers: ['shared'],
    logRetentionInDays: state > 1 ? 7 : 14,
    ...(state < 4 ? all : none),
  };
  const project = {
    project: life,
    layers: { shared: { path: 'shared' } },
    functions: { [life]: lost },
  };
  await writeFile(join(folder, 'slsctl.yml'), stringify(project));
}

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  slsctl(args, { cwd: folder, env: { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint, ...env } });

const everything = async (): Promise<unknown> =>
  JSON.parse(JSON.stringify(withoutTraces(await account(clients))).replaceAll(life, 'life'));

/** Runs a step; the account is then as after the undisturbed step. */
async function survives(index: number, env?: NodeJS.ProcessEnv): Promise<Ran> {
  const { args = [], state = 0 } = steps[index] ?? {};
  if (args[0] !== 'rollback') await write(state);
  const ran = await run(args, env);
  expect(ran.code, ran.stderr).toBe(0);
  expect(ran.stderr).not.toMatch(/another deployment|already exist|another revision/i);
  expect(await everything()).toEqual(undisturbed[index]);
  return ran;
}

beforeAll(async () => {
  [aws, folder] = await Promise.all([startInProcess(), temporaryFolder('lost')]);
  [clients, proxy] = await Promise.all([clientsOf(aws.env), faultyProxy(aws.endpoint)]);
  for (const { args, state } of steps) {
    await write(state);
    const { code, stderr } = await run(args);
    expect(code, stderr).toBe(0);
    undisturbed.push(await everything());
    writes.push(proxy.take());
  }
});
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const disturbances = [
  ...faults.map((fault) => ({ fault, attempts: 5 })),
  { fault: 'cut before', attempts: 1 },
  { fault: 'cut after', attempts: 1 },
] as const;

describe.each(disturbances)('$fault at every write, with $attempts attempts of the SDK', (disturbance) => {
  beforeAll(() => {
    life = `life${disturbances.indexOf(disturbance) + 1}`;
  });

  it.each(steps.map(({ name }, index) => ({ name, index })))(
    'does not disturb a $name',
    async ({ index }) => {
      // Each throttling slows slsctl down for a while, so a few must do.
      const every = disturbance.fault === 'throttle' ? 4 : 1;
      let count = 0;
      proxy.disturb(({ again }) => (again || count++ % every > 0 ? undefined : disturbance.fault));
      proxy.take();
      await survives(index, { AWS_MAX_ATTEMPTS: String(disturbance.attempts) });
      expect(proxy.take().length).toBeGreaterThanOrEqual(writes[index]?.length ?? 0);
    },
  );
});
