// EventBridge and its Scheduler in the whole program, with boto3 and the aws CLI as clients: events and schedules reach
// functions as their policies and roles allow, and nothing that was accepted is lost when the server is killed.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Boto3, pythonWithBoto3, startBoto3, type Told } from '../../../support/boto3/boto3.ts';
import { trust } from '../../../support/boto3/fixture.ts';
import { expectSlsctl, homeFolder } from '../../../support/cli.ts';
import { type LocalAws, startLocal } from '../../../support/local.ts';
import { awsCli } from '../../../support/tools.ts';
import { filesZip } from '../../zip.ts';

const account = '000000000000';
const arnOf = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;
const handler = filesZip({
  'index.py': 'import json\ndef handler(event, context):\n    print("GOT " + json.dumps(event))\n',
});
const entry = { Source: 'shop', DetailType: 'order', Detail: '{"id":7}' };
const patient = { timeout: 30_000, interval: 100 };

const python = await pythonWithBoto3();
const aws = await awsCli();

describe.skipIf(!python)('EventBridge in the program', () => {
  let local: LocalAws;
  let boto3: Boto3;
  let Role: string;

  async function call(named: string, input: object = {}): Promise<Told> {
    const [service = '', operation = ''] = named.split(' ');
    const told = await boto3.call(service, operation, input);
    if (told.Error) throw new Error(`${named}: ${told.Error.Code}: ${told.Error.Message}`);
    return told;
  }

  async function role(RoleName: string, Service: string, Action: string): Promise<string> {
    const made = await call('iam create_role', { RoleName, AssumeRolePolicyDocument: trust({ Service }) });
    const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await call('iam put_role_policy', { RoleName, PolicyName: 'p', PolicyDocument });
    return (made.Role as { Arn: string }).Arn;
  }

  const make = (FunctionName: string) =>
    call('lambda create_function', {
      FunctionName,
      Role,
      Runtime: 'python3.12',
      Handler: 'index.handler',
      Code: { ZipFile: handler },
    });

  /** A rule that sends the events of a source to a function. */
  async function rule(Name: string, source: string): Promise<void> {
    await call('events put_rule', { Name, EventPattern: JSON.stringify({ source: [source] }) });
    const Targets = [{ Id: 't', Arn: arnOf('lambda', `function:${Name}`) }];
    await call('events put_targets', { Rule: Name, Targets });
  }

  const permit = (FunctionName: string) =>
    call('lambda add_permission', {
      FunctionName,
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: arnOf('events', `rule/${FunctionName}`),
    });

  /** The events that the function got. */
  async function got(name: string): Promise<Record<string, unknown>[]> {
    const { events } = await call('logs filter_log_events', {
      logGroupName: `/aws/lambda/${name}`,
      filterPattern: 'GOT',
    });
    return (events as { message: string }[]).map(({ message }) => JSON.parse(message.slice(4)));
  }

  const serverFile = (name: string) => readFile(join(local.home, 'local', name), 'utf8');

  beforeAll(async () => {
    local = await startLocal();
    boto3 = startBoto3(python as string, local.env);
    Role = await role('worker', 'lambda.amazonaws.com', 'logs:*');
  });
  afterAll(async () => {
    await boto3?.stop();
    await local?.stop();
  });

  it('invokes a function whose policy names the rule', async () => {
    await make('permitted');
    await permit('permitted');
    await rule('permitted', 'shop');
    const { Entries, FailedEntryCount } = await call('events put_events', { Entries: [entry] });
    expect(FailedEntryCount).toBe(0);
    await vi.waitFor(async () => expect(await got('permitted')).toHaveLength(1), patient);
    expect(await got('permitted')).toEqual([
      {
        version: '0',
        id: (Entries as { EventId: string }[])[0]?.EventId,
        'detail-type': 'order',
        source: 'shop',
        account,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: 'us-east-1',
        resources: [],
        detail: { id: 7 },
      },
    ]);
  });

  it('does not invoke a function without that statement, and says so once in the log', async () => {
    await make('closed');
    await rule('closed', 'unseen');
    for (let index = 0; index < 2; index++) {
      const { Entries } = await call('events put_events', { Entries: [{ ...entry, Source: 'unseen' }] });
      expect(Entries).toEqual([{ EventId: expect.any(String) }]);
    }
    const lines = (await serverFile('server.log')).split('\n').filter((line) => line.includes('rule/closed'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(
      `EventBridge does not send the events of ${arnOf('events', 'rule/closed')} to ${arnOf('lambda', 'function:closed')}: User: events.amazonaws.com is not authorized to perform: lambda:InvokeFunction`,
    );
  });

  it('reaches queues behind topics, and log groups', async () => {
    const service = (Action: string) => ({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action,
      Resource: '*',
    });
    const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { TopicArn } = await call('sns create_topic', {
      Name: 'news',
      Attributes: { Policy: policy(service('sns:Publish')) },
    });
    const fromTopic = { ...service('sqs:SendMessage'), Principal: { Service: 'sns.amazonaws.com' } };
    const { QueueUrl } = await call('sqs create_queue', {
      QueueName: 'readers',
      Attributes: { Policy: policy(fromTopic) },
    });
    await call('sns subscribe', { TopicArn, Protocol: 'sqs', Endpoint: arnOf('sqs', 'readers') });
    await call('logs create_log_group', { logGroupName: '/aws/events/news' });
    await call('events put_rule', { Name: 'news', EventPattern: '{"source":["news"]}' });
    const Targets = [
      { Id: 't', Arn: TopicArn },
      { Id: 'l', Arn: arnOf('logs', 'log-group:/aws/events/news') },
    ];
    await call('events put_targets', { Rule: 'news', Targets });
    await call('events put_events', { Entries: [{ ...entry, Source: 'news' }] });
    const event = { source: 'news', detail: { id: 7 } };
    const { Messages } = await call('sqs receive_message', { QueueUrl, WaitTimeSeconds: 10 });
    const { Message } = JSON.parse((Messages as { Body: string }[])[0]?.Body ?? '');
    expect(JSON.parse(Message)).toMatchObject(event);
    const { events } = await call('logs filter_log_events', { logGroupName: '/aws/events/news' });
    const [logged] = events as { message: string }[];
    expect(JSON.parse(logged?.message ?? '')).toMatchObject(event);
  });

  it('runs a schedule with its role', async () => {
    await make('timed');
    const RoleArn = await role('clock', 'scheduler.amazonaws.com', 'lambda:InvokeFunction');
    const { ScheduleArn } = await call('scheduler create_schedule', {
      Name: 'soon',
      ScheduleExpression: `at(${new Date(Date.now() + 1000).toISOString().slice(0, 19)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: arnOf('lambda', 'function:timed'),
        RoleArn,
        Input: '{"from": "<aws.scheduler.schedule-arn>"}',
      },
    });
    expect(ScheduleArn).toBe(arnOf('scheduler', 'schedule/default/soon'));
    await vi.waitFor(async () => expect(await got('timed')).toEqual([{ from: ScheduleArn }]), patient);
    const told = await boto3.call('scheduler', 'create_schedule', {
      Name: 'x',
      ScheduleExpression: 'rate(10 seconds)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: arnOf('lambda', 'function:timed'), RoleArn },
    });
    expect(told).toMatchObject({
      status: 400,
      Error: { Code: 'ValidationException', Message: 'Invalid Schedule Expression rate(10 seconds).' },
    });
  });

  it.skipIf(!aws)('takes the commands of the aws CLI', async () => {
    const run = async (...args: string[]) => {
      const env = { ...process.env, ...local.env, AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '' };
      const { stdout } = await promisify(execFile)(
        aws as string,
        ['--endpoint-url', local.endpoint, '--output', 'json', ...args],
        { env },
      );
      return stdout ? JSON.parse(stdout) : undefined;
    };
    const put = ['events', 'put-rule', '--name', 'cli', '--schedule-expression', 'rate(5 minutes)'];
    expect(await run(...put)).toEqual({ RuleArn: arnOf('events', 'rule/cli') });
    const { Entries } = await run('events', 'put-events', '--entries', JSON.stringify([entry]));
    expect(Entries).toEqual([{ EventId: expect.any(String) }]);
    const group = await run('scheduler', 'create-schedule-group', '--name', 'g', '--tags', 'Key=a,Value=1');
    expect(group).toEqual({ ScheduleGroupArn: arnOf('scheduler', 'schedule-group/g') });
    expect(await run('scheduler', 'get-schedule-group', '--name', 'g')).toMatchObject({ State: 'ACTIVE' });
    const pattern = '{"source":"x"}';
    const event = JSON.stringify({
      id: '1',
      account,
      source: 's',
      time: 't',
      region: 'r',
      'detail-type': 'd',
    });
    await expect(
      run('events', 'test-event-pattern', '--event-pattern', pattern, '--event', event),
    ).rejects.toThrow(
      'An error occurred (InvalidEventPatternException) when calling the TestEventPattern operation: Event pattern is not valid. Reason: "source" must be an object or an array',
    );
  });

  it('loses nothing that it accepted when it is killed', async () => {
    await call('sqs create_queue', {
      QueueName: 'kept',
      Attributes: {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: '*',
            },
          ],
        }),
      },
    });
    await make('survivor');
    await permit('survivor');
    await rule('survivor', 'kill');
    const Targets = [{ Id: 'q', Arn: arnOf('sqs', 'kept'), InputPath: '$.id' }];
    await call('events put_targets', { Rule: 'survivor', Targets });
    const sent: string[] = [];
    for (let index = 0; index < 3; index++) {
      const Entries = Array(10).fill({ ...entry, Source: 'kill' });
      const answer = await call('events put_events', { Entries });
      sent.push(...(answer.Entries as { EventId: string }[]).map(({ EventId }) => EventId));
    }
    process.kill(JSON.parse(await serverFile('server.json')).pid, 'SIGKILL');
    const options = { cwd: await homeFolder(), env: { SLSCTL_HOME: local.home } };
    await expectSlsctl(['local', 'start', '--port', String(local.port)], options);
    const { QueueUrl } = await call('sqs get_queue_url', { QueueName: 'kept' });
    const inQueue = new Set<string>();
    while (inQueue.size < sent.length) {
      const { Messages = [] } = await call('sqs receive_message', { QueueUrl, MaxNumberOfMessages: 10 });
      const bodies = (Messages as { Body: string }[]).map(({ Body }) => JSON.parse(Body) as string);
      expect(bodies.length).toBeGreaterThan(0);
      for (const id of bodies) inQueue.add(id);
    }
    expect([...inQueue].sort()).toEqual([...sent].sort());
    await vi.waitFor(async () => {
      const ids = new Set((await got('survivor')).map(({ id }) => id));
      expect(sent.filter((id) => !ids.has(id))).toEqual([]);
    }, patient);
  });
});
