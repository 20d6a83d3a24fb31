// The settings of a function between the two shapes that AWS gives them: what requests take, what reads answer.
import {
  type FunctionConfiguration,
  type UpdateFunctionConfigurationRequest,
  UpdateFunctionConfigurationRequest$,
} from '@aws-sdk/client-lambda';
import type { FunctionSettings } from '../../config/project.ts';
import type { Change } from '../../engine/resource.ts';
import { differences, isRecord, merged } from '../compare.ts';

/** Members that UpdateFunctionConfiguration takes, by the API's own schema. */
const updatable = new Set<string>(UpdateFunctionConfigurationRequest$[4]);
/** Members with an operation of their own. */
const elsewhere = new Set(['Architectures']);

export interface LiveFunction {
  configuration: FunctionConfiguration;
  tags: Record<string, string>;
  /** As it was given when the function was made or changed. */
  imageUri?: string;
}

/** The live settings in the shape in which requests declare them. */
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
  /** Whether a layer that the function has goes, where its settings name none. */
  detaches?(layerVersionArn: string): boolean;
}

/** The layers that stay of those that are live, when some go. */
export function layersLeft(
  { configuration }: LiveFunction,
  { settings, detaches }: Layering,
): Pick<FunctionSettings, 'Layers'> {
  const now = configuration.Layers?.map(({ Arn = '' }) => Arn) ?? [];
  if (settings.Layers || !detaches || !now.some(detaches)) return {};
  return { Layers: now.filter((arn) => !detaches(arn)) };
}

/** Only what is declared counts; of the live environment, the variables named in `leaving` go. */
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
    // Also an empty text is a value.
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

/** Names of the environment variables that are live and that the project does not know. */
export function undeclaredVariables(declared: FunctionSettings, live: LiveFunction | undefined): string[] {
  const known = declared.Environment?.Variables ?? {};
  return Object.keys(live?.configuration.Environment?.Variables ?? {}).filter(
    (key) => !Object.hasOwn(known, key),
  );
}

/**
 * The UpdateFunctionConfiguration request that makes these changes. AWS replaces a nested structure as a
 * whole, so that its undeclared live members are sent along.
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
  // Levels exist in the JSON format only; AWS refuses them with Text.
  if (name === 'LoggingConfig' && declared?.LogFormat === 'Text') {
    delete kept.ApplicationLogLevel;
    delete kept.SystemLogLevel;
  }
  return merged(kept, declared ?? {});
}

/** Members of a nested request structure: live answers carry more (VpcId, OptimizationStatus, Error). */
export function membersOf(name: string): readonly string[] | undefined {
  const names: readonly string[] = UpdateFunctionConfigurationRequest$[4];
  let member: unknown = UpdateFunctionConfigurationRequest$[5][names.indexOf(name)];
  // A member is a schema, a function that answers it, or a pair of one of these and its traits.
  if (Array.isArray(member) && typeof member[0] !== 'number') member = member[0];
  if (typeof member === 'function') member = member();
  return Array.isArray(member) && Array.isArray(member[4]) ? member[4] : undefined;
}
