// What UpdateStage may change, to AWS's rules and in its words.
// https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch
import type { CanarySettings, PatchOperation } from '@aws-sdk/client-api-gateway';
import { badRequest } from '../errors.ts';
import { isTrue, type Patch, readPatches } from '../patches/patches.ts';
import type { StageRecord } from '../records.ts';
import { entry, without } from '../state.ts';
import { cacheOf } from './caches.ts';
import { settingOf, withSetting } from './method-settings.ts';

/** `exists`: whether the API has this deployment. @throws BadRequestException */
export function patchedStage(
  stage: StageRecord,
  operations: readonly PatchOperation[] | undefined,
  exists: (deploymentId: string) => boolean,
): StageRecord {
  let result = stage;
  for (const patch of readPatches(operations)) {
    const { op } = patch;
    if (op === 'copy') result = promoted(result, patch);
    else if (op === 'remove') result = removed(result, patch);
    else if (op === 'add' || op === 'replace') result = written(result, patch, exists);
    else throw badRequest(`Invalid ${op} operation with path: ${patch.path}`);
  }
  return result;
}

function removed(stage: StageRecord, { path, parts }: Patch): StageRecord {
  const [first, second, third] = parts;
  if (path === '/canarySettings') return { ...stage, canarySettings: undefined };
  if (path === '/accessLogSettings') return { ...stage, accessLogSettings: undefined };
  if (path === '/description') return { ...stage, description: undefined };
  if (path === '/clientCertificateId') return { ...stage, clientCertificateId: undefined };
  if (first === 'variables' && second !== undefined && parts.length === 2) {
    return { ...stage, variables: filled(without(stage.variables ?? {}, second)) };
  }
  const { canarySettings } = stage;
  if (
    first === 'canarySettings' &&
    second === 'stageVariableOverrides' &&
    third !== undefined &&
    canarySettings
  ) {
    const overrides = filled(without(canarySettings.stageVariableOverrides ?? {}, third));
    return { ...stage, canarySettings: { ...canarySettings, stageVariableOverrides: overrides } };
  }
  const place = path.slice(1);
  if (!entry(stage.methodSettings, place)) {
    throw badRequest(
      `Cannot remove method setting ${place} because there is no method setting for this method `,
    );
  }
  return { ...stage, methodSettings: without(stage.methodSettings ?? {}, place) };
}

const filled = <T>(entries: Record<string, T>): Record<string, T> | undefined =>
  Object.keys(entries).length > 0 ? entries : undefined;

const copies = [
  ['/deploymentId', '/canarySettings/deploymentId'],
  ['/variables', '/canarySettings/stageVariableOverrides'],
] as const;

/** The canary becomes the stage's own. */
function promoted(stage: StageRecord, { path, from = '' }: Patch): StageRecord {
  if (!copies.some(([to, source]) => to === path && source === from)) {
    const [targets, sources] = [copies.map(([to]) => to), copies.map(([, source]) => source)];
    throw badRequest(
      `Invalid copy operation with path: ${path} and from ${from}. Valid copy:path are [${targets.join(', ')}] and valid copy:from are [${sources.join(', ')}]`,
    );
  }
  const canary = stage.canarySettings;
  if (!canary) throw badRequest('Promotion not available. Canary does not exist.');
  if (path === '/deploymentId') return { ...stage, deploymentId: canary.deploymentId ?? stage.deploymentId };
  const { stageVariableOverrides: overrides } = canary;
  return overrides ? { ...stage, variables: { ...stage.variables, ...overrides } } : stage;
}

function written(stage: StageRecord, patch: Patch, exists: (id: string) => boolean): StageRecord {
  const { op, path, parts, value = '' } = patch;
  const [first, name] = parts;
  if (first === 'canarySettings') return { ...stage, canarySettings: withCanary(stage, patch, exists) };
  if (first === 'accessLogSettings') return { ...stage, accessLogSettings: withAccessLog(stage, patch) };
  if (first === 'variables' && name !== undefined && parts.length === 2) {
    return { ...stage, variables: { ...stage.variables, [name]: value } };
  }
  const setting = settingOf(patch);
  if (setting) return { ...stage, methodSettings: withSetting(stage.methodSettings, setting) };
  const field = entry(fields, path);
  if (!field) throw badStagePath(path);
  if (op === 'add') throw badRequest(`Invalid add operation with path: ${path}`);
  if (path === '/deploymentId' && !exists(value)) throw badRequest('Deployment id does not exist');
  return { ...stage, ...field(stage, value) };
}

/** By path: the members that a value changes. */
const fields: Record<string, (stage: StageRecord, value: string) => Partial<StageRecord>> = {
  '/deploymentId': (_, deploymentId) => ({ deploymentId }),
  '/description': (_, value) => ({ description: value || undefined }),
  '/documentationVersion': (_, value) => ({ documentationVersion: value || undefined }),
  '/clientCertificateId': (_, value) => ({ clientCertificateId: value || undefined }),
  '/tracingEnabled': (_, value) => ({ tracingEnabled: isTrue(value) }),
  '/cacheClusterEnabled': (stage, value) => cacheOf(isTrue(value), stage.cacheClusterSize),
  '/cacheClusterSize': (_, value) => ({ cacheClusterSize: value as StageRecord['cacheClusterSize'] }),
  '/webAclArn': (_, value) => ({ webAclArn: value || undefined }),
};

function withCanary(stage: StageRecord, patch: Patch, exists: (id: string) => boolean): CanarySettings {
  const { op, path, parts, value = '' } = patch;
  const canary: CanarySettings = {
    deploymentId: stage.deploymentId,
    percentTraffic: 0,
    useStageCache: false,
    ...stage.canarySettings,
  };
  const [, field = '', name] = parts;
  if (op === 'add' && entry(canaryFields, field)) {
    throw badRequest(`Invalid add operation with path: ${path}`);
  }
  if (field === 'stageVariableOverrides' && name !== undefined && parts.length === 3) {
    return { ...canary, stageVariableOverrides: { ...canary.stageVariableOverrides, [name]: value } };
  }
  const read = parts.length === 2 ? entry(canaryFields, field) : undefined;
  if (!read) throw badStagePath(path);
  if (field === 'deploymentId' && !exists(value)) throw badRequest('Deployment id does not exist');
  return { ...canary, ...read(value) };
}

const canaryFields: Record<string, (value: string) => CanarySettings> = {
  deploymentId: (deploymentId) => ({ deploymentId }),
  percentTraffic(value) {
    const percentTraffic = Number(value);
    if (!(percentTraffic >= 0 && percentTraffic <= 100)) {
      throw badRequest('percentTraffic must be between 0.0 and 100.0');
    }
    return { percentTraffic };
  },
  useStageCache: (value) => ({ useStageCache: isTrue(value) }),
};

function withAccessLog(stage: StageRecord, { parts, value }: Patch): StageRecord['accessLogSettings'] {
  const [, field, more] = parts;
  if ((field !== 'destinationArn' && field !== 'format') || more !== undefined) {
    throw badRequest(
      'Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]',
    );
  }
  if (!value) throw badRequest('Access Log value must not be empty');
  return { ...stage.accessLogSettings, [field]: value };
}

/** AWS's list of the paths; commas are missing in it. */
const stagePaths = (() => {
  const fields = [
    '/deploymentId',
    '/description',
    '/cacheClusterEnabled',
    '/cacheClusterSize',
    '/clientCertificateId',
    '/accessLogSettings',
    '/accessLogSettings/destinationArn',
    '/accessLogSettings/format',
  ];
  const settings = (place: string, gap: string) =>
    [
      `${place}/metrics/enabled`,
      `${place}/logging/dataTrace`,
      `${place}/logging/loglevel`,
      `${place}/throttling/burstLimit${gap}${place}/throttling/rateLimit${gap}${place}/caching/ttlInSeconds`,
      `${place}/caching/enabled`,
      `${place}/caching/dataEncrypted`,
      `${place}/caching/requireAuthorizationForCacheControl`,
      `${place}/caching/unauthorizedCacheControlHeaderStrategy`,
    ].join(', ');
  const one = settings('/{resourcePath}/{httpMethod}', '');
  return [...fields, one, settings('/*/*', ' '), '/variables/{variable_name}', '/tracingEnabled'].join(', ');
})();

const badStagePath = (path: string) =>
  badRequest(`Invalid method setting path: ${path}. Must be one of: [${stagePaths}]`);
