// A local AWS with faults, set by slsctl, and clients that do not retry.
import { CreateRoleCommand, GetRoleCommand, IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { removeHome } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientSettings } from '../../support/local.ts';
import { type InProcessAws, startInProcess } from '../in-process.ts';

export let local: InProcessAws;
export let settings: object;

/** Starts the local AWS of a test file. Each test begins without faults. */
export function withFaults(): void {
  beforeAll(async () => {
    local = await startInProcess();
    settings = { ...clientSettings(local.env), maxAttempts: 1 };
  });
  afterAll(async () => {
    await local?.stop();
    await removeHome();
  });
  afterEach(() => fault('clear'));
}

export const fault = (...words: string[]) =>
  expectSlsctl(['local', 'fault', ...words], { env: { SLSCTL_HOME: local.home } });

/** The faults that are set. */
export const listed = async () => JSON.parse((await fault('list', '-o', 'json')).stdout).faults;

export const iam = (more = {}) => new IAMClient({ ...settings, ...more });
export const listRoles = () => outcome(iam().send(new ListRolesCommand({})));
export const getRole = (RoleName: string) => outcome(iam().send(new GetRoleCommand({ RoleName })));
export const createRole = (RoleName: string) => {
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  });
  return outcome(iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })));
};

/** `ok`, `Throttling 400`, or `no answer` when the connection was dropped. */
export async function outcome(sent: Promise<unknown>): Promise<string> {
  try {
    await sent;
    return 'ok';
  } catch (error) {
    const { name, $response } = error as { name: string; $response?: { statusCode: number } };
    return $response ? `${name} ${$response.statusCode}` : 'no answer';
  }
}
