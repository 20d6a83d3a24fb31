// The number of sequential requests in a deployment: the time that a user waits on a slow network.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../local/in-process.ts';
import { expectSlsctl } from '../support/in-process.ts';
import type { LocalAws } from '../support/local.ts';
import { editProject, removeFolder, temporaryFolder } from '../support/project.ts';
import { inRounds } from '../support/proxy.ts';

const config = `project: deep
functions:
  hello:
    runtime: python3.12
    handler: app.handler
    code: { path: ., include: [app.py] }
    layers: [one, two]
layers:
  one: { path: one }
  two: { path: two }
`;
const role = 'ListAttachedRolePolicies,ListRolePolicies,GetRolePolicy';
const group = 'DescribeLogGroups,ListTagsLogGroup';
const owned = 'GetResources,ListRoles,GET /layers';
const layers = ['one', 'two'].map((name) => `/layers/deep-${name}/versions`);
const words = (...lists: string[]) => lists.flatMap((list) => list.split(','));

const reads = words(
  'GET /functions/hello',
  'GET /functions/hello/aliases',
  'GetRole',
  // For the account in the first line.
  'GetCallerIdentity',
  role,
  group,
  owned,
  ...layers.map((path) => `GET ${path}`),
);
const ofAlias = 'GET /functions/hello/configuration?Qualifier=live';

let aws: LocalAws;
let folder: string;

beforeAll(async () => {
  [aws, folder] = await Promise.all([startInProcess(), temporaryFolder('depth')]);
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name, 'python'), { recursive: true });
    await layer(name, 1);
  }
  await writeFile(join(folder, 'slsctl.yml'), config);
  await code(1);
});
afterAll(async () => {
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const layer = (name: string, value: number) =>
  writeFile(join(folder, name, 'python', `${name}.py`), `value = ${value}\n`);
const code = (answer: number) =>
  writeFile(join(folder, 'app.py'), `def handler(event, context):\n    return ${answer}\n`);
const aliases = (value: unknown) => editProject(folder, [[['functions', 'hello', 'aliases'], value]]);

/** Deploys through the rounds; no request may be beside them. */
async function deployIn(...rounds: string[][]): Promise<void> {
  const proxy = await inRounds(aws.endpoint, rounds);
  // A round that never gets full: the program waits for an answer that it need not wait for.
  const end = setTimeout(() => void proxy.close(), 30_000);
  try {
    await expectSlsctl(['deploy', '--yes', '--endpoint-url', proxy.endpoint], {
      cwd: folder,
      env: aws.env,
    }).finally(() =>
      expect({ missing: proxy.missing.flat(), beside: proxy.beside }).toEqual({ missing: [], beside: [] }),
    );
  } finally {
    clearTimeout(end);
    await proxy.close();
  }
}

describe('a deployment with layers', () => {
  it('waits four times at first: for reads, for layers and role, for the function, for its state', async () => {
    await deployIn(
      reads,
      ['CreateRole', 'CreateLogGroup', ...layers.map((path) => `POST ${path}`)],
      ['AttachRolePolicy', 'PutRetentionPolicy', 'POST /functions'],
      words('GET /functions/hello', role, group),
    );
  });

  it('waits once when nothing changes', async () => {
    await deployIn(reads);
  });

  it('waits four times when a layer changes: to publish it and to update the function', async () => {
    await layer('two', 2);
    await deployIn(
      reads,
      ['POST /layers/deep-two/versions'],
      ['PUT /functions/hello/configuration'],
      ['GET /functions/hello'],
    );
    await expectSlsctl(['destroy', '--yes'], { cwd: folder, env: aws.env });
  });
});

describe('a deployment with aliases and layers', () => {
  it('waits once more than without aliases, until the version is ready', async () => {
    await aliases({ live: {}, prod: {} });
    await deployIn(
      [...reads, ofAlias, ofAlias.replace('live', 'prod')],
      ['CreateRole', 'CreateLogGroup', ...layers.map((path) => `POST ${path}`)],
      ['AttachRolePolicy', 'PutRetentionPolicy', 'POST /functions'],
      words('GET /functions/hello', 'GET /functions/hello/configuration?Qualifier=1', role, group),
      ['POST /functions/hello/aliases', 'POST /functions/hello/aliases'],
    );
  });

  it('waits once when nothing changes', async () => {
    await deployIn([...reads, ofAlias, ofAlias.replace('live', 'prod')]);
  });

  it('waits four times when the code changes', async () => {
    await code(2);
    await deployIn(
      [...reads, ofAlias, ofAlias.replace('live', 'prod')],
      ['PUT /functions/hello/code'],
      ['GET /functions/hello', 'GET /functions/hello/configuration?Qualifier=2'],
      ['PUT /functions/hello/aliases/live', 'PUT /functions/hello/aliases/prod'],
    );
  });

  it('waits five times when settings change, because only PublishVersion makes their version', async () => {
    await editProject(folder, [[['functions', 'hello', 'memorySize'], 512]]);
    await deployIn(
      [...reads, ofAlias, ofAlias.replace('live', 'prod')],
      ['PUT /functions/hello/configuration'],
      ['GET /functions/hello'],
      ['POST /functions/hello/versions'],
      ['PUT /functions/hello/aliases/live', 'PUT /functions/hello/aliases/prod'],
    );
  });
});

describe('a deployment with a URL and permissions on an alias', () => {
  const at = (part: string, alias: string) => [
    `GET /functions/hello/${part}`,
    `GET /functions/hello/${part}?Qualifier=${alias}`,
  ];

  it('waits once when nothing changes', async () => {
    const uploads = { principal: 's3.amazonaws.com' };
    const settings = { url: { authType: 'NONE' }, permissions: { uploads }, aliases: { live: {} } };
    for (const [field, value] of Object.entries(settings)) {
      await editProject(folder, [[['functions', 'hello', field], value]]);
    }
    await expectSlsctl(['deploy', '--yes'], { cwd: folder, env: aws.env });
    await deployIn([...reads, ofAlias, ...at('url', 'live'), ...at('policy', 'live')]);
  });
});
