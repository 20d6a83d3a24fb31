// A sample resource of each local service: its creation and its reading. Services without stored resources have none.
import { role, zip } from './lambda/control.ts';

/** Calls an operation of the service. */
export type Ask = (operation: string, input: object) => Promise<object>;

export interface Sample {
  /** Creates it, with the tag `conformance: yes` if it can have tags. */
  create(ask: Ask): Promise<unknown>;
  read(ask: Ask): Promise<object>;
  /** Whether the resource is the same in all regions. */
  readonly global?: true;
}

/** A name that is valid in every service. */
export const sampleName = 'conformance-sample';

const Tags = [{ Key: 'conformance', Value: 'yes' }];
const tags = { conformance: 'yes' };

/** By the name of the service. */
export const samples: Record<string, Sample> = {
  cloudfront: {
    create: (ask) =>
      ask('CreateDistributionWithTags', {
        DistributionConfigWithTags: {
          DistributionConfig: {
            CallerReference: sampleName,
            Comment: sampleName,
            Enabled: true,
            Origins: { Quantity: 1, Items: [{ Id: 'site', DomainName: 'example.org' }] },
            DefaultCacheBehavior: { TargetOriginId: 'site', ViewerProtocolPolicy: 'allow-all' },
          },
          Tags: { Items: Tags },
        },
      }),
    read: (ask) => ask('ListDistributions', {}),
    global: true,
  },
  'cognito-idp': {
    create: (ask) => ask('CreateUserPool', { PoolName: sampleName, UserPoolTags: tags }),
    read: (ask) => ask('ListUserPools', { MaxResults: 10 }),
  },
  apigatewayv2: {
    create: (ask) => ask('CreateApi', { Name: sampleName, ProtocolType: 'HTTP', Tags: tags }),
    read: (ask) => ask('GetApis', {}),
  },
  apigateway: {
    create: (ask) => ask('CreateRestApi', { name: sampleName, tags }),
    read: (ask) => ask('GetRestApis', {}),
  },
  dynamodb: {
    create: (ask) =>
      ask('CreateTable', {
        TableName: sampleName,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        Tags,
      }),
    read: (ask) => ask('DescribeTable', { TableName: sampleName }),
  },
  elasticloadbalancing: {
    create: (ask) => ask('CreateTargetGroup', { Name: sampleName, TargetType: 'lambda', Tags }),
    read: (ask) => ask('DescribeTargetGroups', { Names: [sampleName] }),
  },
  events: {
    create: (ask) => ask('PutRule', { Name: sampleName, EventPattern: '{"source":["shop"]}', Tags }),
    read: (ask) => ask('DescribeRule', { Name: sampleName }),
  },
  iam: {
    create: (ask) =>
      ask('CreateRole', {
        RoleName: sampleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
        Tags,
      }),
    read: (ask) => ask('GetRole', { RoleName: sampleName }),
    global: true,
  },
  iot: {
    create: (ask) =>
      ask('CreateTopicRule', {
        ruleName: 'sample',
        topicRulePayload: { sql: `SELECT * FROM '${sampleName}'`, actions: [] },
        tags: 'conformance=yes',
      }),
    read: (ask) => ask('GetTopicRule', { ruleName: 'sample' }),
  },
  kinesis: {
    create: (ask) => ask('CreateStream', { StreamName: sampleName, ShardCount: 1, Tags: tags }),
    read: (ask) => ask('DescribeStreamSummary', { StreamName: sampleName }),
  },
  lambda: {
    create: (ask) =>
      ask('CreateFunction', {
        FunctionName: sampleName,
        Role: role,
        Runtime: 'python3.13',
        Handler: 'index.handler',
        Code: { ZipFile: zip },
        Tags: tags,
      }),
    read: (ask) => ask('GetFunctionConfiguration', { FunctionName: sampleName }),
  },
  logs: {
    create: (ask) => ask('CreateLogGroup', { logGroupName: sampleName, tags }),
    read: (ask) => ask('DescribeLogGroups', { logGroupNamePrefix: sampleName }),
  },
  monitoring: {
    create: (ask) =>
      ask('PutMetricData', { Namespace: sampleName, MetricData: [{ MetricName: 'm', Value: 1 }] }),
    read: (ask) => ask('ListMetrics', { Namespace: sampleName }),
  },
  s3: {
    create: (ask) =>
      ask('CreateBucket', {
        Bucket: sampleName,
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1', Tags },
      }),
    read: async (ask) => ({ sampleName, ...(await ask('GetBucketTagging', { Bucket: sampleName })) }),
  },
  scheduler: {
    create: (ask) => ask('CreateScheduleGroup', { Name: sampleName, Tags }),
    read: (ask) => ask('GetScheduleGroup', { Name: sampleName }),
  },
  secretsmanager: {
    create: (ask) =>
      ask('CreateSecret', {
        Name: sampleName,
        SecretString: 's',
        ClientRequestToken: 'a'.repeat(32),
        Tags,
      }),
    read: (ask) => ask('GetSecretValue', { SecretId: sampleName }),
  },
  ses: {
    create: (ask) => ask('CreateReceiptRuleSet', { RuleSetName: sampleName }),
    read: (ask) => ask('DescribeReceiptRuleSet', { RuleSetName: sampleName }),
  },
  sqs: {
    create: (ask) => ask('CreateQueue', { QueueName: sampleName, tags }),
    read: (ask) => ask('GetQueueUrl', { QueueName: sampleName }),
  },
  sns: {
    create: (ask) => ask('CreateTopic', { Name: sampleName, Tags }),
    read: (ask) => ask('ListTopics', {}),
  },
  ssm: {
    create: (ask) => ask('PutParameter', { Name: sampleName, Value: 'v', Type: 'String', Tags }),
    read: (ask) => ask('GetParameter', { Name: sampleName }),
  },
  states: {
    create: (ask) =>
      ask('CreateStateMachine', {
        name: sampleName,
        definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        roleArn: role,
        tags: [{ key: 'conformance', value: 'yes' }],
      }),
    read: async (ask) => {
      const { stateMachines } = (await ask('ListStateMachines', {})) as {
        stateMachines: { stateMachineArn: string }[];
      };
      const [found] = stateMachines;
      return ask('DescribeStateMachine', {
        stateMachineArn: found?.stateMachineArn ?? 'arn:aws:states:x:1:stateMachine:none',
      });
    },
  },
};
