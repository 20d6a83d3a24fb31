// The attributes of a topic: as slsctl.yml says them, and as SNS answers them, which is text.
import type { ThingFields } from '../../config/things/kinds.ts';

/** Attributes that are documents; lists of more than JSON's own order never differ by it. */
const documents = ['Policy', 'DeliveryPolicy', 'ArchivePolicy'];

/** What SNS takes when an attribute is not given; `''` removes it. */
const defaults: Record<string, unknown> = {
  DisplayName: '',
  ContentBasedDeduplication: false,
  FifoThroughputScope: 'Topic',
  KmsMasterKeyId: '',
  SignatureVersion: '1',
  TracingConfig: 'PassThrough',
  DeliveryPolicy: '',
  ArchivePolicy: {},
};

export type Attributes = Record<string, unknown>;

/** `arn`: of the topic; without a policy of its own, everybody of its account may use it. */
export function declaredAttributes(
  { fifo: _, fifoTopic: _type, ...fields }: ThingFields<'topic'>,
  arn: string,
): Attributes {
  const attributes: Attributes = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const name = field.charAt(0).toUpperCase() + field.slice(1);
    if (value !== null) attributes[name] = value;
    else attributes[name] = name === 'Policy' ? defaultPolicy(arn) : defaults[name];
  }
  return attributes;
}

/** From the answer of GetTopicAttributes. */
export function parsedAttributes(answer: Record<string, string>): Attributes {
  return Object.fromEntries(
    Object.entries(answer).map(([name, text]) => {
      if (documents.includes(name)) return [name, text === '' ? undefined : JSON.parse(text)];
      return [name, text === 'true' ? true : text === 'false' ? false : text];
    }),
  );
}

/** For a request. */
export function attributeText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The policy that SNS gives to a new topic. */
export function defaultPolicy(arn: string): Record<string, unknown> {
  const actions = [
    ...['GetTopicAttributes', 'SetTopicAttributes', 'AddPermission', 'RemovePermission', 'DeleteTopic'],
    ...['Subscribe', 'ListSubscriptionsByTopic', 'Publish'],
  ];
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: actions.map((action) => `SNS:${action}`),
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': arn.split(':')[4] } },
      },
    ],
  };
}
