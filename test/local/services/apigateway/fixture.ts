// A local AWS with REST APIs: calls of the control plane through the SDK's client.
import * as sdk from '@aws-sdk/client-api-gateway';
import type { InputOf, OperationName, OutputOf } from '../../../../src/local/service.ts';
import { type LambdaAws, startLambda } from '../lambda/fixture.ts';

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
