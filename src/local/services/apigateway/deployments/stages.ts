// Stages: a name in the address, and the deployment that answers there.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { CreateStageRequest, Stage } from '@aws-sdk/client-api-gateway';
import type { Handlers } from '../../../service.ts';
import { badRequest, conflict } from '../errors.ts';
import type { ApiRecord, StageRecord } from '../records.ts';
import {
  type ApiGatewayState,
  entry,
  findDeployment,
  requireApi,
  requireDeployment,
  requireStage,
  saveApi,
  without,
} from '../state.ts';
import { Violations } from '../violations.ts';
import { cacheOf } from './caches.ts';
import { patchedStage } from './stage-patches.ts';

export const stages: Handlers<typeof sdk, ApiGatewayState> = {
  CreateStage(input, { state, call }) {
    const api = requireApi(state, call, input.restApiId);
    const { stageName = '' } = input;
    if (entry(api.stages, stageName)) throw conflict('Stage already exists');
    const { id } = requireDeployment(state, api, input.deploymentId);
    const stage = newStage(state, api, { ...input, stageName }, id);
    saveApi(state, { ...api, stages: { ...api.stages, [stageName]: stage } });
    return described(stage);
  },

  GetStage(input, { state, call }) {
    return described(requireStage(state, call, input).stage);
  },

  GetStages({ restApiId, deploymentId }, { state, call }) {
    const all = Object.values(requireApi(state, call, restApiId).stages);
    const wanted = all.filter((stage) => deploymentId === undefined || stage.deploymentId === deploymentId);
    return { item: wanted.map(described) };
  },

  UpdateStage({ patchOperations, ...place }, { state, call }) {
    new Violations().operations(patchOperations, 'updateStageInput').refuse();
    const { api, stage } = requireStage(state, call, place);
    const exists = (id: string) => findDeployment(state, api, id) !== undefined;
    const changed = { ...patchedStage(stage, patchOperations, exists), updated: state.host.now() };
    saveApi(state, { ...api, stages: { ...api.stages, [stage.stageName]: changed } });
    return described(changed);
  },

  DeleteStage(input, { state, call }) {
    const { api, stage } = requireStage(state, call, input);
    saveApi(state, { ...api, stages: without(api.stages, stage.stageName) });
    return {};
  },

  FlushStageCache(input, { state, call }) {
    requireStage(state, call, input);
    return {};
  },
};

type Settings = Pick<
  CreateStageRequest,
  | 'description'
  | 'cacheClusterEnabled'
  | 'cacheClusterSize'
  | 'variables'
  | 'documentationVersion'
  | 'canarySettings'
  | 'tracingEnabled'
  | 'tags'
> & { readonly stageName: string };

/** It is not saved. @throws BadRequestException */
export function newStage(
  state: ApiGatewayState,
  api: ApiRecord,
  settings: Settings,
  deploymentId: string,
): StageRecord {
  const { stageName, canarySettings, cacheClusterEnabled = false, tags } = settings;
  if (!/^[\w-]{1,128}$/.test(stageName)) throw badRequest('Stage name only allows a-zA-Z0-9_-');
  const canaryId = canarySettings?.deploymentId;
  if (canaryId !== undefined && !findDeployment(state, api, canaryId)) {
    throw badRequest('Deployment id does not exist');
  }
  const now = state.host.now();
  return {
    stageName,
    deploymentId,
    description: settings.description || undefined,
    ...cacheOf(cacheClusterEnabled, settings.cacheClusterSize),
    methodSettings: {},
    variables: settings.variables,
    documentationVersion: settings.documentationVersion,
    canarySettings: canarySettings && {
      deploymentId,
      percentTraffic: 0,
      useStageCache: false,
      ...canarySettings,
    },
    tracingEnabled: settings.tracingEnabled ?? false,
    tags: tags && Object.keys(tags).length > 0 ? tags : undefined,
    created: now,
    updated: now,
  };
}

export const described = ({ created, updated, ...stage }: StageRecord): Stage => ({
  ...stage,
  createdDate: new Date(created),
  lastUpdatedDate: new Date(updated),
});
