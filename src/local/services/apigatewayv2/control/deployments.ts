// Deployments: snapshots of an API. Stages with automatic deployment serve the API in its current state.
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { Deployment } from '@aws-sdk/client-apigatewayv2';
import type { Scope } from '../../../call.ts';
import type { Handlers } from '../../../service.ts';
import { bad } from '../errors.ts';
import {
  all,
  type DeploymentRecord,
  type HttpApisState,
  newId,
  partKey,
  requireApi,
  requirePart,
  snapshotOf,
  touch,
} from '../state.ts';
import { checkLength, paged, replaced } from './checks.ts';

const noRoutes = 'At least one route is required before deploying the Api.';

export const deployments: Handlers<typeof sdk, HttpApisState> = {
  CreateDeployment({ ApiId = '', Description, StageName }, { state, call }) {
    requireApi(state, call, ApiId);
    checkLength(Description, 'Description', 1024);
    const stage =
      StageName === undefined ? undefined : requirePart(state, state.stages, call, ApiId, StageName, 'stage');
    if (stage?.autoDeploy) {
      throw bad(`Stage ${stage.name} has AutoDeploy enabled. It takes no other deployments.`);
    }
    const record: DeploymentRecord = {
      id: newId(6),
      created: state.host.now(),
      ...(Description ? { description: Description } : {}),
      snapshot: snapshotOf(state, call, ApiId),
    };
    if (record.snapshot?.routes.length === 0) throw bad(noRoutes);
    state.deployments.put(partKey(call, ApiId, record.id), record);
    if (stage) {
      const updated = state.host.now();
      state.stages.put(partKey(call, ApiId, stage.name), { ...stage, updated, deploymentId: record.id });
    }
    touch(state, call, ApiId);
    return described(record);
  },

  GetDeployment({ ApiId, DeploymentId }, { state, call }) {
    return described(requirePart(state, state.deployments, call, ApiId, DeploymentId, 'Deployment'));
  },

  GetDeployments({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    const { Items, NextToken } = paged(all(state.deployments, call, ApiId), ({ id }) => id, input);
    return { Items: Items.map(described), NextToken };
  },

  UpdateDeployment({ ApiId = '', DeploymentId, Description }, { state, call }) {
    const before = requirePart(state, state.deployments, call, ApiId, DeploymentId, 'Deployment');
    const { description: _, ...rest } = before;
    const description = replaced(Description, before.description);
    const record = { ...rest, ...(description === undefined ? {} : { description }) };
    state.deployments.put(partKey(call, ApiId, record.id), record);
    return described(record);
  },

  DeleteDeployment({ ApiId = '', DeploymentId }, { state, call }) {
    const { id } = requirePart(state, state.deployments, call, ApiId, DeploymentId, 'Deployment');
    if (all(state.stages, call, ApiId).some(({ deploymentId }) => deploymentId === id)) {
      throw bad('Active stages pointing to this deployment must be moved or deleted');
    }
    state.deployments.remove(partKey(call, ApiId, id));
    return {};
  },
};

/** To be called after each change of routes, integrations, authorizers and settings of an API. */
export function changed(state: HttpApisState, scope: Scope, api: string): void {
  for (const stage of all(state.stages, scope, api)) {
    if (stage.autoDeploy) autoDeploy(state, scope, api, stage.name);
  }
  touch(state, scope, api);
}

/** An automatic deployment replaces the one before it. Without routes there is nothing to deploy. */
export function autoDeploy(state: HttpApisState, scope: Scope, api: string, stageName: string): void {
  const key = partKey(scope, api, stageName);
  const stage = state.stages.get(key);
  if (!stage) return;
  const now = state.host.now();
  if (all(state.routes, scope, api).length === 0) {
    const lastMessage = `Deployment attempt failed: ${noRoutes}`;
    state.stages.put(key, { ...stage, updated: now, lastMessage });
    return;
  }
  const { deploymentId: last, ...rest } = stage;
  const deploymentId = newId(6);
  state.deployments.put(partKey(scope, api, deploymentId), { id: deploymentId, created: now });
  const lastMessage = `Successfully deployed stage with deployment ID '${deploymentId}'`;
  state.stages.put(key, { ...rest, updated: now, deploymentId, lastMessage });
  const lastKey = partKey(scope, api, last ?? '');
  if (state.deployments.get(lastKey)?.snapshot === undefined) state.deployments.remove(lastKey);
}

/** Takes the snapshot of an automatic deployment, for a stage that is deployed by hand from now on. */
export function freeze(
  state: HttpApisState,
  scope: Scope,
  api: string,
  deploymentId: string | undefined,
): void {
  const key = partKey(scope, api, deploymentId ?? '');
  const deployment = state.deployments.get(key);
  if (!deployment || deployment.snapshot) return;
  state.deployments.put(key, { ...deployment, snapshot: snapshotOf(state, scope, api) });
}

function described({ id, created, description, snapshot }: DeploymentRecord): Deployment {
  return {
    AutoDeployed: snapshot === undefined,
    CreatedDate: new Date(created),
    DeploymentId: id,
    DeploymentStatus: 'DEPLOYED',
    Description: description,
  };
}
