// Missing permissions: one plan names all reads that were denied, and `slsctl policy` prints what the project needs.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { type IamProxy, iamProxy } from '../../support/iam/proxy.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

let aws: LocalAws;
let proxy: IamProxy;
beforeAll(async () => {
  aws = await startInProcess();
  proxy = await iamProxy(aws.endpoint);
});
afterEach(() => {
  proxy.policy = undefined;
  proxy.silent = false;
  proxy.denied();
});
afterAll(async () => {
  await proxy.close();
  await aws.stop();
});

const files = {
  'slsctl.yml': `project: fresh-fn
region: us-east-1
functions:
  fresh-fn: { runtime: nodejs22.x, handler: index.handler, url: { authType: NONE }, aliases: { live: {} } }
`,
  'index.js': 'exports.handler = async () => "v1";\n',
};
const python = {
  'slsctl.yml': `project: snake
region: us-east-1
functions:
  one: { runtime: python3.12, handler: app.handler, layers: [shared] }
  two: { runtime: python3.12, handler: app.handler, permissions: { s3: { principal: s3.amazonaws.com } } }
layers: { shared: { path: shared.py } }
`,
  'app.py': 'def handler(event, context):\n    return 1\n',
  'shared.py': 'shared = 1\n',
};
const nothing = { Version: '2012-10-17', Statement: [] };
const env = () => ({ ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint });

describe.each([
  ['plan', files],
  ['status', files],
  ['deploy', files],
  ['destroy --yes', files],
  ['plan', python],
])('without any permission, %s', (command, project) => {
  it.each([['names the action'], ['does not name it']])(
    'names all denied reads in one error, where AWS %s',
    async (how) => {
      const cwd = await folderWith(project);
      proxy.policy = nothing;
      proxy.silent = how === 'does not name it';
      const { code, stdout, stderr } = await slsctl(command.split(' '), { cwd, env: env() });
      expect(code, stderr).toBe(1);
      expect(stdout).toBe('');
      const denied = [...new Set(proxy.denied())].sort();
      expect(denied.length).toBeGreaterThan(6);
      const [error = '', ...rest] = stderr
        .trim()
        .split('\n')
        .filter((line) => !/^(target:|warning: layer shared holds)/.test(line));
      expect(error).toBe(`error: access denied: ${denied.join(', ')}`);
      expect(denied).toContain('tag:GetResources');
      expect(rest.map((line) => line.trim())).toEqual([
        proxy.silent
          ? 'cause: access denied'
          : 'cause: arn:aws:iam::000000000000:user/ci may not do any of them',
        'next: slsctl policy: prints the policy that this project needs, to ask for',
      ]);
    },
  );
});

it('with what `slsctl policy --for deploy` prints, one deployment passes', async () => {
  const cwd = await folderWith(files);
  const { stdout } = await expectSlsctl(['policy', '--for', 'deploy'], { cwd, env: {} });
  proxy.policy = JSON.parse(stdout);
  await expectSlsctl(['deploy'], { cwd, env: env() });
  expect(proxy.denied()).toEqual([]);
});

it('a warning about what may not be listed has the policy statement', async () => {
  const cwd = await folderWith({
    ...files,
    'slsctl.yml': files['slsctl.yml'].replaceAll('fresh-fn', 'warned'),
  });
  const { stdout } = await expectSlsctl(['policy', '--for', 'deploy'], { cwd, env: {} });
  const document = JSON.parse(stdout);
  for (const statement of document.Statement) {
    statement.Action = statement.Action.filter(
      (action: string) => !/:(ListLayers|ListRoles|GetResources)$/.test(action),
    );
  }
  proxy.policy = document;
  proxy.silent = true;
  const { stderr } = await expectSlsctl(['deploy'], { cwd, env: env() });
  const warnings = stderr.split('\n').filter((line) => line.startsWith('warning:'));
  expect(warnings.sort()).toEqual(
    [
      ['functions, log groups and other things with tags', 'tag:GetResources'],
      ['layers', 'lambda:ListLayers'],
      ['roles', 'iam:ListRoles'],
    ].map(
      ([what, action]) =>
        `warning: ${what} that slsctl.yml no longer names were not looked for: access denied: ${action}; ask for this policy statement: {"Effect":"Allow","Action":"${action}","Resource":"*"}`,
    ),
  );
});

it('a list that is denied is an error, and not an empty list', async () => {
  proxy.policy = nothing;
  const { code, stdout, stderr } = await slsctl(['list'], { cwd: await folderWith({}), env: env() });
  expect(code, stderr).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain('error: access denied: iam:ListRoles, lambda:ListLayers');
});
