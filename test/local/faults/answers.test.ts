// The answers of each service when a fault is set, and connections that are dropped.

import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { IoTClient, ListTopicRulesCommand } from '@aws-sdk/client-iot';
import { KinesisClient, ListStreamsCommand as ListKinesisCommand } from '@aws-sdk/client-kinesis';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListReceiptRuleSetsCommand, SESClient } from '@aws-sdk/client-ses';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { compose } from '../../../src/local/compose.ts';
import * as all from '../../../src/local/services/all.ts';
import { zipOf } from '../../support/zip.ts';
import { surroundings } from '../composed.ts';
import { createRole, fault, getRole, iam, listRoles, outcome, settings, withFaults } from './fixture.ts';

withFaults();

const s3 = () => new S3Client({ ...settings, forcePathStyle: true });

describe('the answers', () => {
  const requests: Record<string, () => Promise<unknown>> = {
    apigatewayv2: () => new ApiGatewayV2Client(settings).send(new GetApisCommand({})),
    apigateway: () => new APIGatewayClient(settings).send(new GetRestApisCommand({})),
    states: () => new SFNClient(settings).send(new ListStateMachinesCommand({})),
    cloudfront: () => new CloudFrontClient(settings).send(new ListDistributionsCommand({})),
    'cognito-idp': () =>
      new CognitoIdentityProviderClient(settings).send(new ListUserPoolsCommand({ MaxResults: 1 })),
    elasticloadbalancing: () =>
      new ElasticLoadBalancingV2Client(settings).send(new DescribeTargetGroupsCommand({})),
    iot: () => new IoTClient(settings).send(new ListTopicRulesCommand({})),
    ses: () => new SESClient(settings).send(new ListReceiptRuleSetsCommand({})),
    events: () => new EventBridgeClient(settings).send(new ListRulesCommand({})),
    scheduler: () => new SchedulerClient(settings).send(new ListSchedulesCommand({})),
    lambda: () => new LambdaClient(settings).send(new ListFunctionsCommand({})),
    iam: () => iam().send(new ListRolesCommand({})),
    logs: () => new CloudWatchLogsClient(settings).send(new DescribeLogGroupsCommand({})),
    s3: () => s3().send(new ListBucketsCommand({})),
    dynamodb: () => new DynamoDBClient(settings).send(new ListTablesCommand({})),
    dynamodbstreams: () => new DynamoDBStreamsClient(settings).send(new ListStreamsCommand({})),
    kinesis: () => new KinesisClient(settings).send(new ListKinesisCommand({})),
    sns: () => new SNSClient(settings).send(new ListTopicsCommand({})),
    sqs: () => new SQSClient(settings).send(new ListQueuesCommand({})),
    sts: () => new STSClient(settings).send(new GetCallerIdentityCommand({})),
    ssm: () => new SSMClient(settings).send(new DescribeParametersCommand({})),
    secretsmanager: () => new SecretsManagerClient(settings).send(new ListSecretsCommand({})),
    tagging: () => new ResourceGroupsTaggingAPIClient(settings).send(new GetResourcesCommand({})),
    monitoring: () => new CloudWatchClient(settings).send(new ListMetricsCommand({})),
  };
  const answers: Record<string, [throttle: string, failure: string, unavailable: string]> = {
    apigatewayv2: ['TooManyRequestsException 429', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    apigateway: ['TooManyRequestsException 429', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    states: ['ThrottlingException 400', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    cloudfront: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503'],
    'cognito-idp': [
      'TooManyRequestsException 429',
      'InternalErrorException 500',
      'ServiceUnavailableException 503',
    ],
    elasticloadbalancing: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503'],
    iot: ['ThrottlingException 400', 'InternalFailureException 500', 'ServiceUnavailableException 503'],
    ses: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503'],
    events: ['ThrottlingException 400', 'InternalException 500', 'ServiceUnavailableException 503'],
    scheduler: ['ThrottlingException 429', 'InternalServerException 500', 'ServiceUnavailableException 503'],
    lambda: ['TooManyRequestsException 429', 'ServiceException 500', 'ServiceUnavailableException 503'],
    iam: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503'],
    logs: ['ThrottlingException 400', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    s3: ['SlowDown 503', 'InternalError 500', 'ServiceUnavailable 503'],
    dynamodb: ['ThrottlingException 400', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    dynamodbstreams: ['ThrottlingException 400', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    kinesis: ['ThrottlingException 400', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    sns: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503'],
    sqs: ['RequestThrottled 403', 'InternalFailure 500', 'ServiceUnavailableException 503'],
    sts: ['Throttling 400', 'InternalFailure 500', 'ServiceUnavailable 503'],
    ssm: ['ThrottlingException 400', 'InternalServerError 500', 'ServiceUnavailableException 503'],
    secretsmanager: [
      'ThrottlingException 400',
      'InternalServiceError 500',
      'ServiceUnavailableException 503',
    ],
    tagging: ['ThrottledException 400', 'InternalServiceException 500', 'ServiceUnavailableException 503'],
    monitoring: ['ThrottlingException 400', 'InternalFailure 500', 'ServiceUnavailableException 503'],
  };

  it.each(Object.entries(answers))('are those of %s', async (service, expected) => {
    const send = requests[service] as () => Promise<unknown>;
    for (const [index, kind] of ['throttle', '500', '503'].entries()) {
      await fault('add', kind, `${service}:*`, '--count', '1');
      expect(await outcome(send())).toBe(expected[index]);
      expect(await outcome(send())).toBe('ok');
    }
  });

  it('of a throttled Lambda name the reason', async () => {
    await fault('add', 'throttle', 'lambda:ListFunctions');
    await expect(new LambdaClient(settings).send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      Reason: 'CallerRateLimitExceeded',
      message: 'Rate exceeded',
    });
  });

  it('have a list of services that is complete', () => {
    const { services } = compose(all, surroundings());
    expect(Object.keys(answers).sort()).toEqual(services.map(({ name }) => name).sort());
  });
});

describe('the connection', () => {
  it('is dropped before the operation takes effect', async () => {
    await fault('add', 'cut-before', 'iam:CreateRole', '--count', '1');
    expect(await createRole('before')).toBe('no answer');
    expect(await getRole('before')).toBe('NoSuchEntityException 404');
  });

  it('is dropped when the operation has taken effect', async () => {
    await fault('add', 'cut-after', 'iam:CreateRole', '--count', '1');
    expect(await createRole('after')).toBe('no answer');
    expect(await getRole('after')).toBe('ok');
  });

  it('is dropped for uploads and downloads, whose bodies are streams', async () => {
    await s3().send(new CreateBucketCommand({ Bucket: 'faults' }));
    const put = (Key: string) =>
      s3().send(new PutObjectCommand({ Bucket: 'faults', Key, Body: Buffer.alloc(3_000_000, 'x') }));
    const get = async (Key: string) => {
      const { Body } = await s3().send(new GetObjectCommand({ Bucket: 'faults', Key }));
      return Body?.transformToString();
    };
    await fault('add', 'cut-before', 's3:PutObject', '--count', '1');
    expect(await outcome(put('a'))).toBe('no answer');
    expect(await outcome(get('a'))).toBe('NoSuchKey 404');
    await fault('add', 'cut-after', 's3:PutObject', '--count', '1');
    expect(await outcome(put('b'))).toBe('no answer');
    await fault('add', 'cut-after', 's3:GetObject', '--count', '1');
    expect(await outcome(get('b'))).toBe('no answer');
    expect(await get('b')).toHaveLength(3_000_000);
  });

  it('is dropped when an invocation has ended', async () => {
    await createRole('runs');
    const name = { FunctionName: 'runs' };
    await new LambdaClient(settings).send(
      new CreateFunctionCommand({
        ...name,
        Role: 'arn:aws:iam::000000000000:role/runs',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: await zipOf({ 'index.js': 'let n = 0; exports.handler = async () => ++n;' }) },
      }),
    );
    const invoke = async () => {
      const { Payload } = await new LambdaClient(settings).send(new InvokeCommand(name));
      return Payload?.transformToString();
    };
    expect(await invoke()).toBe('1');
    await fault('add', 'cut-after', 'lambda:Invoke', '--count', '1');
    await fault('add', 'cut-before', 'lambda:Invoke', '--nth', '2');
    expect(await outcome(invoke())).toBe('no answer');
    expect(await outcome(invoke())).toBe('no answer');
    expect(await invoke()).toBe('3');
  });

  it('stays when the operation is only slow', async () => {
    await fault('add', 'slow', 'iam:ListRoles', '--delay', '300ms');
    const start = performance.now();
    expect(await listRoles()).toBe('ok');
    expect(performance.now() - start).toBeGreaterThan(295);
  });
});
