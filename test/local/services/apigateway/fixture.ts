// A local AWS with REST APIs: calls of the control plane through the SDK's client.
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as sdk from '@aws-sdk/client-api-gateway';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import type { InputOf, OperationName, OutputOf } from '../../../../src/local/service.ts';
import { zipOf } from '../../../support/zip.ts';
import { createFunction, type LambdaAws, startLambda, uniqueName } from '../lambda/fixture.ts';

type Operation = OperationName<typeof sdk> & string;

export type Call = <Op extends Operation>(
  operation: Op,
  input: InputOf<typeof sdk, Op>,
) => Promise<OutputOf<typeof sdk, Op> & { $status: number | undefined }>;

export interface RestAws extends LambdaAws {
  readonly gateway: sdk.APIGatewayClient;
  /** The answer with the HTTP status in `$status`. */
  readonly call: Call;
}

export interface Refusal {
  readonly name: string;
  readonly status: number | undefined;
  readonly message: string;
}

const commands: Readonly<Record<string, unknown>> = { ...sdk };

export async function startRest(): Promise<RestAws> {
  const aws = await startLambda();
  const { region, credentials } = aws.iam.config;
  const gateway = new sdk.APIGatewayClient({ endpoint: aws.endpoint, region, credentials, maxAttempts: 1 });
  const call: Call = async (operation, input) => {
    const Command = commands[`${operation}Command`] as typeof sdk.GetRestApisCommand;
    const { $metadata, ...output } = await gateway.send(new Command(input as never));
    return { ...output, $status: $metadata.httpStatusCode } as never;
  };
  return Object.assign(aws, { gateway, call });
}

/** The error of a refused call, as a line: `400 BadRequestException text`. Fails when the call succeeds. */
export async function refused(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as sdk.APIGatewayServiceException;
    return `${$metadata?.httpStatusCode} ${name} ${message}`;
  }
  throw new Error('the call was not refused');
}

/** A new API. */
export async function newApi({ call }: RestAws, more: object = {}) {
  const { id = '', rootResourceId = '' } = await call('CreateRestApi', { name: 'shop', ...more });
  return { restApiId: id, rootId: rootResourceId, root: { restApiId: id, resourceId: rootResourceId } };
}

/** A resource below another one; it answers its id. */
export async function addResource({ call }: RestAws, restApiId: string, parentId: string, pathPart: string) {
  return (await call('CreateResource', { restApiId, parentId, pathPart })).id ?? '';
}

/** A method with a MOCK integration that answers 200. */
export async function mock(
  { call }: RestAws,
  place: { restApiId: string; resourceId: string },
  httpMethod = 'GET',
): Promise<void> {
  const at = { ...place, httpMethod };
  await call('PutMethod', { ...at, authorizationType: 'NONE' });
  await call('PutIntegration', {
    ...at,
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
  });
}

export const noApi = (account: string, id: string) =>
  `404 NotFoundException Invalid API identifier specified ${account}:${id}`;
export const noResource = '404 NotFoundException Invalid Resource identifier specified';
export const noMethod = '404 NotFoundException Invalid Method identifier specified';

/** `patch('replace', '/name', 'x')` */
export const patch = (op: string, path: string, value?: string, from?: string): sdk.PatchOperation => ({
  op: op as sdk.Op,
  path,
  value,
  from,
});

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names and values by turns, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
  readonly bytes: Buffer;
  json(): Json;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into events of any shape
type Json = any;

/** Asks a stage. Names below localhost may have no address, so the test connects to 127.0.0.1. */
export function ask(
  { endpoint, region }: RestAws,
  api: string,
  path: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: OutgoingHttpHeaders | readonly string[]; body?: string | Uint8Array } = {},
): Promise<Got> {
  const { port } = new URL(endpoint);
  const host = `${api}.execute-api.${region}.localhost:${port}`;
  const all = Array.isArray(headers) ? ['Host', host, ...headers] : { Host: host, ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers: all as never }, (answer) => {
      buffer(answer).then((bytes) => {
        const { statusCode = 0, headers, rawHeaders } = answer;
        const text = bytes.toString();
        resolve({ status: statusCode, headers, rawHeaders, text, bytes, json: () => JSON.parse(text) });
      }, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The answer that the header `answer` asks for; else the event. */
const echoCode = `exports.handler = async (event) => {
  if (event.headers && event.headers.fail) throw new Error(event.headers.fail);
  if (event.headers && event.headers.answer) return JSON.parse(event.headers.answer);
  if (event.headers && event.headers.sleep) await new Promise((done) => setTimeout(done, Number(event.headers.sleep)));
  return { statusCode: 200, body: JSON.stringify(event) };
};
`;

/** A function with this code (it answers its event by default) that every REST API may invoke. */
export async function makeFunction(aws: RestAws, code = echoCode, allowed = true): Promise<string> {
  const FunctionName = await createFunction(aws, {
    Runtime: 'nodejs20.x',
    Code: { ZipFile: await zipOf({ 'index.js': code }) },
  });
  if (allowed) await allow(aws, FunctionName, `arn:aws:execute-api:${aws.region}:${aws.account}:*`);
  return FunctionName;
}

export async function allow({ lambda }: RestAws, FunctionName: string, SourceArn: string): Promise<void> {
  const Principal = 'apigateway.amazonaws.com';
  const Action = 'lambda:InvokeFunction';
  await lambda.send(
    new AddPermissionCommand({ FunctionName, StatementId: uniqueName('s'), Principal, Action, SourceArn }),
  );
}

export const invocationUri = ({ region, arn }: RestAws, name: string): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn(name)}/invocations`;

/** A method that hands its requests to a function. */
export async function proxyTo(
  aws: RestAws,
  place: { restApiId: string; resourceId: string },
  name: string,
  {
    httpMethod = 'ANY',
    method = {},
    integration = {},
  }: { httpMethod?: string; method?: object; integration?: object } = {},
): Promise<void> {
  const at = { ...place, httpMethod };
  await aws.call('PutMethod', { ...at, authorizationType: 'NONE', ...method });
  await aws.call('PutIntegration', {
    ...at,
    type: 'AWS_PROXY',
    integrationHttpMethod: 'POST',
    uri: invocationUri(aws, name),
    ...integration,
  });
}

export const deploy = ({ call }: RestAws, restApiId: string, stageName = 'dev', more: object = {}) =>
  call('CreateDeployment', { restApiId, stageName, ...more });
