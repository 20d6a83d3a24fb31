// Deployments: snapshots of a REST API, which its stages publish.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { CreateDeploymentRequest, Deployment, MethodSnapshot } from '@aws-sdk/client-api-gateway';
import type { Handlers } from '../../../service.ts';
import { pathOf } from '../definition/paths.ts';
import { badRequest } from '../errors.ts';
import { newId } from '../ids.ts';
import { pageOf } from '../page.ts';
import { patched, type Rules, text } from '../patches/patches.ts';
import type { ApiRecord, Definition, DeploymentRecord, StageRecord } from '../records.ts';
import {
  type ApiGatewayState,
  deploymentPrefix,
  entry,
  requireApi,
  requireDeployment,
  saveApi,
} from '../state.ts';
import { Violations } from '../violations.ts';
import { definitionOf } from './definitions.ts';
import { newStage } from './stages.ts';

export const deployments: Handlers<typeof sdk, ApiGatewayState> = {
  CreateDeployment(input, { state, call }) {
    const api = requireApi(state, call, input.restApiId);
    const { stageName, description, canarySettings } = input;
    const stage = entry(api.stages, stageName);
    if (canarySettings && !stage) {
      const reason = stageName
        ? `Stage ${stageName} must already be created before making a canary release deployment`
        : `Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? null}`;
      throw badRequest(`Invalid deployment content specified.${reason}`);
    }
    checkMethods(api);
    const definition = definitionOf(api);
    const deployment = { id: newId(6), description, created: state.host.now(), definition };
    if (stageName) {
      const published = stage
        ? moved(stage, deployment, input)
        : newStage(state, api, { ...input, stageName, description: input.stageDescription }, deployment.id);
      saveApi(state, { ...api, stages: { ...api.stages, [stageName]: published } });
    }
    state.deployments.put(deploymentPrefix(api) + deployment.id, deployment);
    return described(deployment);
  },

  GetDeployment({ restApiId, deploymentId, embed }, { state, call }) {
    return described(requireDeployment(state, requireApi(state, call, restApiId), deploymentId), embed);
  },

  GetDeployments({ restApiId, limit, position }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    const all = Array.from(state.deployments.entries(deploymentPrefix(api)), ([, one]) => one);
    const newest = all.sort((a, b) => b.created - a.created);
    const { items, next } = pageOf(newest, ({ id }) => id, position, limit);
    return { items: items.map((one) => described(one)), position: next };
  },

  UpdateDeployment({ restApiId, deploymentId, patchOperations }, { state, call }) {
    new Violations().operations(patchOperations, 'updateDeploymentInput').refuse();
    const api = requireApi(state, call, restApiId);
    const changed = patched(requireDeployment(state, api, deploymentId), patchOperations, rules);
    state.deployments.put(deploymentPrefix(api) + changed.id, changed);
    return described(changed);
  },

  DeleteDeployment({ restApiId, deploymentId }, { state, call }) {
    const api = requireApi(state, call, restApiId);
    const { id } = requireDeployment(state, api, deploymentId);
    const active = Object.values(api.stages).some(
      (stage) => stage.deploymentId === id || stage.canarySettings?.deploymentId === id,
    );
    if (active) throw badRequest('Active stages pointing to this deployment must be moved or deleted');
    state.deployments.remove(deploymentPrefix(api) + id);
    return {};
  },
};

const rules: Rules<DeploymentRecord> = { '/description': text('description') };

/** @throws BadRequestException when there is nothing to deploy */
function checkMethods(api: ApiRecord): void {
  const methods = Object.values(api.resources).flatMap(({ methods }) => Object.values(methods));
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some(({ methodIntegration }) => !methodIntegration)) {
    throw badRequest('No integration defined for method');
  }
}

/** The stage with the new deployment: as its own, or for its canary. */
function moved(
  stage: StageRecord,
  deployment: DeploymentRecord,
  input: CreateDeploymentRequest,
): StageRecord {
  const { canarySettings, variables, stageDescription, tracingEnabled } = input;
  const { id, created: updated } = deployment;
  if (canarySettings) {
    const canary = { percentTraffic: 0, useStageCache: false, ...canarySettings, deploymentId: id };
    return { ...stage, updated, canarySettings: canary };
  }
  return {
    ...stage,
    updated,
    deploymentId: id,
    description: stageDescription || stage.description,
    variables: variables ? { ...stage.variables, ...variables } : stage.variables,
    tracingEnabled: tracingEnabled ?? stage.tracingEnabled,
  };
}

function described(
  { id, description, created, definition }: DeploymentRecord,
  embed: readonly string[] = [],
): Deployment {
  const shown = { id, description: description || undefined, createdDate: new Date(created) };
  return embed.includes('apisummary') ? { ...shown, apiSummary: summaryOf(definition) } : shown;
}

function summaryOf(definition: Definition): Record<string, Record<string, MethodSnapshot>> {
  const rows = Object.values(definition.resources).map((resource) => {
    const methods = Object.entries(resource.methods).map(([name, method]) => {
      const { authorizationType, apiKeyRequired } = method;
      return [name, { authorizationType, apiKeyRequired }] as const;
    });
    return [pathOf(definition, resource), Object.fromEntries(methods)] as const;
  });
  return Object.fromEntries(rows.filter(([, methods]) => Object.keys(methods).length > 0));
}
