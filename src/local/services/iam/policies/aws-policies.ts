// AWS's managed policies that functions commonly use.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
import { arnIn } from '../../../partition.ts';
import type { PolicyRecord } from '../state.ts';
import { lastingId } from '../unique-id.ts';
import { type AwsDocument, awsDocuments } from './aws-documents.ts';

interface Grant {
  Sid?: string;
  /** Separated by spaces. */
  actions: string;
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

function provided(
  pathAndName: string,
  version: number,
  [created, updated]: readonly [created: string, updated: string],
  description: string,
  ...grants: Grant[]
): PolicyRecord {
  const cut = pathAndName.lastIndexOf('/') + 1;
  const arn = `arn:aws:iam::aws:policy/${pathAndName}`;
  const Statement = grants.map(({ Sid, actions, Resource = '*', Condition }) => ({
    Sid,
    Effect: 'Allow',
    Action: actions.split(/\s+/),
    Resource,
    Condition,
  }));
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  return {
    name: pathAndName.slice(cut),
    path: `/${pathAndName.slice(0, cut)}`,
    arn,
    id: lastingId('ANPA', arn),
    description,
    created: Date.parse(created),
    updated: Date.parse(updated),
    tags: [],
    defaultVersion: version,
    lastVersion: version,
    versions: [{ number: version, document, created: Date.parse(updated) }],
  };
}

function documented({ name, version, created, updated, description, ...of }: AwsDocument): PolicyRecord {
  const cut = name.lastIndexOf('/') + 1;
  const arn = `arn:aws:iam::aws:policy/${name}`;
  const [from, to] = [Date.parse(created), Date.parse(updated)];
  const earlier = Object.entries(of.earlier ?? {}).map(([number, document]) => ({
    number: Number(number),
    document,
    created: from,
  }));
  return {
    name: name.slice(cut),
    path: `/${name.slice(0, cut)}`,
    arn,
    id: lastingId('ANPA', arn),
    ...(description && { description }),
    created: from,
    updated: to,
    tags: [],
    defaultVersion: version,
    lastVersion: version,
    versions: [...earlier, { number: version, document: of.document, created: to }],
  };
}

const toLogs = 'logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents';

const xray = `xray:PutTraceSegments xray:PutTelemetryRecords xray:GetSamplingRules xray:GetSamplingTargets
  xray:GetSamplingStatisticSummaries`;

const dynamoDbSurroundings = `cloudwatch:DescribeAlarmHistory cloudwatch:DescribeAlarms
  cloudwatch:DescribeAlarmsForMetric cloudwatch:GetMetricStatistics cloudwatch:ListMetrics
  cloudwatch:GetMetricData datapipeline:DescribeObjects datapipeline:DescribePipelines
  datapipeline:GetPipelineDefinition datapipeline:ListPipelines datapipeline:QueryObjects
  ec2:DescribeVpcs ec2:DescribeSubnets ec2:DescribeSecurityGroups iam:GetRole iam:ListRoles kms:DescribeKey
  kms:ListAliases sns:ListSubscriptionsByTopic sns:ListTopics lambda:ListFunctions
  lambda:ListEventSourceMappings lambda:GetFunctionConfiguration resource-groups:ListGroups
  resource-groups:ListGroupResources resource-groups:GetGroup resource-groups:GetGroupQuery
  tag:GetResources kinesis:ListStreams kinesis:DescribeStream kinesis:DescribeStreamSummary
  application-autoscaling:DescribeScalableTargets application-autoscaling:DescribeScalingActivities
  application-autoscaling:DescribeScalingPolicies`;

const insightRules: Grant = {
  actions: 'cloudwatch:GetInsightRuleReport',
  Resource: 'arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorInsights*',
};

const viaSns = { StringEquals: { 'aws:CalledViaLast': 'sns.amazonaws.com' } };

const awsPolicies: readonly PolicyRecord[] = [
  provided(
    'service-role/AWSLambdaBasicExecutionRole',
    1,
    ['2015-04-09T15:03:43Z', '2015-04-09T15:03:43Z'],
    'Provides write permissions to CloudWatch Logs.',
    { actions: toLogs },
  ),
  provided(
    'AWSLambdaExecute',
    1,
    ['2015-02-06T18:40:46Z', '2015-02-06T18:40:46Z'],
    'Provides Put, Get access to S3 and full access to CloudWatch Logs.',
    { actions: 'logs:*', Resource: 'arn:aws:logs:*:*:*' },
    { actions: 's3:GetObject s3:PutObject', Resource: 'arn:aws:s3:::*' },
  ),
  provided(
    'service-role/AWSLambdaVPCAccessExecutionRole',
    3,
    ['2016-02-11T23:15:26Z', '2024-01-05T22:38:26Z'],
    'Provides minimum permissions for a Lambda function to execute while accessing a resource within a VPC - create, describe, delete network interfaces and write permissions to CloudWatch Logs.',
    {
      Sid: 'AWSLambdaVPCAccessExecutionPermissions',
      actions: `${toLogs} ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets
        ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses`,
    },
  ),
  provided(
    'service-role/AWSLambdaSQSQueueExecutionRole',
    1,
    ['2018-06-14T21:50:45Z', '2018-06-14T21:50:45Z'],
    'Provides receive message, delete message, and read attribute access to SQS queues, and write permissions to CloudWatch logs.',
    { actions: `sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes ${toLogs}` },
  ),
  provided(
    'service-role/AWSLambdaDynamoDBExecutionRole',
    1,
    ['2015-04-09T15:09:29Z', '2015-04-09T15:09:29Z'],
    'Provides list and read access to DynamoDB streams and write permissions to CloudWatch logs.',
    {
      actions: `dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams ${toLogs}`,
    },
  ),
  provided(
    'service-role/AWSLambdaKinesisExecutionRole',
    2,
    ['2015-04-09T15:14:16Z', '2018-11-19T20:09:24Z'],
    'Provides list and read access to Kinesis streams and write permissions to CloudWatch logs.',
    {
      actions: `kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords
        kinesis:GetShardIterator kinesis:ListShards kinesis:ListStreams kinesis:SubscribeToShard ${toLogs}`,
    },
  ),
  provided(
    'service-role/AWSLambdaMSKExecutionRole',
    2,
    ['2020-08-11T17:35:05Z', '2022-08-02T20:08:02Z'],
    'Provides permissions required to access MSK Cluster within a VPC, manage ENIs (create, describe, delete) in the VPC and write permissions to CloudWatch Logs.',
    {
      actions: `kafka:DescribeCluster kafka:DescribeClusterV2 kafka:GetBootstrapBrokers
        ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeVpcs ec2:DeleteNetworkInterface
        ec2:DescribeSubnets ec2:DescribeSecurityGroups ${toLogs}`,
    },
  ),
  provided(
    'service-role/AWSLambdaRole',
    1,
    ['2015-02-06T18:41:28Z', '2015-02-06T18:41:28Z'],
    'Default policy for AWS Lambda service role.',
    { actions: 'lambda:InvokeFunction' },
  ),
  provided(
    'CloudWatchLambdaInsightsExecutionRolePolicy',
    1,
    ['2020-10-07T19:27:06Z', '2020-10-07T19:27:06Z'],
    'Policy required for the Lambda Insights Extension',
    { actions: 'logs:CreateLogGroup' },
    {
      actions: 'logs:CreateLogStream logs:PutLogEvents',
      Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*',
    },
  ),
  provided(
    'AWSXRayDaemonWriteAccess',
    2,
    ['2018-08-28T23:00:33Z', '2024-02-13T21:58:30Z'],
    "Allow the AWS X-Ray Daemon to relay raw trace segments data to the service's API and retrieve sampling data (rules, targets, etc.) to be used by the X-Ray SDK.",
    { Sid: 'AWSXRayDaemonWriteAccess', actions: xray, Resource: ['*'] },
  ),
  provided(
    'AWSXrayWriteOnlyAccess',
    2,
    ['2016-12-01T18:19:53Z', '2018-08-28T23:03:04Z'],
    'AWS X-Ray write only managed policy',
    { actions: xray, Resource: ['*'] },
  ),
  provided(
    'AmazonElasticFileSystemClientReadWriteAccess',
    1,
    ['2020-01-13T16:21:55Z', '2020-01-13T16:21:55Z'],
    'Provides read and write client access to an Amazon EFS file system',
    {
      actions:
        'elasticfilesystem:ClientMount elasticfilesystem:ClientWrite elasticfilesystem:DescribeMountTargets',
    },
  ),
  provided(
    'AmazonDynamoDBReadOnlyAccess',
    15,
    ['2015-02-06T18:40:12Z', '2024-11-18T17:38:15Z'],
    'Provides read only access to Amazon DynamoDB via the AWS Management Console.',
    {
      Sid: 'GeneralReadOnlyAccess',
      actions: `dynamodb:BatchGetItem dynamodb:Describe* dynamodb:List* dynamodb:GetAbacStatus
        dynamodb:GetItem dynamodb:GetResourcePolicy dynamodb:Query dynamodb:Scan dynamodb:PartiQLSelect
        dax:Describe* dax:List* dax:GetItem dax:BatchGetItem dax:Query dax:Scan ${dynamoDbSurroundings}`,
    },
    { Sid: 'CCIAccess', ...insightRules },
  ),
  provided(
    'AmazonDynamoDBFullAccess',
    15,
    ['2015-02-06T18:40:11Z', '2021-01-29T17:38:30Z'],
    'Provides full access to Amazon DynamoDB via the AWS Management Console.',
    {
      actions: `dynamodb:* dax:* application-autoscaling:DeleteScalingPolicy
        application-autoscaling:DeregisterScalableTarget application-autoscaling:PutScalingPolicy
        application-autoscaling:RegisterScalableTarget cloudwatch:DeleteAlarms cloudwatch:PutMetricAlarm
        datapipeline:ActivatePipeline datapipeline:CreatePipeline datapipeline:DeletePipeline
        datapipeline:PutPipelineDefinition sns:CreateTopic sns:DeleteTopic sns:ListSubscriptions
        sns:Subscribe sns:Unsubscribe sns:SetTopicAttributes lambda:CreateFunction
        lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping lambda:DeleteFunction
        resource-groups:DeleteGroup resource-groups:CreateGroup ${dynamoDbSurroundings}`,
    },
    insightRules,
    {
      actions: 'iam:PassRole',
      Condition: {
        StringLike: {
          'iam:PassedToService': [
            'application-autoscaling.amazonaws.com',
            'application-autoscaling.amazonaws.com.cn',
            'dax.amazonaws.com',
          ],
        },
      },
    },
    {
      actions: 'iam:CreateServiceLinkedRole',
      Condition: {
        StringEquals: {
          'iam:AWSServiceName': [
            'replication.dynamodb.amazonaws.com',
            'dax.amazonaws.com',
            'dynamodb.application-autoscaling.amazonaws.com',
            'contributorinsights.dynamodb.amazonaws.com',
            'kinesisreplication.dynamodb.amazonaws.com',
          ],
        },
      },
    },
  ),
  provided(
    'AmazonSQSFullAccess',
    1,
    ['2015-02-06T18:41:07Z', '2015-02-06T18:41:07Z'],
    'Provides full access to Amazon SQS via the AWS Management Console.',
    { actions: 'sqs:*' },
  ),
  provided(
    'AmazonSQSReadOnlyAccess',
    4,
    ['2015-02-06T18:41:08Z', '2024-05-24T18:16:44Z'],
    'Provides read only access to Amazon SQS via the AWS Management Console.',
    {
      Sid: 'AmazonSQSReadOnlyAccess',
      actions: `sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListDeadLetterSourceQueues sqs:ListQueues
        sqs:ListMessageMoveTasks sqs:ListQueueTags`,
    },
  ),
  provided(
    'AmazonSNSFullAccess',
    2,
    ['2015-02-06T18:41:05Z', '2024-09-24T22:32:05Z'],
    'Provides full access to Amazon SNS via the AWS Management Console.',
    { Sid: 'SNSFullAccess', actions: 'sns:*' },
    {
      Sid: 'SMSAccessViaSNS',
      actions: `sms-voice:DescribeVerifiedDestinationNumbers sms-voice:CreateVerifiedDestinationNumber
        sms-voice:SendDestinationNumberVerificationCode sms-voice:SendTextMessage
        sms-voice:DeleteVerifiedDestinationNumber sms-voice:VerifyDestinationNumber
        sms-voice:DescribeAccountAttributes sms-voice:DescribeSpendLimits sms-voice:DescribePhoneNumbers
        sms-voice:SetTextMessageSpendLimitOverride sms-voice:DescribeOptedOutNumbers
        sms-voice:DeleteOptedOutNumber`,
      Condition: viaSns,
    },
  ),
  provided(
    'AmazonSSMReadOnlyAccess',
    1,
    ['2015-05-29T17:44:19Z', '2015-05-29T17:44:19Z'],
    'Provides read only access to Amazon SSM.',
    { actions: 'ssm:Describe* ssm:Get* ssm:List*' },
  ),
  provided(
    'AmazonSESFullAccess',
    1,
    ['2015-02-06T18:41:02Z', '2015-02-06T18:41:02Z'],
    'Provides full access to Amazon SES via the AWS Management Console.',
    { actions: 'ses:*' },
  ),
  provided(
    'AdministratorAccess',
    1,
    ['2015-02-06T18:39:46Z', '2015-02-06T18:39:46Z'],
    'Provides full access to AWS services and resources.',
    { actions: '*' },
  ),
  ...awsDocuments.map(documented),
];

const byArn = new Map(awsPolicies.map((policy) => [policy.arn, policy]));

/** The AWS managed policy with this ARN, in any partition: only the ARN differs between them. */
export function awsPolicyAt(arn: string): PolicyRecord | undefined {
  const policy = byArn.get(arnIn('us-east-1', arn));
  return policy && { ...policy, arn };
}

export const awsPoliciesIn = (region: string): PolicyRecord[] =>
  awsPolicies.map((policy) => ({ ...policy, arn: arnIn(region, policy.arn) }));
