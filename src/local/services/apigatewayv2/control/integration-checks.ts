// The rules on integrations of HTTP APIs.
import type { Integration } from '@aws-sdk/client-apigatewayv2';
import { bad, unsupported } from '../errors.ts';

const functionArn = /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const invocationArn = /^arn:[\w-]+:apigateway:[\w-]+:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/;

/** The ARN of the function that a URI names, with stage variables as they are; undefined: it is no function. */
export function functionIn(uri = ''): string | undefined {
  const arn = invocationArn.exec(uri)?.[1] ?? uri;
  return functionArn.test(arn.replace(/\$\{stageVariables\.\w+\}/g, 'x')) ? arn : undefined;
}

export const isFunction = (uri: string | undefined): boolean => functionIn(uri) !== undefined;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html */
const subtypes = [
  'EventBridge-PutEvents',
  'SQS-SendMessage',
  'SQS-ReceiveMessage',
  'SQS-DeleteMessage',
  'SQS-PurgeQueue',
  'AppConfig-GetConfiguration',
  'Kinesis-PutRecord',
  'StepFunctions-StartExecution',
  'StepFunctions-StartSyncExecution',
  'StepFunctions-StopExecution',
];

/** The actions on parameters: `append:header.name`. */
const requestAction = /^((append|overwrite|remove):(header|querystring)\.\S+|overwrite:path)$/;
const responseAction = /^((append|overwrite|remove):header\.\S+|overwrite:statuscode)$/;

/** @throws BadRequestException as API Gateway does for an integration that an HTTP API cannot have */
export function checkIntegration(integration: Integration): void {
  const { IntegrationType: type, PayloadFormatVersion: version, TimeoutInMillis: timeout } = integration;
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') {
    throw bad(
      'Currently, an API with a protocol type of HTTP may only be associated with proxy integrations (AWS_PROXY, HTTP_PROXY)',
    );
  }
  if (integration.ConnectionType === 'VPC_LINK') throw unsupported('VPC links');
  if (version === undefined) throw bad('PayloadFormatVersion is a required parameter for integration');
  if (version !== '1.0' && version !== '2.0') throw bad(`Unsupported PayloadFormatVersion: ${version}`);
  if (timeout !== undefined && (timeout < 50 || timeout > 30_000)) {
    throw bad('Timeout should be between 50 ms and 30000 ms');
  }
  if (type === 'HTTP_PROXY') checkHttp(integration);
  else if (integration.IntegrationSubtype !== undefined) checkSubtype(integration);
  else checkFunction(integration);
  checkParameters(integration);
}

function checkFunction({ IntegrationUri, IntegrationMethod }: Integration): void {
  if (!isFunction(IntegrationUri)) throw bad('Invalid ARN specified in the request');
  if (IntegrationMethod !== undefined && IntegrationMethod !== 'POST') {
    throw bad('HttpMethod must be POST for AWS_PROXY IntegrationType');
  }
}

function checkHttp({ IntegrationUri = '', IntegrationMethod, PayloadFormatVersion }: Integration): void {
  if (PayloadFormatVersion === '2.0') {
    throw bad('PayloadFormatVersion 2.0 is not supported for integration of type HTTP_PROXY');
  }
  if (!URL.canParse(sample(IntegrationUri)) || !/^https?:\/\//i.test(IntegrationUri)) {
    throw bad('Invalid HTTP endpoint specified for URI');
  }
  if (IntegrationMethod === undefined) throw bad('HttpMethod must not be null for HTTP_PROXY integrations');
}

/** With a value for each parameter. */
const sample = (uri: string) => uri.replace(/\$?\{[\w.]+\+?\}/g, 'x');

function checkSubtype({
  IntegrationSubtype: subtype = '',
  CredentialsArn,
  PayloadFormatVersion,
}: Integration): void {
  if (!subtypes.includes(subtype)) throw bad(`Operation: ${subtype} is not supported.`);
  if (CredentialsArn === undefined) {
    throw bad(`Role ARN must be specified for AWS integration configuration with Subtype: ${subtype}`);
  }
  if (PayloadFormatVersion !== '1.0') throw bad(`Unsupported PayloadFormatVersion: ${PayloadFormatVersion}`);
}

function checkParameters({
  IntegrationSubtype,
  RequestParameters = {},
  ResponseParameters = {},
}: Integration): void {
  if (IntegrationSubtype === undefined) {
    for (const key of Object.keys(RequestParameters)) {
      if (!requestAction.test(key)) throw bad('Invalid Request Actioned Parameter');
    }
  }
  for (const [status, actions] of Object.entries(ResponseParameters)) {
    if (!/^[2-5]\d\d$/.test(status)) throw bad(`Status Code ${status} is not valid`);
    for (const key of Object.keys(actions)) {
      if (!responseAction.test(key)) throw bad('Invalid Response Actioned Parameter');
    }
  }
}
