// Topics of the local SNS: creating, attributes, tags.
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { account } from '../../call.ts';
import { defaultPolicy, localSns, queueArn, refusal, region, topicArn } from './fixture.ts';

const { sns, client, server } = await localSns();

const create = (Name: string, Attributes?: Record<string, string>, more: object = {}) =>
  sns.send(new CreateTopicCommand({ Name, Attributes, ...more }));
const attributes = async (name: string) =>
  (await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn(name) }))).Attributes ?? {};
const set = (name: string, AttributeName: string, AttributeValue?: string) =>
  sns.send(new SetTopicAttributesCommand({ TopicArn: topicArn(name), AttributeName, AttributeValue }));

const retries = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: 'linear',
};
const delivery = {
  http: {
    defaultHealthyRetryPolicy: retries,
    disableSubscriptionOverrides: false,
    defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8' },
  },
};
/** The attributes with their JSON parsed. */
const parsed = ({ Policy, EffectiveDeliveryPolicy, ...rest }: Record<string, string>) => ({
  ...rest,
  Policy: JSON.parse(Policy ?? 'null'),
  EffectiveDeliveryPolicy: JSON.parse(EffectiveDeliveryPolicy ?? 'null'),
});

const deliveries = JSON.stringify({ http: { defaultHealthyRetryPolicy: { numRetries: 5 } } });
const content = { FifoTopic: 'true', ContentBasedDeduplication: 'TRUE' };

describe('a topic', () => {
  it('is created with an ARN, and has exactly the default attributes', async () => {
    const { TopicArn } = await create('plain');
    expect(TopicArn).toBe(topicArn('plain'));
    expect(parsed(await attributes('plain'))).toEqual({
      DisplayName: '',
      EffectiveDeliveryPolicy: delivery,
      Owner: account,
      Policy: defaultPolicy('plain'),
      SubscriptionsConfirmed: '0',
      SubscriptionsDeleted: '0',
      SubscriptionsPending: '0',
      TopicArn: topicArn('plain'),
    });
  });

  it('that is FIFO has two attributes more', async () => {
    await create('first.fifo', { FifoTopic: 'true', DisplayName: 'TestTopic', SignatureVersion: '2' });
    expect(parsed(await attributes('first.fifo'))).toEqual({
      ContentBasedDeduplication: 'false',
      DisplayName: 'TestTopic',
      EffectiveDeliveryPolicy: delivery,
      FifoTopic: 'true',
      Owner: account,
      Policy: defaultPolicy('first.fifo'),
      SignatureVersion: '2',
      SubscriptionsConfirmed: '0',
      SubscriptionsDeleted: '0',
      SubscriptionsPending: '0',
      TopicArn: topicArn('first.fifo'),
    });
  });

  it('counts its subscriptions', async () => {
    const { TopicArn } = await create('counted');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn('q') }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' }));
    expect(await attributes('counted')).toMatchObject({
      SubscriptionsConfirmed: '1',
      SubscriptionsPending: '1',
      SubscriptionsDeleted: '0',
    });
  });

  it('is the same when it is created again with no attributes, or equal ones', async () => {
    const same = { DisplayName: 'Value1' };
    const { TopicArn } = await create('again', same);
    expect((await create('again')).TopicArn).toBe(TopicArn);
    expect((await create('again', same)).TopicArn).toBe(TopicArn);
    expect((await create('again', { ...same, FifoTopic: 'false' })).TopicArn).toBe(TopicArn);
    const refused =
      'InvalidParameterException 400: Invalid parameter: Attributes Reason: Topic already exists with different attributes';
    expect(await refusal(create('again', { DisplayName: 'Value2' }))).toBe(refused);
    expect(await refusal(create('again', { KmsMasterKeyId: 'k' }))).toBe(refused);
    expect(await refusal(create('again', { ...same, KmsMasterKeyId: 'k' }))).toBe(refused);
    expect(await attributes('again')).toMatchObject({ DisplayName: 'Value1' });
  });

  it.each([
    ['again-display', undefined, { DisplayName: '' }],
    ['again-policy', { DeliveryPolicy: deliveries }, { DeliveryPolicy: deliveries }],
    ['again.fifo', { FifoTopic: 'true' }, { FifoTopic: 'true', ContentBasedDeduplication: 'False' }],
    ['again-content.fifo', content, content],
  ])(
    '%s is the same with attributes as they are answered, or as they were sent',
    async (name, before, after) => {
      const { TopicArn } = await create(name, before);
      expect((await create(name, after)).TopicArn).toBe(TopicArn);
    },
  );

  it('is refused with other tags than before, and is the same with some of them', async () => {
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await create('tagged-again', undefined, { Tags });
    await create('tagged-again', undefined, { Tags: Tags.slice(1) });
    expect(await refusal(create('tagged-again', undefined, { Tags: [{ Key: 'c', Value: '3' }] }))).toBe(
      'InvalidParameterException 400: Invalid parameter: Tags Reason: Topic already exists with different tags',
    );
  });

  it.each([
    ['', undefined],
    ['a'.repeat(257), undefined],
    ['a.fifo', undefined],
    ['a.fifo', { FifoTopic: 'false' }],
    ['no-suffix', { FifoTopic: 'true' }],
    ['a b', undefined],
    ['a/b', undefined],
    ['ä', undefined],
  ])('with the name %j and %j is refused', async (name, given) => {
    expect(await refusal(create(name, given))).toBe(
      'InvalidParameterException 400: Invalid parameter: Topic Name',
    );
  });

  it('may have a name of 256 characters', async () => {
    const name = 'a'.repeat(256);
    expect((await create(name)).TopicArn).toBe(topicArn(name));
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn(name) }));
  });

  it('that does not exist is not found', async () => {
    expect(await refusal(attributes('missing'))).toBe('NotFoundException 404: Topic does not exist');
    expect(await refusal(set('missing', 'DisplayName', 'x'))).toBe(
      'NotFoundException 404: Topic does not exist',
    );
  });

  it.each([
    ['topic', 1],
    ['arn:aws', 2],
    ['arn:aws:sns:us-east-1:123456789012', 5],
    ['', 1],
  ])('with the ARN %j is refused as malformed', async (TopicArn, count) => {
    const refused = await refusal(sns.send(new GetTopicAttributesCommand({ TopicArn })));
    expect(refused).toBe(
      `InvalidParameterException 400: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not ${count}`,
    );
  });

  it('of another region is refused, for every operation', async () => {
    const elsewhere = client({ region: 'eu-west-1' });
    const TopicArn = topicArn('plain');
    for (const command of [
      new GetTopicAttributesCommand({ TopicArn }),
      new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue: 'x' }),
      new DeleteTopicCommand({ TopicArn }),
      new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn('q') }),
    ]) {
      expect(await refusal(elsewhere.send(command as GetTopicAttributesCommand))).toBe(
        'InvalidParameterException 400: Invalid parameter: TopicArn',
      );
    }
  });

  it('is deleted, also twice', async () => {
    const { TopicArn } = await create('short');
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    expect(await refusal(attributes('short'))).toBe('NotFoundException 404: Topic does not exist');
  });

  it('that is created after its deletion is new', async () => {
    const { TopicArn } = await create('renewed', undefined, { Tags: [{ Key: 'a', Value: '1' }] });
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await create('renewed', undefined, { Tags: [{ Key: 'b', Value: '2' }] });
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }));
    expect(Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it('is listed with the others, 100 to a page', async () => {
    const there = client({ region: 'eu-west-3' });
    for (let index = 0; index < 101; index++) await there.send(new CreateTopicCommand({ Name: `t${index}` }));
    const { Topics = [], NextToken } = await there.send(new ListTopicsCommand({}));
    expect(Topics).toHaveLength(100);
    const rest = await there.send(new ListTopicsCommand({ NextToken }));
    expect(rest.Topics).toHaveLength(1);
    expect(rest.NextToken).toBeUndefined();
    expect(new Set([...Topics, ...(rest.Topics ?? [])].map(({ TopicArn }) => TopicArn)).size).toBe(101);
  });
});

describe('an attribute', () => {
  it('is set one by one', async () => {
    await create('set');
    await set('set', 'DisplayName', 'Name');
    await set('set', 'LambdaSuccessFeedbackSampleRate', '100');
    expect(await attributes('set')).toMatchObject({
      DisplayName: 'Name',
      LambdaSuccessFeedbackSampleRate: '100',
    });
  });

  it.each([['FifoTopic'], ['Owner'], ['ContentBasedDeduplication'], ['Nothing']])(
    'called %s cannot be set on a standard topic',
    async (name) => {
      await create('unset');
      expect(await refusal(set('unset', name, 'false'))).toBe(
        'InvalidParameterException 400: Invalid parameter: AttributeName',
      );
    },
  );

  it('DeliveryPolicy is shown with the members that AWS adds, and takes effect', async () => {
    const first = { http: { defaultRequestPolicy: { headerContentType: 'application/json' } } };
    await create('delivery', { DeliveryPolicy: JSON.stringify(first) });
    const shown = async () => {
      const { DeliveryPolicy, EffectiveDeliveryPolicy = '' } = await attributes('delivery');
      return [DeliveryPolicy && JSON.parse(DeliveryPolicy), JSON.parse(EffectiveDeliveryPolicy)];
    };
    expect(await shown()).toEqual([
      { http: { disableSubscriptionOverrides: false, ...first.http } },
      { http: { ...delivery.http, ...first.http } },
    ]);
    const own = { minDelayTarget: 5, maxDelayTarget: 6, numRetries: 1 };
    await set('delivery', 'DeliveryPolicy', JSON.stringify({ http: { defaultHealthyRetryPolicy: own } }));
    expect(await shown()).toEqual([
      { http: { defaultHealthyRetryPolicy: own, disableSubscriptionOverrides: false } },
      { http: { ...delivery.http, defaultHealthyRetryPolicy: { ...retries, ...own } } },
    ]);
    await set('delivery', 'DeliveryPolicy', JSON.stringify({ http: { defaultHealthyRetryPolicy: null } }));
    expect(await shown()).toEqual([{ http: { disableSubscriptionOverrides: false } }, delivery]);
    await set('delivery', 'DeliveryPolicy', '');
    expect(await shown()).toEqual([undefined, delivery]);
  });

  it('Policy replaces the default, which returns when it is empty', async () => {
    await create('policy');
    const own = { Version: '2012-10-17', Statement: [] };
    await set('policy', 'Policy', JSON.stringify(own));
    expect(JSON.parse((await attributes('policy')).Policy ?? '')).toEqual(own);
    expect(await refusal(set('policy', 'Policy', '{'))).toContain('Invalid parameter: Policy Error');
    await set('policy', 'Policy', '');
    expect(JSON.parse((await attributes('policy')).Policy ?? '')).toEqual(defaultPolicy('policy'));
  });
});

describe('tags', () => {
  it('are listed, added, changed and removed', async () => {
    const Tags = [
      { Key: 'k1', Value: 'v1' },
      { Key: 'k2', Value: 'v2' },
    ];
    const { TopicArn: ResourceArn } = await create('tags', undefined, { Tags });
    const list = async () => (await sns.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
    expect(await list()).toEqual(Tags);
    await sns.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['k1'] }));
    expect(await list()).toEqual([{ Key: 'k2', Value: 'v2' }]);
    await sns.send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'k2', Value: 'v2b' }] }));
    expect(await list()).toEqual([{ Key: 'k2', Value: 'v2b' }]);
    await sns.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['k2'] }));
    expect(await list()).toEqual([]);
  });

  it('with a key twice are refused', async () => {
    const Tags = [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ];
    expect(await refusal(create('twice', undefined, { Tags }))).toBe(
      'InvalidParameterException 400: Invalid parameter: Duplicated keys are not allowed.',
    );
  });

  it('of an unknown topic are not found', async () => {
    const ResourceArn = topicArn('missing');
    expect(await refusal(sns.send(new ListTagsForResourceCommand({ ResourceArn })))).toBe(
      'ResourceNotFoundException 404: Resource does not exist',
    );
  });

  it('find the topic in the tagging API', async () => {
    await create('found', undefined, { Tags: [{ Key: 'find', Value: 'me' }] });
    const { endpoint, credentials } = server;
    const tagging = new ResourceGroupsTaggingAPIClient({ endpoint, credentials, region });
    const { ResourceTagMappingList } = await tagging.send(
      new GetResourcesCommand({ ResourceTypeFilters: ['sns'], TagFilters: [{ Key: 'find' }] }),
    );
    tagging.destroy();
    expect(ResourceTagMappingList).toEqual([
      { ResourceARN: topicArn('found'), Tags: [{ Key: 'find', Value: 'me' }] },
    ]);
  });
});
