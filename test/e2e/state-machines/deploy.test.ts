// State machines of a project: deployed with their role, run, changed, and removed.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetRoleCommand, GetRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { expectSlsctl } from '../../support/in-process.ts';
import { filesIn, removeFolder } from '../../support/project.ts';
import { localAndMoto, type Target } from '../../support/targets/targets.ts';

const handler = 'def handler(event, context):\n    return {"paid": event["id"]}\n';
const orders = {
  StartAt: 'Pay',
  States: {
    Pay: { Type: 'Task', Resource: `\${function:pay}`, ResultPath: '$.payment', Next: 'Tell' },
    Tell: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { QueueUrl: `\${queue:told}`, 'MessageBody.$': '$.payment' },
      ResultPath: null,
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};
const settings = {
  project: 'shop',
  functions: {
    pay: { runtime: 'python3.12', handler: 'app.handler', aliases: { live: {} }, link: ['orders'] },
  },
  queues: { told: {} },
  stateMachines: { orders: { definition: 'orders.asl.json', tags: { team: 'one' } } },
};

describe.each(localAndMoto)('a state machine on $name', ({ name, start }) => {
  let target: Target;
  let cwd: string;
  beforeAll(async () => {
    target = await start();
    cwd = await filesIn('machines', {
      'app.py': handler,
      'orders.asl.json': JSON.stringify(orders, null, 2),
      'slsctl.yml': stringify(settings),
    });
  });
  afterAll(async () => {
    await target?.stop();
    if (cwd) await removeFolder(cwd);
  });

  const slsctl = (args: string[], code = 0) => expectSlsctl(args, { cwd, env: target.env, code });
  const write = (file: string, text: string) => writeFile(join(cwd, file), text);
  const arn = () => `arn:aws:states:us-east-1:${target.account}:stateMachine:shop-orders`;
  const described = () =>
    target.client(SFNClient).send(new DescribeStateMachineCommand({ stateMachineArn: arn() }));

  it('is made with its role, after its functions and queues', async () => {
    const { stderr } = await slsctl(['deploy']);
    expect(stderr).toContain('next: slsctl invoke --state-machine orders');
    const { definition = '', roleArn = '' } = await described();
    const { States } = JSON.parse(definition) as typeof orders;
    expect(States.Pay.Resource).toBe(`arn:aws:lambda:us-east-1:${target.account}:function:pay:live`);
    expect(States.Tell.Parameters.QueueUrl).toMatch(/\/shop-told$/);
    const RoleName = roleArn.split('/').at(-1);
    const iam = target.client(IAMClient);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toContain('states.amazonaws.com');
    const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'slsctl' }));
    const { Statement } = JSON.parse(decodeURIComponent(policy.PolicyDocument ?? '')) as {
      Statement: object[];
    };
    const lambda = `arn:aws:lambda:us-east-1:${target.account}:function:pay`;
    expect(Statement).toEqual([
      {
        Sid: 'LambdaInvokeFunction',
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: [lambda, `${lambda}:*`],
      },
      {
        Sid: 'SqsSendMessage',
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: `arn:aws:sqs:us-east-1:${target.account}:shop-told`,
      },
    ]);
  });

  it('plans to nothing after that', async () => {
    expect((await slsctl(['plan'])).stdout + (await slsctl(['plan'])).stderr).toMatch(/no changes|nothing/i);
  });

  it('is shown by status, with its ARN for functions that are linked to it', async () => {
    const { stdout } = await slsctl(['status', '--output', 'json']);
    const { things } = JSON.parse(stdout) as { things: object[] };
    expect(things).toContainEqual(
      expect.objectContaining({ kind: 'state machine', key: 'orders', arn: arn(), changes: 0 }),
    );
    const env = await slsctl(['env', 'list', 'pay', '--show-values']);
    expect(env.stdout).toContain(`ORDERS_STATE_MACHINE_ARN`);
  });

  it.skipIf(name === 'moto')('runs, and shows its states', async () => {
    const { stdout, stderr } = await slsctl([
      'invoke',
      '--state-machine',
      'orders',
      '--payload',
      '{"id": 7}',
    ]);
    expect(JSON.parse(stdout)).toEqual({ id: 7, payment: { paid: 7 } });
    expect(stderr).toMatch(/Pay \(Task\) {2}\d+ ms\n.*Tell \(Task\) {2}\d+ ms\n.*Done \(Succeed\)/);
  });

  it.skipIf(name === 'moto')('ends with exit code 1 when it fails, and says why', async () => {
    const { stdout, stderr } = await slsctl(['invoke', '--state-machine', 'orders'], 1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/the execution of shop-orders has ended with FAILED: KeyError: /);
    expect(stderr).toMatch(/Pay \(Task\) {2}\d+ ms {2}KeyError/);
  });

  it('is changed when its file changes, and not when only its form does', async () => {
    await write('orders.asl.json', JSON.stringify(orders));
    expect((await slsctl(['plan'])).stdout).not.toContain('Definition');
    const other = { ...orders, States: { ...orders.States, Done: { Type: 'Succeed', Comment: 'new' } } };
    await write('orders.asl.json', JSON.stringify(other));
    await slsctl(['deploy']);
    expect((await described()).definition).toContain('"Comment":"new"');
  });

  it('goes with its role when the file no longer names it', async () => {
    const { stateMachines: _, ...rest } = settings;
    const unlinked = { ...rest, functions: { pay: { ...rest.functions.pay, link: [] } } };
    await write('slsctl.yml', stringify(unlinked));
    await slsctl(['deploy', '--yes']);
    const { stateMachines } = await target.client(SFNClient).send(new ListStateMachinesCommand({}));
    expect(stateMachines).toEqual([]);
    await slsctl(['destroy', '--yes', '--delete-data']);
    const role = target
      .client(IAMClient)
      .send(new GetRoleCommand({ RoleName: 'shop-orders.states-us-east-1' }));
    await expect(role).rejects.toThrow(/cannot be found|not found/i);
  });
});
