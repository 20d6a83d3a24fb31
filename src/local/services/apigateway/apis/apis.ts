// REST APIs.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { CreateRestApiRequest, RestApi } from '@aws-sdk/client-api-gateway';
import { type Scope, scopePrefix } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { badRequest } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { patched } from '../patches/patches.ts';
import type { ApiRecord } from '../records.ts';
import { type ApiGatewayState, apiKey, deploymentPrefix, requireApi, saveApi } from '../state.ts';
import { Violations } from '../violations.ts';
import { checkApi, endpointOf } from './checks.ts';
import { defaultModels } from './default-models.ts';
import { shownPolicy } from './policy.ts';
import { apiRules } from './rules.ts';

export const apis: Handlers<typeof sdk, ApiGatewayState> = {
  CreateRestApi(input, { state, call }) {
    checkApi(input);
    const source = input.cloneFrom === undefined ? undefined : requireApi(state, call, input.cloneFrom);
    const api = { ...newApi(state, call, input), ...(source && copied(source)) };
    saveApi(state, api);
    return described(api);
  },

  GetRestApi({ restApiId }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    return { ...described(api), tags: { ...api.tags } };
  },

  GetRestApis({ limit, position }, { state, call }) {
    const all = Array.from(state.apis.entries(scopePrefix(call)), ([, api]) => api);
    const oldest = all.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
    const { items, next } = pageOf(oldest, ({ id }) => id, position, limit);
    return { items: items.map(described), position: next };
  },

  UpdateRestApi({ restApiId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateRestApiInput').refuse();
    const api = patched(requireApi(state, call, restApiId), patchOperations, apiRules);
    saveApi(state, api);
    return { ...described(api), tags: { ...api.tags } };
  },

  DeleteRestApi({ restApiId }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    if ([...state.mappings.entries(scopePrefix(call))].some(([, { restApiId }]) => restApiId === api.id)) {
      throw badRequest(
        'Deleting API failed. Please remove all base path mappings related to the API in your domains',
      );
    }
    removeApi(state, api);
    return {};
  },
};

/** A new API with only its root resource. It is not saved. */
export function newApi(state: ApiGatewayState, scope: Scope, input: CreateRestApiRequest): ApiRecord {
  const id = freeId(state, scope);
  const rootResourceId = newId(10);
  const { name, description, version, minimumCompressionSize, policy, tags } = input;
  const { binaryMediaTypes = [], apiKeySource = 'HEADER', disableExecuteApiEndpoint = false } = input;
  return {
    id,
    account: scope.account,
    region: scope.region,
    name: name ?? '',
    description,
    version,
    created: state.host.now(),
    binaryMediaTypes: binaryMediaTypes.length > 0 ? binaryMediaTypes : undefined,
    minimumCompressionSize,
    apiKeySource,
    endpointConfiguration: endpointOf(input.endpointConfiguration),
    policy,
    tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
    disableExecuteApiEndpoint,
    securityPolicy: input.securityPolicy,
    endpointAccessMode: input.endpointAccessMode,
    rootResourceId,
    resources: { [rootResourceId]: { id: rootResourceId, methods: {} } },
    models: defaultModels(),
    validators: {},
    authorizers: {},
    gatewayResponses: {},
    stages: {},
    documentationParts: {},
    documentationVersions: {},
  };
}

/** An id that no other REST API of this region has. */
function freeId(state: ApiGatewayState, scope: Scope): string {
  let id = newId(10);
  while (state.ids.get(`${scope.region}/${id}`)) id = newId(10);
  state.ids.put(`${scope.region}/${id}`, apiKey(scope, id));
  return id;
}

function removeApi(state: ApiGatewayState, api: ApiRecord): void {
  for (const [key] of [...state.deployments.entries(deploymentPrefix(api))]) state.deployments.remove(key);
  for (const [key, plan] of [...state.plans.entries(scopePrefix(api))]) {
    const apiStages = plan.apiStages?.filter(({ apiId }) => apiId !== api.id);
    if (apiStages?.length !== plan.apiStages?.length) state.plans.put(key, { ...plan, apiStages });
  }
  state.apis.remove(apiKey(api, api.id));
  state.ids.remove(`${api.region}/${api.id}`);
}

/** What a clone takes over: the definition, without names and stages. */
function copied(source: ApiRecord): Partial<ApiRecord> {
  const { rootResourceId, resources, models, validators, authorizers, gatewayResponses } = source;
  return { rootResourceId, resources, models, validators, authorizers, gatewayResponses };
}

export const described = (api: ApiRecord): RestApi => ({
  id: api.id,
  name: api.name,
  description: api.description,
  version: api.version,
  createdDate: new Date(api.created),
  binaryMediaTypes: api.binaryMediaTypes && [...api.binaryMediaTypes],
  minimumCompressionSize: api.minimumCompressionSize,
  apiKeySource: api.apiKeySource,
  endpointConfiguration: api.endpointConfiguration,
  policy: shownPolicy(api),
  tags: api.tags && { ...api.tags },
  disableExecuteApiEndpoint: api.disableExecuteApiEndpoint,
  securityPolicy: api.securityPolicy,
  endpointAccessMode: api.endpointAccessMode,
  rootResourceId: api.rootResourceId,
});
