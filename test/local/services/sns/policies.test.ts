// The policies of topics: statements for accounts, and services that publish.
import {
  AddPermissionCommand,
  CreateTopicCommand,
  GetDataProtectionPolicyCommand,
  GetTopicAttributesCommand,
  PutDataProtectionPolicyCommand,
  RemovePermissionCommand,
  SetTopicAttributesCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { defaultPolicy, localSns, refusal, topicArn } from './fixture.ts';

const { sns, server } = await localSns();
const face = server.services.find(({ name }) => name === 'sns')?.faces?.topics;
const create = (Name: string) => sns.send(new CreateTopicCommand({ Name }));
const attributes = async (name: string) =>
  (await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn(name) }))).Attributes ?? {};
const set = (name: string, AttributeName: string, AttributeValue?: string) =>
  sns.send(new SetTopicAttributesCommand({ TopicArn: topicArn(name), AttributeName, AttributeValue }));

describe('permissions', () => {
  const add = (name: string, more: object = {}) =>
    sns.send(
      new AddPermissionCommand({
        TopicArn: topicArn(name),
        Label: 'test',
        AWSAccountId: [account],
        ActionName: ['Publish'],
        ...more,
      }),
    );
  const policy = async (name: string) => JSON.parse((await attributes(name)).Policy ?? '');

  it('are statements of the policy', async () => {
    await create('permitted');
    await add('permitted');
    const statement = {
      Sid: 'test',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'SNS:Publish',
      Resource: topicArn('permitted'),
    };
    const { Statement, ...rest } = defaultPolicy('permitted');
    expect(await policy('permitted')).toEqual({ ...rest, Statement: [...Statement, statement] });
    await add('permitted', { Label: 'two', ActionName: ['Publish', 'Subscribe'] });
    expect((await policy('permitted')).Statement[2]).toMatchObject({
      Action: ['SNS:Publish', 'SNS:Subscribe'],
    });
    for (const Label of ['test', 'two', 'none']) {
      await sns.send(new RemovePermissionCommand({ TopicArn: topicArn('permitted'), Label }));
    }
    expect(await policy('permitted')).toEqual(defaultPolicy('permitted'));
  });

  it('are refused with a label that is taken, an unknown action, or an unknown topic', async () => {
    await create('refused');
    await add('refused');
    expect(await refusal(add('refused'))).toBe(
      'InvalidParameterException 400: Invalid parameter: Statement already exists',
    );
    expect(await refusal(add('refused', { Label: 'b', ActionName: ['Nothing'] }))).toBe(
      'InvalidParameterException 400: Invalid parameter: Policy statement action out of service scope!',
    );
    expect(await refusal(add('missing'))).toBe('NotFoundException 404: Topic does not exist');
    const removal = new RemovePermissionCommand({ TopicArn: topicArn('missing'), Label: 'a' });
    expect(await refusal(sns.send(removal))).toBe('NotFoundException 404: Topic does not exist');
  });

  it('of the policy decide whether a service may publish', async () => {
    const { TopicArn = '' } = await create('service');
    const source = {
      principal: 's3.amazonaws.com',
      sourceArn: 'arn:aws:s3:::b',
      sourceAccount: account,
    };
    const publish = async (from = source) => face?.publish(TopicArn, { text: 'x' }, from);
    expect(await refusal(publish())).toContain(
      'AuthorizationErrorException undefined: User: s3.amazonaws.com is not authorized to perform: SNS:Publish',
    );
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: TopicArn,
      Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' } },
    };
    await set('service', 'Policy', JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
    expect(await publish()).toMatch(/^[0-9a-f-]{36}$/);
    expect(await refusal(publish({ ...source, sourceArn: 'arn:aws:s3:::other' }))).toContain(
      'not authorized',
    );
    expect(face?.publish(TopicArn, { text: 'x' })).toMatch(/^[0-9a-f-]{36}$/);
    expect(face?.exists(TopicArn)).toBe(true);
    expect(face?.exists(topicArn('missing'))).toBe(false);
    expect(() => face?.publish(topicArn('missing'), { text: 'x' })).toThrow('Topic does not exist');
  });
});

it('a data protection policy is kept', async () => {
  const { TopicArn: ResourceArn } = await create('protected');
  const get = () => sns.send(new GetDataProtectionPolicyCommand({ ResourceArn }));
  expect((await get()).DataProtectionPolicy).toBeUndefined();
  const DataProtectionPolicy = '{"Name":"p"}';
  await sns.send(new PutDataProtectionPolicyCommand({ ResourceArn, DataProtectionPolicy }));
  expect((await get()).DataProtectionPolicy).toBe(DataProtectionPolicy);
});
