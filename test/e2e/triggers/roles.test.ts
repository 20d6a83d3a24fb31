// The role that reads a source: new permissions are waited for, and a role of the user's own is explained.
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import { createSources } from '../../support/fields/sources.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { type Clients, clientsOf, type LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { interposed } from '../../support/proxy.ts';

let aws: LocalAws;
let clients: Clients;

beforeAll(async () => {
  aws = await startInProcess();
  clients = await clientsOf(aws.env);
  await createSources(aws.env, { queues: ['orders'] });
});
afterAll(() => aws?.stop());

const projectWith = (name: string, fields: object) =>
  folderWith({
    'index.js': 'exports.handler = async () => 1;\n',
    'slsctl.yml': stringify({
      project: name,
      functions: { [name]: { runtime: 'nodejs22.x', handler: 'index.handler', ...fields } },
    }),
  });
async function mappingsOf(FunctionName: string) {
  const { EventSourceMappings } = await clients.lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName }),
  );
  return EventSourceMappings ?? [];
}

/** AWS's words while IAM has not told Lambda of new permissions. */
const refusals = [
  'The function execution role does not have permissions to call ReceiveMessage on SQS',
  'The provided execution role does not have permissions to call ReceiveMessage on SQS',
];

describe('permissions that are new', () => {
  it('are waited for, in AWS’s older and newer words', async () => {
    const left = [...refusals];
    const proxy = await interposed(aws.endpoint, async ({ method, path }) => {
      if (method !== 'POST' || !path.includes('/event-source-mappings')) return undefined;
      const message = left.shift();
      if (message === undefined) return undefined;
      return {
        status: 400,
        headers: { 'x-amzn-errortype': 'InvalidParameterValueException', 'content-type': 'application/json' },
        body: JSON.stringify({ Type: 'User', message }),
      };
    });
    const cwd = await projectWith('patient', { triggers: [{ sqs: 'orders' }] });
    const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    await expectSlsctl(['deploy', '--yes'], { cwd, env }).finally(() => proxy.close());
    expect(left).toEqual([]);
    expect(await mappingsOf('patient')).toHaveLength(1);
  });
});

describe('a role of the user’s own', () => {
  it('that may not read the queue is refused with the statements that it needs', async () => {
    const Statement = [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const { Role } = await clients.iam.send(
      new CreateRoleCommand({ RoleName: 'own', AssumeRolePolicyDocument }),
    );
    const cwd = await projectWith('given', { role: Role?.Arn, triggers: [{ sqs: 'orders' }] });
    const env = { ...aws.env, SLSCTL_ROLE_BUDGET: '0' };
    const { code, stderr } = await slsctl(['deploy', '--yes'], { cwd, env });
    expect(code, stderr).toBe(1);
    expect(stderr).toContain('the execution role may not read the source');
    expect(stderr).toContain('"sqs:ReceiveMessage","sqs:DeleteMessage","sqs:GetQueueAttributes"');
    expect(await mappingsOf('given')).toEqual([]);
  });
});
