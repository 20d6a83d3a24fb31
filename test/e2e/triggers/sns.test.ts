// Subscriptions to topics from slsctl.yml: deployed, changed, moved, and removed.
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientSettings } from '../../support/local.ts';
import { triggerBench } from '../../support/triggers/bench.ts';

let sns: SNSClient;
const bench = triggerBench(async (env) => {
  sns = new SNSClient(clientSettings(env));
  await new SQSClient(clientSettings(env)).send(new CreateQueueCommand({ QueueName: 'undelivered' }));
});
let topic: string;
let TopicArn: string;
beforeEach(async () => {
  topic = `orders-${bench.name}`;
  ({ TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: topic })));
});

async function subscriptions(): Promise<Record<string, string>[]> {
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  return Promise.all(
    Subscriptions.map(async ({ SubscriptionArn }) => {
      const answer = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      return answer.Attributes ?? {};
    }),
  );
}
const only = async () => {
  const [first, ...others] = await subscriptions();
  expect(others).toEqual([]);
  return first ?? {};
};

describe('a topic in the short form', () => {
  it('calls the function, its policy has the statement, and nothing is left to plan', async () => {
    await bench.one([`sns: ${topic}`]);
    expect((await bench.run('plan')).stdout).toContain(`sns trigger ${topic} to ${bench.name}`);
    const { stderr } = await bench.deploy();
    expect(stderr).toContain('next: slsctl invoke --event sns');
    expect(await only()).toMatchObject({ Protocol: 'lambda', Endpoint: bench.arn() });
    expect(await bench.statements()).toMatchObject([
      {
        Sid: `slsctl-sns-${topic}`,
        Principal: { Service: 'sns.amazonaws.com' },
        Condition: { ArnLike: { 'AWS:SourceArn': TopicArn } },
      },
    ]);
    expect(await bench.differs()).toBe(false);
    await sns.send(new PublishCommand({ TopicArn, Message: 'first order' }));
    await bench.printed('first order');
  });

  it('may be one of the project', async () => {
    await bench.write({ [bench.name]: 'triggers: [{ sns: news }]\n' }, 'topics: { news: {} }\n');
    await bench.deploy();
    expect(await bench.differs()).toBe(false);
    await sns.send(
      new PublishCommand({ TopicArn: TopicArn.replace(topic, `${bench.name}-news`), Message: 'good news' }),
    );
    await bench.printed('good news');
    await bench.run('destroy', '--yes');
  });
});

describe('the fields of a subscription', () => {
  it('are set, changed in place, and taken back', async () => {
    await bench.one([`sns: { topic: ${topic}, filterPolicy: { kind: [refund] }, deadLetter: undelivered }`]);
    await bench.deploy();
    const before = await only();
    expect(JSON.parse(before.FilterPolicy ?? '')).toEqual({ kind: ['refund'] });
    expect(JSON.parse(before.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:undelivered',
    });
    expect(await bench.differs()).toBe(false);

    await bench.one([
      `sns: { topic: ${topic}, filterPolicyScope: MessageBody, filterPolicy: { order: { kind: [refund] } }, deadLetter: null }`,
    ]);
    await bench.deploy();
    const after = await only();
    expect(after).toMatchObject({
      SubscriptionArn: before.SubscriptionArn,
      FilterPolicyScope: 'MessageBody',
    });
    expect(JSON.parse(after.FilterPolicy ?? '')).toEqual({ order: { kind: ['refund'] } });
    expect(JSON.parse(after.RedrivePolicy || '{}')).toEqual({});
    expect(await bench.differs()).toBe(false);

    await bench.one([`sns: { topic: ${topic}, filterPolicyScope: null, filterPolicy: null }`]);
    await bench.deploy();
    const reset = await only();
    expect(JSON.parse(reset.FilterPolicy || '{}')).toEqual({});
    expect(await bench.differs()).toBe(false);
  });

  it('are left alone where slsctl.yml does not say them, and named', async () => {
    await bench.one([`sns: ${topic}`]);
    await bench.deploy();
    const { SubscriptionArn } = await only();
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'FilterPolicy',
        AttributeValue: '{"kind":["new"]}',
      }),
    );
    expect(await bench.differs()).toBe(false);
    expect((await bench.run('plan')).stdout).toContain('FilterPolicy is live but not declared; kept');
  });

  it('are refused in the words of SNS when the policy is wrong', async () => {
    await bench.one([`sns: { topic: ${topic}, filterPolicy: { kind: [{ nearly: 1 }] } }`]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('Unrecognized match type nearly');
  });
});

describe('the place that a topic calls', () => {
  it('moves to the alias that follows the deployments, and the former subscription goes', async () => {
    await bench.one([`sns: ${topic}`]);
    await bench.deploy();
    await bench.one([`sns: ${topic}`], 'aliases: { live: {} }\n');
    await bench.deploy();
    expect(await only()).toMatchObject({ Endpoint: bench.arn(`${bench.name}:live`) });
    expect(await bench.statements()).toEqual([]);
    expect(await bench.statements('live')).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });
});

describe('a trigger that the file no longer names', () => {
  it('is removed with its statement; subscriptions of others stay', async () => {
    const theirs = { TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:000000000000:undelivered' };
    await sns.send(new SubscribeCommand(theirs));
    await bench.one([`sns: ${topic}`]);
    await bench.deploy();
    await bench.write({ [bench.name]: '' });
    await bench.deploy();
    expect(await only()).toMatchObject({ Protocol: 'sqs' });
    expect(await bench.statements()).toEqual([]);
    expect(await bench.differs()).toBe(false);
  });

  it('goes with the project', async () => {
    await bench.one([`sns: ${topic}`]);
    await bench.deploy();
    const { stdout, stderr } = await bench.run('destroy', '--yes');
    expect(stderr).toContain('sns trigger');
    expect(stdout).not.toContain('still call');
    expect(await subscriptions()).toEqual([]);
  });
});

describe('a wrong topic is refused with file and line', () => {
  it.each([
    ['no-such-topic', 'there is no such topic'],
    ['arn:aws:sns:eu-west-1:000000000000:orders', 'eu-west-1'],
    ['orders.fifo', 'FIFO'],
    ['orders-NAME, deadLetter: nowhere', 'triggers.0.sns.deadLetter is nowhere, and there is no such queue'],
    [
      'orders-NAME, deadLetter: "arn:aws:sqs:eu-west-1:000000000000:lost"',
      'is lost in eu-west-1, and must be in us-east-1',
    ],
  ])('%s', async (source, reason) => {
    const entry = source.includes(',') ? `{ topic: ${source.replace('NAME', bench.name)} }` : source;
    await bench.one([`sns: ${entry}`]);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('slsctl.yml:7');
    expect(stderr).toContain(reason);
  });
});
