// The printed policy of a project with an HTTP API: it allows what slsctl calls, and nothing on other resources.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
});

const certificate = 'arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012';
const first = `project: gates
functions:
  users:
    runtime: python3.12
    handler: app.handler
    triggers:
      - http: GET /users
      - http: { path: /me, authorizer: login, throttling: { rateLimit: 1 } }
      - http: { path: /own, authorizer: check }
  gate: { runtime: python3.12, handler: app.handler }
api:
  accessLog: {}
  tags: { team: one }
  authorizers:
    login: { jwt: { issuer: "https://login.example.com", audience: [shop] } }
    check: { function: gate }
  domain: { name: api.example.com, certificateArn: "${certificate}" }
`;
const changed = first
  .replace('[shop]', '[store]')
  .replace('rateLimit: 1', 'rateLimit: 2')
  .replace('      - http: GET /users\n', '')
  .replace('team: one', 'team: null')
  .replace('accessLog: {}', 'accessLog: null')
  .replace('" }\n', '", apiMappingKey: v1 }\n');

it('allows an API to be planned, deployed, changed and destroyed', async () => {
  const cwd = await folderWith({ 'slsctl.yml': first, 'app.py': 'def handler(event, context):\n    pass\n' });
  const run = async (purpose: string, args: string[], config = first) => {
    await writeFile(join(cwd, 'slsctl.yml'), config);
    const policy = ['policy', '--for', purpose];
    const { stdout } = await expectSlsctl(policy, { cwd, env: { AWS_REGION: 'us-east-1' } });
    proxy.policy = JSON.parse(stdout);
    const ran = await slsctl(args, { cwd, env: { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint } });
    expect(proxy.denied(), `${args.join(' ')}\n${ran.stderr}`).toEqual([]);
    expect(ran.code, ran.stderr).toBe(0);
  };
  await run('read', ['plan']);
  await run('deploy', ['deploy', '--yes']);
  await run('read', ['status']);
  await run('deploy', ['deploy', '--yes'], changed);
  await run('read', ['plan', '--exit-code'], changed);
  await run('destroy', ['destroy', '--yes'], changed);
});
