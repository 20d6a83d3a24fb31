// Errors of services as the errors of tasks.
import { StateFailure } from '../../../states-language/failure.ts';
import { ApiFailure } from './api-call.ts';

interface Names {
  /** In error names. */
  readonly prefix: string;
  /** In causes. */
  readonly service: string;
  /** The error that stands for those without a class. */
  readonly base: string;
}

const optimized: Readonly<Record<string, Names>> = {
  lambda: { prefix: 'Lambda', service: 'AWSLambda', base: 'AWSLambdaException' },
  sqs: { prefix: 'SQS', service: 'AmazonSQS', base: 'AmazonSQSException' },
  sns: { prefix: 'SNS', service: 'AmazonSNS', base: 'AmazonSNSException' },
  dynamodb: { prefix: 'DynamoDB', service: 'AmazonDynamoDBv2', base: 'AmazonDynamoDBException' },
  events: { prefix: 'EventBridge', service: 'AmazonEventBridge', base: 'AmazonEventBridgeException' },
  states: { prefix: 'StepFunctions', service: 'AWSStepFunctions', base: 'AWSStepFunctionsException' },
};

/** Services of the SDK by their names in resources, where these differ from the words of the SDK for Java. */
const javaNames: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDb',
  secretsmanager: 'SecretsManager',
  eventbridge: 'EventBridge',
  cloudwatchlogs: 'CloudWatchLogs',
  cloudwatch: 'CloudWatch',
  resourcegroupstaggingapi: 'ResourceGroupsTaggingApi',
};

const exception = (name: string): string => (/(Exception|Error)$/.test(name) ? name : `${name}Exception`);

/** `own`: the code of the error in the body, where it differs from its name. */
export function optimizedFailure(service: string, failure: ApiFailure): StateFailure {
  const names = optimized[service] as Names;
  const { code, modelled, message, status, requestId } = failure;
  const name = modelled ? exception(code) : names.base;
  const own = service === 'sns' ? code.replace(/Exception$/, '') : code;
  return new StateFailure(
    `${names.prefix}.${name}`,
    `${message} (Service: ${names.service}; Status Code: ${status}; Error Code: ${own}; Request ID: ${requestId}; Proxy: null)`,
  );
}

export function sdkFailure(
  service: string,
  { code, modelled, message, status, requestId }: ApiFailure,
): StateFailure {
  const name = javaNames[service] ?? service.charAt(0).toUpperCase() + service.slice(1);
  const error =
    modelled || ['NoSuchBucket', 'NoSuchKey'].includes(code) ? exception(code) : `${name}Exception`;
  const extended =
    service === 's3' ? `, Extended Request ID: ${Buffer.from(requestId).toString('base64')}` : '';
  const attempts = service === 'sfn' ? ' (SDK Attempt Count: 1)' : '';
  return new StateFailure(
    `${name}.${error}`,
    `${message} (Service: ${name}, Status Code: ${status}, Request ID: ${requestId}${extended})${attempts}`,
  );
}

/** A role without the permission. */
export function denied(
  service: string,
  caller: string,
  action: string,
  resource: string,
  requestId: string,
): StateFailure {
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  return optimizedFailure(service, new ApiFailure('AccessDeniedException', message, false, 403, requestId));
}
