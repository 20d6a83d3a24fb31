// Converts between AWS's two shapes of a function's settings: requests and answers.
import {
  type FunctionConfiguration,
  type GetFunctionResponse,
  type UpdateFunctionConfigurationRequest,
  UpdateFunctionConfigurationRequest$,
} from '@aws-sdk/client-lambda';
import type { FunctionSettings } from '../../config/project.ts';
import type { Change } from '../../engine/resource.ts';
import { differences, isRecord, merged } from '../compare.ts';

/** Members of the UpdateFunctionConfiguration request, from the API's own schema. */
const updatable = new Set<string>(UpdateFunctionConfigurationRequest$[4]);
/** Members that another operation updates. */
const elsewhere = new Set(['Architectures']);

export interface LiveFunction {
  configuration: FunctionConfiguration;
  tags: Record<string, string>;
  /** The URI of the last create or update. */
  imageUri?: string;
  /** The digest (`sha256:…`) of the image that runs. */
  imageDigest?: string;
}

/** undefined: the function does not exist. */
export function liveFunction(answer: GetFunctionResponse | undefined): LiveFunction | undefined {
  const { Configuration, Tags = {}, Code } = answer ?? {};
  if (!Configuration) return undefined;
  return {
    configuration: Configuration,
    tags: Tags,
    imageUri: Code?.ImageUri,
    // The digest is at the end of the resolved URI.
    imageDigest: Code?.ResolvedImageUri?.split('@')[1],
  };
}

/** The live settings in the shape of requests. */
export function settingsOf(live: LiveFunction): Record<string, unknown> {
  const { Layers, ImageConfigResponse, ...rest } = live.configuration;
  return {
    ...rest,
    Layers: Layers?.map(({ Arn }) => Arn),
    ImageConfig: ImageConfigResponse?.ImageConfig,
  };
}

/** Every setting as a change. */
export function everySetting(settings: FunctionSettings): Change[] {
  return Object.entries(settings).map(([path, to]) => ({ path, from: undefined, to }));
}

export interface Layering {
  /** `Layers` may name layers of the project. */
  settings: FunctionSettings;
  /** Whether to detach a live layer when the settings declare no layers. */
  detaches?(layerVersionArn: string): boolean;
}

/** The live layers that stay, when some are detached. */
export function layersLeft(
  { configuration }: LiveFunction,
  { settings, detaches }: Layering,
): Pick<FunctionSettings, 'Layers'> {
  const now = configuration.Layers?.map(({ Arn = '' }) => Arn) ?? [];
  if (settings.Layers || !detaches || !now.some(detaches)) return {};
  return { Layers: now.filter((arn) => !detaches(arn)) };
}

/** The changes for declared settings, and the removal of the live variables named in `leaving`. */
export function settingChanges(
  declared: FunctionSettings,
  live: LiveFunction | undefined,
  leaving: readonly string[] = [],
): Change[] {
  const current = live && settingsOf(live);
  const { Environment, ...rest } = declared;
  const changes = Object.entries(rest).flatMap(([name, value]) =>
    differences(value, current?.[name], name).map((change) => describe(change, name, live)),
  );
  const variables = live?.configuration.Environment?.Variables ?? {};
  for (const [key, to] of Object.entries(Environment?.Variables ?? {})) {
    // An empty text is a value too.
    const from = variables[key];
    if (from !== to) changes.push({ path: `Environment.Variables.${key}`, from, to, secret: true });
  }
  for (const key of leaving) {
    const from = live?.configuration.Environment?.Variables?.[key];
    changes.push({ path: `Environment.Variables.${key}`, from, to: undefined, secret: true });
  }
  return changes;
}

function describe(change: Change, name: string, live: LiveFunction | undefined): Change {
  const fixed = live && !updatable.has(name) && !elsewhere.has(name);
  return {
    ...change,
    ...(fixed ? { replace: true as const } : {}),
  };
}

/** Names of the live environment variables that are undeclared. */
export function undeclaredVariables(declared: FunctionSettings, live: LiveFunction | undefined): string[] {
  const known = declared.Environment?.Variables ?? {};
  return Object.keys(live?.configuration.Environment?.Variables ?? {}).filter(
    (key) => !Object.hasOwn(known, key),
  );
}

/**
 * The UpdateFunctionConfiguration request for these changes. AWS replaces a nested structure as a whole, so
 * the request includes its undeclared live members.
 */
export function updateRequest(
  declared: FunctionSettings,
  live: LiveFunction,
  changes: readonly Change[],
): Partial<UpdateFunctionConfigurationRequest> {
  const current = settingsOf(live);
  const request: Record<string, unknown> = {};
  for (const name of new Set(changes.map(({ path }) => path.split('.')[0] as string))) {
    if (!updatable.has(name) || name === 'Role') continue;
    request[name] = merge(name, declared[name as keyof FunctionSettings], current[name]);
  }
  const leaving = changes
    .filter(({ path, to }) => to === undefined && path.startsWith('Environment.Variables.'))
    .map(({ path }) => path.slice('Environment.Variables.'.length));
  if (leaving.length > 0) {
    const { Variables = {} } = (request.Environment ?? {}) as { Variables?: Record<string, string> };
    const kept = Object.entries(Variables).filter(([key]) => !leaving.includes(key));
    request.Environment = { Variables: Object.fromEntries(kept) };
  }
  return request as Partial<UpdateFunctionConfigurationRequest>;
}

function merge(name: string, declared: unknown, live: unknown): unknown {
  if (!isRecord(live) || (declared !== undefined && !isRecord(declared))) return declared;
  const members = membersOf(name);
  const kept = Object.fromEntries(
    Object.entries(live).filter(([key]) => members === undefined || members.includes(key)),
  );
  // AWS refuses log levels with the format Text.
  if (name === 'LoggingConfig' && declared?.LogFormat === 'Text') {
    delete kept.ApplicationLogLevel;
    delete kept.SystemLogLevel;
  }
  return merged(kept, declared ?? {});
}

/** Member names of a nested request structure. Answers have more members (VpcId, OptimizationStatus, Error). */
export function membersOf(name: string): readonly string[] | undefined {
  const names: readonly string[] = UpdateFunctionConfigurationRequest$[4];
  let member: unknown = UpdateFunctionConfigurationRequest$[5][names.indexOf(name)];
  // The type of a member is a schema, a function that returns one, or a pair of either and its traits.
  if (Array.isArray(member) && typeof member[0] !== 'number') member = member[0];
  if (typeof member === 'function') member = member();
  return Array.isArray(member) && Array.isArray(member[4]) ? member[4] : undefined;
}
