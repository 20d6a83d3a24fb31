// The policy of a topic: its default, its statements for accounts, and whether it lets a service publish.
// https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
import type * as sdk from '@aws-sdk/client-sns';
import type { EventSource } from '../../../faces.ts';
import { partitionOf } from '../../../partition.ts';
import type { Handlers } from '../../../service.ts';
import { requireTopic } from '../arns.ts';
import { invalid, notAuthorized } from '../errors.ts';
import { type SnsState, type TopicRecord, topicKey } from '../state.ts';

const ownersActions = [
  'GetTopicAttributes',
  'SetTopicAttributes',
  'AddPermission',
  'RemovePermission',
  'DeleteTopic',
  'Subscribe',
  'ListSubscriptionsByTopic',
  'Publish',
];

interface PolicyStatement {
  readonly Sid?: string;
}

export const permissions: Handlers<typeof sdk, SnsState> = {
  AddPermission({ TopicArn, Label = '', AWSAccountId = [], ActionName = [] }, { call, state }) {
    const topic = requireTopic(state, call, TopicArn, 'AddPermission');
    const policy = JSON.parse(policyOf(topic)) as { Statement: PolicyStatement[] };
    if (policy.Statement.some(({ Sid }) => Sid === Label)) throw invalid('Statement already exists');
    if (ActionName.some((action) => ![...ownersActions, 'Receive'].includes(action))) {
      throw invalid('Policy statement action out of service scope!');
    }
    const principals = AWSAccountId.map((id) => `arn:${partitionOf(call.region)}:iam::${id}:root`);
    const statement = {
      Sid: Label,
      Effect: 'Allow',
      Principal: { AWS: oneOrAll(principals) },
      Action: oneOrAll(ActionName.map((action) => `SNS:${action}`)),
      Resource: topic.arn,
    };
    savePolicy(state, topic, { ...policy, Statement: [...policy.Statement, statement] });
    return {};
  },

  RemovePermission({ TopicArn, Label }, { call, state }) {
    const topic = requireTopic(state, call, TopicArn, 'RemovePermission');
    const policy = JSON.parse(policyOf(topic)) as { Statement: PolicyStatement[] };
    savePolicy(state, topic, { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== Label) });
    return {};
  },

  PutDataProtectionPolicy({ ResourceArn, DataProtectionPolicy }, { call, state }) {
    const topic = requireTopic(state, call, ResourceArn, 'PutDataProtectionPolicy', 'ResourceArn');
    state.topics.put(topicKey(topic), { ...topic, dataProtectionPolicy: DataProtectionPolicy || undefined });
    return {};
  },

  GetDataProtectionPolicy({ ResourceArn }, { call, state }) {
    const topic = requireTopic(state, call, ResourceArn, 'GetDataProtectionPolicy', 'ResourceArn');
    const { dataProtectionPolicy } = topic;
    return dataProtectionPolicy === undefined ? {} : { DataProtectionPolicy: dataProtectionPolicy };
  },
};

const oneOrAll = (list: readonly string[]) => (list.length === 1 ? list[0] : list);

function savePolicy(state: SnsState, topic: TopicRecord, policy: object): void {
  const attributes = { ...topic.attributes, Policy: JSON.stringify(policy) };
  state.topics.put(topicKey(topic), { ...topic, attributes });
}

export function policyOf({ attributes, arn, account }: TopicRecord): string {
  return (
    attributes.Policy ??
    JSON.stringify({
      Version: '2008-10-17',
      Id: '__default_policy_ID',
      Statement: [
        {
          Sid: '__default_statement_ID',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: ownersActions.map((action) => `SNS:${action}`),
          Resource: arn,
          Condition: { StringEquals: { 'AWS:SourceOwner': account } },
        },
      ],
    })
  );
}

/** @throws InvalidParameterException for a text that is not a policy */
export function checkPolicy(text: string): void {
  try {
    const { Statement } = JSON.parse(text);
    if (typeof Statement === 'object' && Statement !== null) return;
  } catch {
    // Refused below.
  }
  throw invalid('Policy Error: null');
}

/** @throws AuthorizationErrorException unless the policy of the topic lets the service publish */
export function checkPublisher(state: SnsState, topic: TopicRecord, source: EventSource): void {
  const request = {
    principals: [source.principal],
    action: 'SNS:Publish',
    resource: topic.arn,
    context: { 'aws:SourceArn': source.sourceArn, 'aws:SourceAccount': source.sourceAccount },
  };
  if (state.host.face('policies').allowsService(policyOf(topic), request)) return;
  throw notAuthorized(source.principal, 'Publish', topic.arn);
}
