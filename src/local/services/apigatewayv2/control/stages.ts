// Stages: where an API is served, with variables, throttling and access logs.
import type * as sdk from '@aws-sdk/client-apigatewayv2';
import type { AccessLogSettings, RouteSettings, Stage } from '@aws-sdk/client-apigatewayv2';
import type { Scope } from '../../../call.ts';
import type { Handlers, InputOf } from '../../../service.ts';
import { bad, conflict, notFound } from '../errors.ts';
import {
  all,
  type HttpApisState,
  partKey,
  requireApi,
  requirePart,
  type StageRecord,
  touch,
} from '../state.ts';
import { checkLength, checkTags, merged, paged, replaced } from './checks.ts';
import { autoDeploy, freeze } from './deployments.ts';

const defaultSettings: RouteSettings = { DetailedMetricsEnabled: false };

export const stages: Handlers<typeof sdk, HttpApisState> = {
  CreateStage({ ApiId = '', StageName = '', Tags = {}, ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    if (StageName !== '$default' && !/^[\w-]{1,128}$/.test(StageName)) {
      throw bad('Stage name only allows a-zA-Z0-9_');
    }
    if (state.stages.get(partKey(call, ApiId, StageName))) throw conflict('Stage already exists');
    checkTags(Tags);
    const now = state.host.now();
    const settings = settingsOf(state, call, ApiId, input, {
      autoDeploy: false,
      variables: {},
      defaults: defaultSettings,
      routes: {},
    });
    put(state, call, ApiId, { ...settings, name: StageName, created: now, updated: now, tags: Tags });
    if (settings.autoDeploy) autoDeploy(state, call, ApiId, StageName);
    return described(stageOf(state, call, ApiId, StageName));
  },

  GetStage({ ApiId, StageName }, { state, call }) {
    return described(stageOf(state, call, ApiId, StageName));
  },

  GetStages({ ApiId = '', ...input }, { state, call }) {
    requireApi(state, call, ApiId);
    const { Items, NextToken } = paged(all(state.stages, call, ApiId), ({ name }) => name, input);
    return { Items: Items.map(described), NextToken };
  },

  UpdateStage({ ApiId = '', StageName, ...input }, { state, call }) {
    const before = stageOf(state, call, ApiId, StageName);
    const { name, created, tags, managed } = before;
    const settings = settingsOf(state, call, ApiId, input, before);
    const updated = state.host.now();
    if (before.autoDeploy && !settings.autoDeploy) freeze(state, call, ApiId, before.deploymentId);
    put(state, call, ApiId, {
      ...settings,
      name,
      created,
      updated,
      tags,
      ...(managed === undefined ? {} : { managed }),
    });
    if (settings.autoDeploy) autoDeploy(state, call, ApiId, name);
    return described(stageOf(state, call, ApiId, name));
  },

  DeleteStage({ ApiId = '', StageName }, { state, call }) {
    const { name } = stageOf(state, call, ApiId, StageName);
    const mapped = [...state.mappings.entries()].some(
      ([, { api, stage }]) => api === ApiId && stage === name,
    );
    if (mapped) {
      throw bad(
        'Deleting stages with associated API mappings is not allowed. Delete the API mappings first.',
      );
    }
    state.stages.remove(partKey(call, ApiId, name));
    touch(state, call, ApiId);
    return {};
  },

  DeleteAccessLogSettings({ ApiId = '', StageName }, { state, call }) {
    const { accessLog: _, ...stage } = stageOf(state, call, ApiId, StageName);
    put(state, call, ApiId, { ...stage, updated: state.host.now() });
    return {};
  },

  DeleteRouteSettings({ ApiId = '', StageName, RouteKey = '' }, { state, call }) {
    const stage = stageOf(state, call, ApiId, StageName);
    if (!(RouteKey in stage.routes))
      throw notFound(`Unable to find Route by key ${RouteKey} within the provided RouteSettings`);
    const { [RouteKey]: _, ...routes } = stage.routes;
    put(state, call, ApiId, { ...stage, routes, updated: state.host.now() });
    return {};
  },
};

function put(state: HttpApisState, scope: Scope, api: string, stage: StageRecord): void {
  state.stages.put(partKey(scope, api, stage.name), stage);
  touch(state, scope, api);
}

const stageOf = (state: HttpApisState, scope: Scope, api: string | undefined, name: string | undefined) =>
  requirePart(state, state.stages, scope, api, name, 'stage');

type Settings = Omit<StageRecord, 'name' | 'created' | 'updated' | 'tags' | 'managed'>;

function settingsOf(
  state: HttpApisState,
  scope: Scope,
  api: string,
  input: Omit<InputOf<typeof sdk, 'UpdateStage'>, 'ApiId' | 'StageName'>,
  before: Settings,
): Settings {
  checkLength(input.Description, 'Description', 1024);
  const deploys = input.AutoDeploy ?? before.autoDeploy;
  if (input.DeploymentId !== undefined) {
    if (deploys) throw bad('DeploymentId cannot be set for a stage with AutoDeploy enabled');
    requirePart(state, state.deployments, scope, api, input.DeploymentId, 'Deployment');
  }
  const variables = merged(input.StageVariables, before.variables);
  checkVariables(variables);
  const defaults = input.DefaultRouteSettings
    ? { ...defaultSettings, ...checkedSettings(input.DefaultRouteSettings) }
    : before.defaults;
  const routes = { ...before.routes };
  for (const [key, settings] of Object.entries(input.RouteSettings ?? {})) {
    if (!all(state.routes, scope, api).some(({ RouteKey }) => RouteKey === key)) {
      throw notFound(`Unable to find Route by key ${key} within the provided RouteSettings`);
    }
    routes[key] = { ...defaultSettings, ...checkedSettings(settings) };
  }
  const accessLog = input.AccessLogSettings ? checkedLog(input.AccessLogSettings) : before.accessLog;
  const deploymentId = input.DeploymentId ?? before.deploymentId;
  const description = replaced(input.Description, before.description);
  return {
    autoDeploy: deploys,
    variables,
    defaults,
    routes,
    ...(accessLog ? { accessLog } : {}),
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(description === undefined ? {} : { description }),
    ...(before.lastMessage === undefined ? {} : { lastMessage: before.lastMessage }),
  };
}

function checkVariables(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^\w+$/.test(name)) {
      throw bad(`Invalid stage variable name: ${name}. Please use names with only word characters.`);
    }
    if (!/^[A-Za-z0-9 ._:/?&=,-]*$/.test(value)) {
      throw bad(
        `Invalid stage variable value of key ${name}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
      );
    }
  }
}

function checkedSettings(settings: RouteSettings): RouteSettings {
  const { LoggingLevel, DataTraceEnabled, ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings;
  if (LoggingLevel !== undefined || DataTraceEnabled) {
    throw bad('Execution logs are not supported on protocolType HTTP');
  }
  if ((rate ?? 0) < 0 || (burst ?? 0) < 0) throw bad('Throttling limits must not be negative');
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function checkedLog({ DestinationArn = '', Format = '' }: AccessLogSettings): AccessLogSettings {
  if (
    !/^arn:[\w-]+:(logs:[\w-]+:\d{12}:log-group:|firehose:[\w-]+:\d{12}:deliverystream\/)./.test(
      DestinationArn,
    )
  ) {
    throw bad('The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream');
  }
  if (!/\$context\.(requestId|extendedRequestId)/.test(Format)) {
    throw bad('Access Log format must include either $context.requestId or $context.extendedRequestId');
  }
  return { DestinationArn: DestinationArn.replace(/:\*$/, ''), Format };
}

function described(stage: StageRecord): Stage {
  return {
    AccessLogSettings: stage.accessLog,
    ApiGatewayManaged: stage.managed,
    AutoDeploy: stage.autoDeploy,
    CreatedDate: new Date(stage.created),
    DefaultRouteSettings: stage.defaults,
    DeploymentId: stage.deploymentId,
    Description: stage.description,
    LastDeploymentStatusMessage: stage.autoDeploy ? stage.lastMessage : undefined,
    LastUpdatedDate: new Date(stage.updated),
    RouteSettings: { ...stage.routes },
    StageName: stage.name,
    StageVariables: { ...stage.variables },
    Tags: { ...stage.tags },
  };
}
