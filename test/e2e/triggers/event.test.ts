// Rules of EventBridge from slsctl.yml: deployed, changed, moved, and removed.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { expectSlsctl } from '../../support/in-process.ts';
import { clientSettings } from '../../support/local.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { triggerBench } from '../../support/triggers/bench.ts';

let events: EventBridgeClient;
const bench = triggerBench(async (env) => {
  events = new EventBridgeClient(clientSettings(env));
  await events.send(new CreateEventBusCommand({ Name: 'shop' }));
  await new SQSClient(clientSettings(env)).send(new CreateQueueCommand({ QueueName: 'undelivered' }));
});

const rules = async (EventBusName = 'default') =>
  ((await events.send(new ListRulesCommand({ EventBusName }))).Rules ?? []).filter(({ Name }) =>
    Name?.startsWith(bench.name),
  );
const targets = async (Rule = `${bench.name}-event`, EventBusName = 'default') =>
  (await events.send(new ListTargetsByRuleCommand({ Rule, EventBusName }))).Targets ?? [];
const send = (source: string, detail: unknown, EventBusName?: string) =>
  events.send(
    new PutEventsCommand({
      Entries: [{ Source: source, DetailType: 'order', Detail: JSON.stringify(detail), EventBusName }],
    }),
  );

describe('a rule', () => {
  it('calls the alias with the events that match, and nothing is left to plan', async () => {
    await bench.one([`event: { pattern: { source: [${bench.name}] } }`], 'aliases: { live: {} }\n');
    expect((await bench.run('plan')).stdout).toContain(
      `event trigger ${bench.name}-event to ${bench.name}:live`,
    );
    await bench.deploy();
    const [rule, ...others] = await rules();
    expect(others).toEqual([]);
    expect(rule).toMatchObject({ Name: `${bench.name}-event`, State: 'ENABLED' });
    expect(await targets()).toEqual([{ Id: 'slsctl', Arn: bench.arn(`${bench.name}:live`) }]);
    expect(await bench.statements('live')).toMatchObject([
      {
        Sid: `slsctl-event-${bench.name}-event`,
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnLike: { 'AWS:SourceArn': rule?.Arn } },
      },
    ]);
    const { Tags } = await events.send(new ListTagsForResourceCommand({ ResourceARN: rule?.Arn }));
    expect(Tags).toContainEqual({ Key: 'slsctl:project', Value: bench.name });
    expect(await bench.differs()).toBe(false);
    await send('somebody', { number: 'other' });
    await send(bench.name, { number: 'first-order' });
    await bench.printed('first-order');
  });

  it('may be on another bus, with a dead-letter queue', async () => {
    await bench.one([`event: { bus: shop, pattern: { source: [a] }, deadLetter: undelivered }`]);
    await bench.deploy();
    expect((await rules('shop'))[0]?.Arn).toContain(`rule/shop/${bench.name}-event`);
    expect(await targets(undefined, 'shop')).toMatchObject([
      { DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:undelivered' } },
    ]);
    expect(await bench.differs()).toBe(false);
    await send('a', { number: 'on-the-bus' }, 'shop');
    await bench.printed('on-the-bus');
    await bench.run('destroy', '--yes');
    expect(await rules('shop')).toEqual([]);
  });

  it('has every field changed in place', async () => {
    const change = async (fields: string) => {
      await bench.one([`event: { pattern: { source: [a] }${fields} }`]);
      await bench.deploy();
      expect(await bench.differs()).toBe(false);
      return (await targets())[0];
    };
    await change('');
    expect(await change(', input: { a: [1] }')).toMatchObject({ Input: '{"a":[1]}' });
    expect(await change(', inputPath: $.detail')).toEqual({
      Id: 'slsctl',
      Arn: bench.arn(),
      InputPath: '$.detail',
    });
    expect(
      await change(', inputTransformer: { inputPathsMap: { a: $.detail.a }, inputTemplate: "<a>" }'),
    ).toMatchObject({ InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '<a>' } });
    expect(await change(', inputTransformer: null, retryPolicy: { maximumRetryAttempts: 2 }')).toEqual({
      Id: 'slsctl',
      Arn: bench.arn(),
      RetryPolicy: { MaximumRetryAttempts: 2 },
    });
    await change(', enabled: false, description: orders');
    const rule = () => events.send(new DescribeRuleCommand({ Name: `${bench.name}-event` }));
    expect(await rule()).toMatchObject({ State: 'DISABLED', Description: 'orders' });
    await change(', description: null');
    expect(await rule()).toMatchObject({ State: 'DISABLED' });
    expect((await rule()).Description ?? '').toBe('');
    expect((await bench.run('plan')).stdout).toContain('enabled: true enables it');
    await bench.one(['event: { pattern: { source: [b] }, enabled: true }']);
    await bench.deploy();
    expect(await rule()).toMatchObject({ State: 'ENABLED', EventPattern: '{"source":["b"]}' });
  });
});

describe('a trigger that the file no longer names', () => {
  it('is removed: the rule, and its statement', async () => {
    await bench.one(['event: { pattern: { source: [a] } }', 'event: { pattern: { source: [b] } }']);
    await bench.deploy();
    expect(await rules()).toHaveLength(2);
    await bench.one(['event: { pattern: { source: [b] } }']);
    await bench.deploy();
    expect(await rules()).toMatchObject([{ EventPattern: '{"source":["b"]}' }]);
    await bench.write({ [bench.name]: '' });
    await bench.deploy();
    expect(await rules()).toEqual([]);
    expect(await bench.statements()).toEqual([]);
    expect(await bench.differs()).toBe(false);
  });

  it('goes with a function that the file no longer names', async () => {
    const event = 'triggers: [{ event: { pattern: { source: [a] } } }]\n';
    await bench.write({ [bench.name]: '', [`${bench.name}x`]: event });
    await bench.deploy();
    expect(await rules()).toHaveLength(1);
    await bench.write({ [bench.name]: '' });
    await bench.deploy();
    expect(await rules()).toEqual([]);
  });

  it('of somebody else gets a target, and loses nothing else with it', async () => {
    const Name = `${bench.name}-theirs`;
    const pattern = { source: ['their.shop'] };
    await events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
    await bench.one([`event: { name: ${Name}, pattern: { source: [their.shop] } }`]);
    await bench.deploy();
    expect(await targets(Name)).toHaveLength(1);
    const { stdout } = await bench.run('destroy', '--yes');
    expect(stdout).toContain('Nothing remains.');
    expect(await targets(Name)).toEqual([]);
    expect(JSON.parse((await rules())[0]?.EventPattern ?? '')).toEqual(pattern);
  });

  it('keeps a rule to which others have added targets, and says so', async () => {
    await bench.one(['event: { pattern: { source: [a] } }']);
    await bench.deploy();
    const Rule = `${bench.name}-event`;
    await events.send(
      new PutTargetsCommand({
        Rule,
        Targets: [{ Id: 'theirs', Arn: 'arn:aws:sqs:us-east-1:000000000000:undelivered' }],
      }),
    );
    const { code, stdout, stderr } = await bench.attempt('destroy', '--yes');
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('others have added targets: theirs');
    expect((await targets()).map(({ Id }) => Id)).toEqual(['theirs']);
  });
});

describe('a rule of another owner', () => {
  it('is not changed', async () => {
    const Name = `${bench.name}-event`;
    await events.send(new PutRuleCommand({ Name, EventPattern: '{"source":["theirs"]}' }));
    await bench.one(['event: { pattern: { source: [mine] } }']);
    const { code, stdout, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('it was not made by slsctl');
    expect((await rules())[0]?.EventPattern).toBe('{"source":["theirs"]}');
  });
});

describe('wrong input is refused with file and line', () => {
  it.each([
    ['{ pattern: { source: [{ nearly: a }] } }', 'Unrecognized match type nearly'],
    ['{ pattern: { source: [] } }', 'Empty arrays are not allowed'],
    ['{ pattern: { source: [a] }, bus: nowhere }', 'there is no such event bus'],
    ['{ pattern: { source: [a] }, input: 1, inputPath: $.detail }', 'one of input, inputPath'],
    ['{ pattern: { source: [a] }, inputTransformer: { inputTemplate: "<b>" } }', 'inputPathsMap'],
    ['{ pattern: { source: [a] }, bus: "arn:aws:events:eu-west-1:000000000000:event-bus/a" }', 'eu-west-1'],
    ['{}', 'pattern'],
    [
      '{ pattern: { source: [a] }, deadLetter: nowhere }',
      'event.deadLetter is nowhere, and there is no such queue in us-east-1; nothing was changed',
    ],
  ])('%s', async (entry, reason) => {
    await bench.one([`event: ${entry}`]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('slsctl.yml:7');
    expect(stderr).toContain(reason);
    expect(await rules()).toEqual([]);
  });
});

describe('import', () => {
  it('writes the rule as it is', async () => {
    await bench.one(['event: { pattern: { source: [{ prefix: a }] }, input: { a: [1] } }']);
    await bench.deploy();
    const folder = await temporaryFolder('imported');
    const at = { cwd: folder, env: bench.aws.env };
    await expectSlsctl(['init', '--from-function', bench.name, '.', '--yes'], at);
    const text = await readFile(join(folder, 'slsctl.yml'), 'utf8');
    expect(text).toContain('prefix: a');
    expect(text).toContain('event:');
    await removeFolder(folder);
  });
});
