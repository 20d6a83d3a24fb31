// What belongs to an HTTP API: routes, integrations, authorizers, domain names. Loaded when one is changed.
import {
  type ApiMapping,
  CreateApiMappingCommand,
  CreateAuthorizerCommand,
  type CreateAuthorizerRequest,
  CreateDomainNameCommand,
  type CreateDomainNameRequest,
  CreateIntegrationCommand,
  type CreateIntegrationRequest,
  CreateRouteCommand,
  type CreateRouteRequest,
  DeleteApiMappingCommand,
  DeleteAuthorizerCommand,
  DeleteDomainNameCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  DeleteRouteSettingsCommand,
  DeleteStageCommand,
  GetApiMappingsCommand,
  GetDomainNameCommand,
  type GetDomainNameResponse,
  type Integration,
  UpdateApiMappingCommand,
  UpdateAuthorizerCommand,
  type UpdateAuthorizerRequest,
  UpdateDomainNameCommand,
  type UpdateDomainNameRequest,
  UpdateIntegrationCommand,
  type UpdateIntegrationRequest,
  UpdateRouteCommand,
  type UpdateRouteRequest,
} from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import { shared } from '../shared-request.ts';
import { settled } from './calls.ts';
import type { ApiRoute } from './live.ts';

export async function deleteStage(aws: Aws, ApiId: string, StageName: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteStageCommand({ ApiId, StageName }))));
}

export async function createRoute(aws: Aws, request: CreateRouteRequest): Promise<ApiRoute> {
  const client = await aws.apiGateway();
  return settled(() => client.send(new CreateRouteCommand(request)));
}

export async function updateRoute(aws: Aws, request: UpdateRouteRequest): Promise<ApiRoute> {
  const client = await aws.apiGateway();
  return settled(() => client.send(new UpdateRouteCommand(request)));
}

export async function deleteRoute(aws: Aws, ApiId: string, RouteId: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteRouteCommand({ ApiId, RouteId }))));
}

export async function deleteRouteSettings(
  aws: Aws,
  ApiId: string,
  StageName: string,
  RouteKey: string,
): Promise<void> {
  const client = await aws.apiGateway();
  const command = new DeleteRouteSettingsCommand({ ApiId, StageName, RouteKey });
  await absent(() => settled(() => client.send(command)));
}

export async function createIntegration(aws: Aws, request: CreateIntegrationRequest): Promise<Integration> {
  const client = await aws.apiGateway();
  return settled(() => client.send(new CreateIntegrationCommand(request)));
}

export async function updateIntegration(aws: Aws, request: UpdateIntegrationRequest): Promise<Integration> {
  const client = await aws.apiGateway();
  return settled(() => client.send(new UpdateIntegrationCommand(request)));
}

/** A route that came meanwhile may use it: then it stays. */
export async function deleteIntegration(aws: Aws, ApiId: string, IntegrationId: string): Promise<void> {
  const client = await aws.apiGateway();
  try {
    await absent(() => settled(() => client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }))));
  } catch (error) {
    if ((error as Error).name !== 'ConflictException') throw error;
  }
}

export async function createAuthorizer(aws: Aws, request: CreateAuthorizerRequest): Promise<void> {
  const client = await aws.apiGateway();
  await settled(() => client.send(new CreateAuthorizerCommand(request)));
}

export async function updateAuthorizer(aws: Aws, request: UpdateAuthorizerRequest): Promise<void> {
  const client = await aws.apiGateway();
  await settled(() => client.send(new UpdateAuthorizerCommand(request)));
}

export async function deleteAuthorizer(aws: Aws, ApiId: string, AuthorizerId: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId }))));
}

/** undefined: API Gateway does not have it. */
export async function readDomain(aws: Aws, DomainName: string): Promise<GetDomainNameResponse | undefined> {
  const client = await aws.apiGateway();
  return absent(() => client.send(new GetDomainNameCommand({ DomainName })));
}

export async function createDomain(aws: Aws, request: CreateDomainNameRequest): Promise<void> {
  const client = await aws.apiGateway();
  await settled(() => client.send(new CreateDomainNameCommand(request)));
}

export async function updateDomain(aws: Aws, request: UpdateDomainNameRequest): Promise<void> {
  const client = await aws.apiGateway();
  await settled(() => client.send(new UpdateDomainNameCommand(request)));
}

export async function deleteDomain(aws: Aws, DomainName: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteDomainNameCommand({ DomainName }))));
}

/** The APIs behind a domain name; none when API Gateway does not have it. */
export const readMappings = shared(
  (DomainName: string) => DomainName,
  async (aws, DomainName): Promise<ApiMapping[]> => {
    const client = await aws.apiGateway();
    const answer = await absent(() =>
      client.send(new GetApiMappingsCommand({ DomainName, MaxResults: '500' })),
    );
    return answer?.Items ?? [];
  },
);

export interface MappingRequest {
  ApiId: string;
  DomainName: string;
  Stage: string;
  ApiMappingKey: string;
}

/** `id`: of the mapping that is to be changed. */
export async function putMapping(aws: Aws, request: MappingRequest, id?: string): Promise<void> {
  const client = await aws.apiGateway();
  await settled<unknown>(() =>
    id === undefined
      ? client.send(new CreateApiMappingCommand(request))
      : client.send(new UpdateApiMappingCommand({ ...request, ApiMappingId: id })),
  );
}

export async function deleteMapping(aws: Aws, DomainName: string, ApiMappingId: string): Promise<void> {
  const client = await aws.apiGateway();
  await absent(() => settled(() => client.send(new DeleteApiMappingCommand({ DomainName, ApiMappingId }))));
}
