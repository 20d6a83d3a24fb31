// The clients of the AWS services. Each is created at its first use; the packages of rarely used ones are loaded then.
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { MiddlewareStack } from '@smithy/types';
import type { Connections } from './connections.ts';
import type { Provider } from './credentials/provider.ts';
import type { Middleware } from './middleware/middleware.ts';
import type { Settings } from './settings.ts';

/** The configuration that all clients share. */
export interface ClientConfig extends ReturnType<Settings['client']> {
  region: string;
  credentials: Provider | Awaited<ReturnType<Provider>>;
  requestHandler: Connections;
  endpoint?: string;
  /** For S3 at other endpoints than AWS's: the bucket's name goes into the path, since a host name like `bucket.localhost` may not resolve. */
  forcePathStyle: boolean;
  /** For SQS: calls go to the endpoint, whatever host stands in the URL of a queue. */
  useQueueUrlAsEndpoint: boolean;
}

export interface ClientParts {
  config: Omit<ClientConfig, 'endpoint' | 'forcePathStyle' | 'useQueueUrlAsEndpoint'>;
  /** The endpoint that is configured for a service; undefined: the real AWS. */
  endpointOf(serviceId: string): string | undefined;
  /** In order, the outermost first. */
  middleware(endpoint: string | undefined, region: string): Middleware[];
}

interface Client<Input extends object, Output extends object> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}

export class Clients {
  private readonly parts: ClientParts;

  constructor(parts: ClientParts) {
    this.parts = parts;
  }

  // Nearly every command calls these services: their packages are loaded with the program.
  private readonly everyday = {
    lambda: once(() => this.make('Lambda', LambdaClient)),
    iam: once(() => this.make('IAM', IAMClient)),
    logs: once(() => this.make('CloudWatch Logs', CloudWatchLogsClient)),
  };

  get lambda(): LambdaClient {
    return this.everyday.lambda();
  }
  get iam(): IAMClient {
    return this.everyday.iam();
  }
  get logs(): CloudWatchLogsClient {
    return this.everyday.logs();
  }

  // One entry for each service that few commands call. A file that uses such an API imports its package and is itself
  // loaded only when needed. `.default`: in the bundle, a late import of a CommonJS package exports nothing else.
  readonly apiGateway = once(async () =>
    this.make('ApiGatewayV2', (await import('@aws-sdk/client-apigatewayv2')).default.ApiGatewayV2Client),
  );
  readonly cloudFront = once(async () =>
    this.make('CloudFront', (await import('@aws-sdk/client-cloudfront')).default.CloudFrontClient),
  );
  readonly cloudWatch = once(async () =>
    this.make('CloudWatch', (await import('@aws-sdk/client-cloudwatch')).default.CloudWatchClient),
  );
  readonly cognito = once(async () =>
    this.make(
      'Cognito Identity Provider',
      (await import('@aws-sdk/client-cognito-identity-provider')).default.CognitoIdentityProviderClient,
    ),
  );
  readonly dynamoDB = once(async () =>
    this.make('DynamoDB', (await import('@aws-sdk/client-dynamodb')).default.DynamoDBClient),
  );
  readonly ecr = once(async () => this.make('ECR', (await import('@aws-sdk/client-ecr')).default.ECRClient));
  readonly eventBridge = once(async () =>
    this.make('EventBridge', (await import('@aws-sdk/client-eventbridge')).default.EventBridgeClient),
  );
  readonly iot = once(async () => this.make('IoT', (await import('@aws-sdk/client-iot')).default.IoTClient));
  readonly kinesis = once(async () =>
    this.make('Kinesis', (await import('@aws-sdk/client-kinesis')).default.KinesisClient),
  );
  readonly loadBalancing = once(async () =>
    this.make(
      'Elastic Load Balancing v2',
      (await import('@aws-sdk/client-elastic-load-balancing-v2')).default.ElasticLoadBalancingV2Client,
    ),
  );
  readonly s3 = once(async () => this.make('S3', (await import('@aws-sdk/client-s3')).default.S3Client));
  readonly scheduler = once(async () =>
    this.make('Scheduler', (await import('@aws-sdk/client-scheduler')).default.SchedulerClient),
  );
  readonly secretsManager = once(async () =>
    this.make(
      'Secrets Manager',
      (await import('@aws-sdk/client-secrets-manager')).default.SecretsManagerClient,
    ),
  );
  readonly ses = once(async () => this.make('SES', (await import('@aws-sdk/client-ses')).default.SESClient));
  readonly sns = once(async () => this.make('SNS', (await import('@aws-sdk/client-sns')).default.SNSClient));
  readonly sqs = once(async () => this.make('SQS', (await import('@aws-sdk/client-sqs')).default.SQSClient));
  readonly stepFunctions = once(async () =>
    this.make('SFN', (await import('@aws-sdk/client-sfn')).default.SFNClient),
  );
  readonly ssm = once(async () => this.make('SSM', (await import('@aws-sdk/client-ssm')).default.SSMClient));
  readonly sts = once(async () => this.make('STS', (await import('@aws-sdk/client-sts')).default.STSClient));
  readonly tagging = once(async () =>
    this.make(
      'Resource Groups Tagging API',
      (await import('@aws-sdk/client-resource-groups-tagging-api')).default.ResourceGroupsTaggingAPIClient,
    ),
  );

  /** `serviceId` is the SDK's name of the service, under which endpoints are configured. */
  private make<Input extends object, Output extends object, Made>(
    serviceId: string,
    Class: new (config: ClientConfig) => Made & Client<Input, Output>,
  ): Made {
    const { config, endpointOf, middleware } = this.parts;
    const endpoint = endpointOf(serviceId);
    const client = new Class({
      ...{ ...config, endpoint },
      forcePathStyle: endpoint !== undefined,
      useQueueUrlAsEndpoint: false,
    });
    for (const add of middleware(endpoint, config.region)) add(client.middlewareStack);
    return client;
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
