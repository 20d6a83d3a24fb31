// The store of API Gateway: REST APIs, deployments, keys and domain names, and how they are found.
import type { DomainName, UsagePlan, UsagePlanKey, VpcLink } from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../call.ts';
import { partitionOf } from '../../partition.ts';
import type { ServiceHost } from '../../service.ts';
import { cached } from '../../store/cached.ts';
import type { Collection } from '../../store/store.ts';
import { noApi, noDeployment, noMethod, noResource, noStage } from './errors.ts';
import type {
  ApiKeyRecord,
  ApiRecord,
  DeploymentRecord,
  MappingRecord,
  ResourceRecord,
  StageRecord,
} from './records.ts';

export interface ApiGatewayState {
  /** Keys: `account/region/id`. */
  readonly apis: Collection<ApiRecord>;
  /** The key of each API. Keys: `region/id`. */
  readonly ids: Collection<string>;
  /** Keys: `account/region/api/id`. */
  readonly deployments: Collection<DeploymentRecord>;
  /** Keys: `account/region/id`. */
  readonly keys: Collection<ApiKeyRecord>;
  /** Keys: `account/region/id`. */
  readonly plans: Collection<UsagePlan & { readonly id: string; readonly created: number }>;
  /** Keys: `account/region/plan/key`. */
  readonly planKeys: Collection<UsagePlanKey & { readonly created: number }>;
  /** Keys: `account/region/name`. */
  readonly domains: Collection<DomainName & { readonly domainName: string }>;
  /** Keys: `account/region/domain/path`. */
  readonly mappings: Collection<MappingRecord>;
  /** Keys: `account/region/id`. */
  readonly links: Collection<VpcLink & { readonly id: string }>;
  /** Keys: `account/region/`. */
  readonly accounts: Collection<{ readonly cloudwatchRoleArn?: string }>;
  readonly host: ServiceHost;
}

export function createApiGatewayState(host: ServiceHost): ApiGatewayState {
  const collection = <T>(name: string) => cached(host.store.collection<T>(`apigateway.${name}`));
  return {
    apis: collection('apis'),
    ids: collection('ids'),
    deployments: collection('deployments'),
    keys: collection('keys'),
    plans: collection('plans'),
    planKeys: collection('plan-keys'),
    domains: collection('domains'),
    mappings: collection('mappings'),
    links: collection('links'),
    accounts: collection('accounts'),
    host,
  };
}

export const apiKey = (scope: Scope, id: string): string => scopePrefix(scope) + id;
export const deploymentPrefix = (api: ApiRecord): string => `${apiKey(api, api.id)}/`;

/** `arn:aws:apigateway:eu-central-1::/restapis/abc` */
export const arnOf = ({ region }: Pick<Scope, 'region'>, path: string): string =>
  `arn:${partitionOf(region)}:apigateway:${region}::${path}`;

export const findApi = (state: ApiGatewayState, scope: Scope, id = ''): ApiRecord | undefined =>
  state.apis.get(apiKey(scope, id));

/** @throws NotFoundException */
export function requireApi(state: ApiGatewayState, scope: Scope, id = ''): ApiRecord {
  const api = findApi(state, scope, id);
  if (!api) throw noApi(scope.account, id);
  return api;
}

export interface Place {
  readonly restApiId?: string;
  readonly resourceId?: string;
  readonly httpMethod?: string;
}

/** @throws NotFoundException, the same one for an unknown API */
export function requireResource(
  state: ApiGatewayState,
  scope: Scope,
  { restApiId, resourceId }: Place,
): { api: ApiRecord; resource: ResourceRecord } {
  const api = findApi(state, scope, restApiId);
  const resource = entry(api?.resources, resourceId);
  if (!api || !resource) throw noResource();
  return { api, resource };
}

/** @throws NotFoundException for an unknown resource or method */
export function requireMethod(state: ApiGatewayState, scope: Scope, place: Place) {
  const { api, resource } = requireResource(state, scope, place);
  const method = entry(resource.methods, place.httpMethod);
  if (!method) throw noMethod();
  return { api, resource, method };
}

/** @throws NotFoundException for an unknown API or stage */
export function requireStage(
  state: ApiGatewayState,
  scope: Scope,
  { restApiId, stageName }: { restApiId?: string; stageName?: string },
): { api: ApiRecord; stage: StageRecord } {
  const api = requireApi(state, scope, restApiId);
  const stage = entry(api.stages, stageName);
  if (!stage) throw noStage();
  return { api, stage };
}

export const findDeployment = (
  state: ApiGatewayState,
  api: ApiRecord,
  id = '',
): DeploymentRecord | undefined => state.deployments.get(deploymentPrefix(api) + id);

/** @throws NotFoundException */
export function requireDeployment(state: ApiGatewayState, api: ApiRecord, id?: string): DeploymentRecord {
  const deployment = findDeployment(state, api, id);
  if (!deployment) throw noDeployment();
  return deployment;
}

export const saveApi = (state: ApiGatewayState, api: ApiRecord): void =>
  state.apis.put(apiKey(api, api.id), api);

export function saveResource(state: ApiGatewayState, api: ApiRecord, resource: ResourceRecord): void {
  saveApi(state, { ...api, resources: { ...api.resources, [resource.id]: resource } });
}

/** The entry with this key; undefined for names that every object inherits. */
export const entry = <T>(entries: Readonly<Record<string, T>> | undefined, key = ''): T | undefined =>
  entries && Object.hasOwn(entries, key) ? entries[key] : undefined;

/** The record without one entry. */
export function without<T>(entries: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = entries;
  return rest;
}
