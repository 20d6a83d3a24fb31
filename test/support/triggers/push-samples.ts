// Triggers whose source calls the function: two values of each field, and where AWS tells it.
import { CreateLogGroupCommand, DescribeSubscriptionFiltersCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as events from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as sns from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { Clients } from '../local.ts';
import type { Target } from '../targets/targets.ts';

export const pushKinds = ['s3', 'sns', 'logs', 'event', 'schedule'] as const;
export type PushKind = (typeof pushKinds)[number];
export type Entry = Record<string, unknown>;

export interface Place {
  readonly target: Target;
  readonly clients: Clients;
  /** Of the function; its sources have names of their own with it. */
  readonly name: string;
}

interface Told {
  /** Two values, where the schema does not say enough. */
  readonly values?: readonly unknown[];
  /** What AWS answers, from the live trigger. */
  tell(live: Entry): unknown;
  /** What it answers for a value. Default: the value itself. */
  means?(value: unknown): unknown;
  /** What it answers after `null`. Default: undefined. */
  reset?: unknown;
  /** What it answers when the entry has never said it. Default: `reset`. */
  bare?: unknown;
  /** Another value is another trigger: it names it. */
  readonly names?: true;
  /** Without the field, the entry means a default, and does not leave the live value alone. */
  readonly defaults?: true;
  /** What must stand beside it. */
  readonly beside?: Entry;
}

interface PushSample {
  /** The entry without optional fields. `ACCOUNT` and `NAME` stand for the account and the function. */
  readonly base: Entry;
  readonly fields: Record<string, Told>;
  /** Fields that name the source, or a binding that slsctl does not find again by itself: other tests are about them. */
  readonly elsewhere: readonly string[];
  /** Creates the source. */
  prepare(place: Place): Promise<unknown>;
  /** Everything of this kind that calls the function. */
  live(place: Place): Promise<Entry[]>;
}

const queue = (name: string) => `arn:aws:sqs:us-east-1:ACCOUNT:${name}`;
const json = (text: unknown) => (text ? JSON.parse(text as string) : undefined);
const path = (...keys: string[]) => {
  return (live: Entry) => keys.reduce<unknown>((value, key) => (value as Entry | undefined)?.[key], live);
};
const empty = (value: unknown) => (value && Object.keys(value).length > 0 ? value : undefined);
const deadLetters = ['undelivered', 'lost'];
const inputs = [{ kind: 'report' }, 'text'];

/** Retries of a rule or a schedule. */
const retryPolicy = {
  values: [{ maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 }, { maximumRetryAttempts: 5 }],
  means: (value: unknown) => (value as Entry).maximumRetryAttempts,
};

export const pushSamples: Record<PushKind, PushSample> = {
  s3: {
    base: { bucket: 'ACCOUNT-NAME' },
    elsewhere: ['bucket', 'id'],
    fields: {
      events: {
        values: ['s3:ObjectRemoved:*', ['s3:ObjectCreated:Put', 's3:ObjectTagging:*']],
        tell: ({ Events }) => (Events as string[]).toSorted(),
        means: (value) => [value].flat(),
        reset: ['s3:ObjectCreated:*'],
        defaults: true,
      },
      prefix: { values: ['in/', 'incoming/ä'], tell: filterRule('prefix'), defaults: true },
      suffix: { values: ['.jpg', '.png'], tell: filterRule('suffix'), defaults: true },
    },
    prepare: ({ target, name }) =>
      target.client(S3Client).send(new CreateBucketCommand({ Bucket: `${target.account}-${name}` })),
    async live({ target, name }) {
      const Bucket = `${target.account}-${name}`;
      const command = new GetBucketNotificationConfigurationCommand({ Bucket });
      const { LambdaFunctionConfigurations } = await target.client(S3Client).send(command);
      return (LambdaFunctionConfigurations ?? []) as unknown as Entry[];
    },
  },
  sns: {
    base: { topic: 'NAME' },
    elsewhere: ['topic'],
    fields: {
      filterPolicy: {
        values: [{ kind: ['refund'] }, '{"kind":[{"prefix":"or"}]}'],
        tell: ({ FilterPolicy }) => empty(json(FilterPolicy)),
        means: (value) => (typeof value === 'string' ? JSON.parse(value) : value),
      },
      filterPolicyScope: {
        values: ['MessageBody', 'MessageAttributes'],
        beside: { filterPolicy: { kind: ['refund'] } },
        tell: path('FilterPolicyScope'),
        reset: 'MessageAttributes',
      },
      deadLetter: {
        values: deadLetters,
        tell: ({ RedrivePolicy }) => json(RedrivePolicy)?.deadLetterTargetArn,
        means: (value) => queue(value as string),
      },
    },
    prepare: ({ target, name }) =>
      target.client(sns.SNSClient).send(new sns.CreateTopicCommand({ Name: name })),
    async live({ target, name }) {
      const client = target.client(sns.SNSClient);
      const TopicArn = `arn:aws:sns:us-east-1:${target.account}:${name}`;
      const { Subscriptions } = await client.send(new sns.ListSubscriptionsByTopicCommand({ TopicArn }));
      return Promise.all(
        (Subscriptions ?? []).map(async ({ SubscriptionArn }) => {
          const command = new sns.GetSubscriptionAttributesCommand({ SubscriptionArn });
          return (await client.send(command)).Attributes ?? {};
        }),
      );
    },
  },
  logs: {
    base: { logGroup: '/shop/NAME' },
    elsewhere: ['logGroup', 'filterName'],
    fields: {
      filterPattern: {
        values: ['ERROR', '{ $.level = "warn" }'],
        tell: path('filterPattern'),
        reset: '',
        defaults: true,
      },
    },
    prepare: ({ clients: { logs }, name }) =>
      logs.send(new CreateLogGroupCommand({ logGroupName: `/shop/${name}` })),
    async live({ clients: { logs }, name }) {
      const command = new DescribeSubscriptionFiltersCommand({ logGroupName: `/shop/${name}` });
      return ((await logs.send(command)).subscriptionFilters ?? []) as unknown as Entry[];
    },
  },
  event: {
    base: { pattern: { source: ['shop'] } },
    elsewhere: ['bus'],
    fields: {
      pattern: {
        values: [{ source: ['store'] }, '{"detail-type":["order placed"]}'],
        tell: ({ EventPattern }) => json(EventPattern),
        means: (value) => (typeof value === 'string' ? JSON.parse(value) : value),
        bare: { source: ['shop'] },
        defaults: true,
      },
      name: { values: ['NAME-one', 'NAME-other'], tell: path('Name'), names: true },
      description: { values: ['one', 'another “text”'], tell: path('Description') },
      enabled: {
        values: [false, true],
        tell: path('State'),
        means: (value) => (value ? 'ENABLED' : 'DISABLED'),
        bare: 'ENABLED',
      },
      input: {
        values: inputs,
        tell: ({ target }) => json(path('Input')(target as Entry)),
      },
      inputPath: { values: ['$.detail', '$.detail.order'], tell: path('target', 'InputPath') },
      inputTransformer: {
        values: [
          { inputPathsMap: { id: '$.detail.id' }, inputTemplate: '{"order": <id>}' },
          { inputPathsMap: { id: '$.detail.id', at: '$.time' }, inputTemplate: '"<id> at <at>"' },
        ],
        tell: path('target', 'InputTransformer', 'InputTemplate'),
        means: (value) => (value as Entry).inputTemplate,
      },
      deadLetter: {
        values: deadLetters,
        tell: path('target', 'DeadLetterConfig', 'Arn'),
        means: (value) => queue(value as string),
      },
      retryPolicy: { ...retryPolicy, tell: path('target', 'RetryPolicy', 'MaximumRetryAttempts') },
    },
    prepare: async () => {},
    async live({ target, name }) {
      const client = target.client(events.EventBridgeClient);
      const { Rules = [] } = await client.send(new events.ListRulesCommand({ NamePrefix: name }));
      return Promise.all(
        Rules.map(async ({ Name: Rule }) => {
          const rule = await client.send(new events.DescribeRuleCommand({ Name: Rule }));
          const { Targets = [] } = await client.send(new events.ListTargetsByRuleCommand({ Rule }));
          return { ...rule, target: Targets[0] } as unknown as Entry;
        }),
      );
    },
  },
  schedule: {
    base: { expression: 'rate(5 minutes)' },
    elsewhere: ['groupName'],
    fields: {
      expression: {
        values: ['cron(0 9 ? * MON-FRI *)', 'at(2099-01-31T09:00:00)'],
        tell: path('ScheduleExpression'),
        bare: 'rate(5 minutes)',
        defaults: true,
      },
      timezone: {
        values: ['Europe/Berlin', 'America/New_York'],
        tell: path('ScheduleExpressionTimezone'),
        reset: 'UTC',
      },
      input: { values: inputs, tell: ({ Target }) => json(path('Input')(Target as Entry)) },
      enabled: {
        values: [false, true],
        tell: path('State'),
        means: (value) => (value ? 'ENABLED' : 'DISABLED'),
        bare: 'ENABLED',
      },
      flexibleMinutes: { tell: path('FlexibleTimeWindow', 'MaximumWindowInMinutes') },
      description: { values: ['one', 'another “text”'], tell: path('Description') },
      startDate: date('StartDate', ['2098-01-01T00:00:00Z', '2098-06-01T12:00:00+02:00']),
      endDate: date('EndDate', ['2099-01-01T00:00:00Z', '2099-06-01T12:00:00+02:00']),
      actionAfterCompletion: {
        values: ['DELETE', 'NONE'],
        tell: path('ActionAfterCompletion'),
        reset: 'NONE',
      },
      kmsKeyArn: {
        values: ['1', '2'].map(
          (end) => `arn:aws:kms:us-east-1:ACCOUNT:key/00000000-0000-0000-0000-00000000000${end}`,
        ),
        tell: path('KmsKeyArn'),
      },
      deadLetter: {
        values: deadLetters,
        tell: path('Target', 'DeadLetterConfig', 'Arn'),
        means: (value) => queue(value as string),
      },
      retryPolicy: {
        ...retryPolicy,
        tell: path('Target', 'RetryPolicy', 'MaximumRetryAttempts'),
        reset: 185,
      },
      name: { values: ['one', 'other'], tell: path('Name'), names: true },
      roleArn: {
        values: ['one', 'two'].map((role) => `arn:aws:iam::ACCOUNT:role/NAME-${role}`),
        tell: path('Target', 'RoleArn'),
        defaults: true,
        bare: expect.stringContaining('.schedules-'),
      },
    },
    async prepare({ target, name }) {
      const iam = target.client(IAMClient);
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      });
      await Promise.all([
        ...['one', 'two'].map((end) =>
          iam.send(new CreateRoleCommand({ RoleName: `${name}-${end}`, AssumeRolePolicyDocument })),
        ),
      ]);
    },
    async live({ target, name }) {
      const client = target.client(scheduler.SchedulerClient);
      const { Schedules = [] } = await client.send(new scheduler.ListSchedulesCommand({}));
      const own = Schedules.filter(({ Target }) => Target?.Arn?.split(':')[6] === name);
      return Promise.all(
        own.map(async ({ Name, GroupName }) => {
          return (await client.send(
            new scheduler.GetScheduleCommand({ Name, GroupName }),
          )) as unknown as Entry;
        }),
      );
    },
  },
};

/** What all of them need: the queues that fields name. */
export async function prepareQueues({ client }: Target): Promise<void> {
  for (const QueueName of deadLetters) await client(SQSClient).send(new CreateQueueCommand({ QueueName }));
}

function filterRule(name: string) {
  return ({ Filter }: Entry) => {
    const rules = (path('Key', 'FilterRules')((Filter ?? {}) as Entry) ?? []) as Entry[];
    const rule = rules.find(({ Name }) => String(Name).toLowerCase() === name);
    return rule?.Value || undefined;
  };
}

function date(member: string, values: readonly string[]): Told {
  return {
    values,
    tell: (live) => (live[member] as Date | undefined)?.toISOString(),
    means: (value) => new Date(value as string).toISOString(),
  };
}
