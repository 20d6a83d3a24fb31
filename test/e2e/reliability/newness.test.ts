// Waits for new roles: only where a role is new, only for AWS's very words, and never in silence.
import { CreateRoleCommand, DeleteRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type InProcessAws, startInProcess } from '../../local/in-process.ts';
import { slsctl } from '../../support/in-process.ts';
import { type Clients, clientsOf } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { interposed, type Recorder, recorder } from '../../support/proxy.ts';

let aws: InProcessAws;
let clients: Clients;
let proxy: Recorder;

beforeAll(async () => {
  aws = await startInProcess({ iamDelay: 1500 });
  [clients, proxy] = await Promise.all([clientsOf(aws.env), recorder(aws.endpoint)]);
});
afterAll(async () => {
  await proxy?.close();
  await aws?.stop();
});

async function projectWith(fields: object): Promise<string> {
  const hello = { runtime: 'nodejs22.x', handler: 'index.handler', code: 'index.js', ...fields };
  return folderWith({
    'index.js': 'exports.handler = async () => 1;\n',
    'slsctl.yml': stringify({ project: 'newness', functions: { hello } }),
  });
}
const through = (endpoint: string) => ({ ...aws.env, AWS_ENDPOINT_URL: endpoint });
const count = (operations: readonly string[], name: string) =>
  operations.filter((one) => one === name || one.startsWith(`POST ${name}`)).length;

async function oldRole(name: string, service: string): Promise<string> {
  const statement = { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await clients.iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }),
  );
  return Role?.Arn as string;
}

/** Makes every role look as if it had been created a day ago. */
async function aDayLater() {
  return interposed(aws.endpoint, async ({ operation, body }) => {
    if (operation !== 'GetRole') return undefined;
    const RoleName = new URLSearchParams(body).get('RoleName') ?? '';
    const { Role } = await clients.iam
      .send(new GetRoleCommand({ RoleName }))
      .catch(() => ({ Role: undefined }));
    if (!Role) return undefined;
    const created = new Date(Date.now() - 86_400_000).toISOString();
    const answer = `<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role>
<RoleName>${RoleName}</RoleName><Arn>${Role.Arn}</Arn><Path>/</Path><RoleId>${Role.RoleId}</RoleId><CreateDate>${created}</CreateDate>
<AssumeRolePolicyDocument>${Role.AssumeRolePolicyDocument}</AssumeRolePolicyDocument></Role></GetRoleResult></GetRoleResponse>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: answer };
  });
}

describe('a first deployment', () => {
  it.each([
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRol',
    'arn:aws:iam::000000000000:policy/role/The-role-with-name-hello',
    'arn:aws:iam::aws:policy/NoSuchPolicy',
  ])('tries the misspelt policy %s once', async (policy) => {
    const folder = await projectWith({ policies: [policy] });
    proxy.mutations();
    const { code, stderr } = await slsctl(['deploy'], { cwd: folder, env: through(proxy.endpoint) });
    const attached = count(proxy.mutations(), 'AttachRolePolicy');
    expect(code, stderr).toBe(1);
    expect(stderr).toContain(policy);
    // The misspelt one, and the one that every function gets.
    expect(attached).toBeLessThanOrEqual(2);
    await slsctl(['destroy', '--yes'], { cwd: folder, env: aws.env });
  });

  it('waits for its new role, and says so', async () => {
    const folder = await projectWith({});
    const { code, stderr } = await slsctl(['deploy'], { cwd: folder, env: aws.env });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('waiting until Lambda may use the role');
    await slsctl(['destroy', '--yes'], { cwd: folder, env: aws.env });
  });

  it('waits for a role of the user that is new', async () => {
    const role = await oldRole('fresh', 'lambda.amazonaws.com');
    const folder = await projectWith({ role });
    const { code, stderr } = await slsctl(['deploy'], { cwd: folder, env: aws.env });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('waiting until Lambda may use the role');
    await slsctl(['destroy', '--yes'], { cwd: folder, env: aws.env });
    await clients.iam.send(new DeleteRoleCommand({ RoleName: 'fresh' }));
  });

  it('does not wait for a role that does not exist', async () => {
    const folder = await projectWith({ role: 'arn:aws:iam::000000000000:role/nobody' });
    proxy.mutations();
    const { code, stderr } = await slsctl(['deploy'], { cwd: folder, env: through(proxy.endpoint) });
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('there is no such role, or its trust policy does not name lambda.amazonaws.com');
    expect(count(proxy.mutations(), '/2015-03-31/functions')).toBe(1);
    await slsctl(['destroy', '--yes'], { cwd: folder, env: aws.env });
  });

  it('does not wait for an old role that Lambda cannot assume', async () => {
    const role = await oldRole('ec2-only', 'ec2.amazonaws.com');
    const folder = await projectWith({ role });
    const later = await aDayLater();
    try {
      const { code, stderr } = await slsctl(['deploy'], { cwd: folder, env: through(later.endpoint) });
      expect(code, stderr).toBe(1);
      expect(stderr).toContain('its trust policy does not name lambda.amazonaws.com');
      expect(stderr).not.toContain('waiting');
    } finally {
      await later.close();
      await slsctl(['destroy', '--yes'], { cwd: folder, env: aws.env });
      await clients.iam.send(new DeleteRoleCommand({ RoleName: 'ec2-only' }));
    }
  });
});
