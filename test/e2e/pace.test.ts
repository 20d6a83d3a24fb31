// The local AWS with the requested delays and inconsistency, seen by an SDK client and by a deploy.
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homeFolder } from '../support/cli.ts';
import { expectSlsctl, slsctl } from '../support/in-process.ts';
import { type Clients, clientsOf } from '../support/local.ts';
import { freePort } from '../support/port.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';
import { zipOf } from '../support/zip.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

describe('slsctl local start with delays', () => {
  let home: string;
  let clients: Clients;
  let options: { cwd: string; env: Record<string, string> };

  beforeAll(async () => {
    home = await temporaryFolder('pace');
    options = { cwd: await homeFolder(), env: { SLSCTL_HOME: home } };
    const delays = ['--latency', '20ms', '--iam-delay', '2s', '--create-delay', '4s', '--update-delay', '4s'];
    await expectSlsctl(['local', 'start', '--port', String(await freePort()), ...delays], options);
    const { stdout } = await expectSlsctl(['local', 'env', '--output', 'json'], options);
    clients = await clientsOf(JSON.parse(stdout));
  }, 60_000);

  afterAll(async () => {
    await slsctl(['local', 'stop'], options);
    await removeFolder(home);
  });

  it('delays its answers', async () => {
    const { stdout } = await expectSlsctl(['local', 'status'], options);
    expect(stdout).toMatch(/each answer +after 20 ms\n/);
    expect(stdout).toMatch(/new role +after 2 s\n/);
  });

  it('refuses a new role at first, and delays creates and updates', async () => {
    const { lambda, iam } = clients;
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'new', AssumeRolePolicyDocument: trust }),
    );
    const create = new CreateFunctionCommand({
      FunctionName: 'f',
      Role: Role?.Arn,
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile: await zipOf({ 'index.js': 'exports.handler = async () => 1;' }) },
    });
    await expect(lambda.send(create)).rejects.toThrow(
      'The role defined for the function cannot be assumed by Lambda.',
    );
    for (;;) {
      const made = await lambda.send(create).catch((error) => {
        expect(error.message).toContain('cannot be assumed');
      });
      if (made) {
        expect(made.State).toBe('Pending');
        break;
      }
    }
    const FunctionName = 'f';
    const get = new GetFunctionConfigurationCommand({ FunctionName });
    expect(await lambda.send(get)).toMatchObject({ State: 'Pending', StateReasonCode: 'Creating' });
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60, minDelay: 1 }, { FunctionName });
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
    await expect(
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 10 })),
    ).rejects.toThrow(
      'The operation cannot be performed at this time. An update is in progress for resource: ',
    );
    expect(await lambda.send(get)).toMatchObject({ LastUpdateStatus: 'InProgress', Timeout: 9 });
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60, minDelay: 1 }, { FunctionName });
  });

  it('is no problem for deploy, which waits', async () => {
    const folder = await temporaryFolder('pace-project');
    const at = { ...options, cwd: folder };
    await expectSlsctl(['init', '.', '--template', 'hello-node', '--yes'], at);
    await expectSlsctl(['deploy', '--local'], at);
    const { stdout } = await expectSlsctl(['invoke', '--local', '--payload', '{"name": "Sam"}'], at);
    expect(stdout).toContain('Hello, Sam!');
    await expectSlsctl(['destroy', '--local', '--yes'], at);
    await removeFolder(folder);
  });

  it('answers at once again when it is restarted without delays', async () => {
    await expectSlsctl(['local', 'start', '--latency', '0'], options);
    const { stdout } = await expectSlsctl(['local', 'status', '--output', 'json'], options);
    expect(JSON.parse(stdout).pace).toEqual({
      latency: 0,
      iamDelay: 0,
      createDelay: 0,
      updateDelay: 0,
      retryDelay: 60_000,
    });
  });

  it.each([
    ['--latency', 'soon'],
    ['--iam-delay', '-1s'],
    ['--update-delay', '1h'],
  ])('refuses %s %s', async (flag, value) => {
    const { code, stderr } = await slsctl(['local', 'start', `${flag}=${value}`], options);
    expect(code).toBe(2);
    expect(stderr).toContain(`${flag} is ${JSON.stringify(value)}; allowed: 0 to 15m`);
  });
});
