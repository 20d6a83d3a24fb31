// The settings of single methods on a stage, by path and method: `test/GET`, and `*/*` for all.
import type { MethodSetting } from '@aws-sdk/client-api-gateway';
import { badRequest } from '../errors.ts';
import { isTrue, type Patch } from '../patches/patches.ts';
import { entry } from '../state.ts';

type Settings = Readonly<Record<string, MethodSetting>>;

export interface Setting {
  /** `test/GET` */
  readonly place: string;
  readonly change: MethodSetting;
}

const defaults: MethodSetting = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10_000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

const members: Record<string, (value: string) => MethodSetting> = {
  'metrics/enabled': (value) => ({ metricsEnabled: isTrue(value) }),
  'logging/dataTrace': (value) => ({ dataTraceEnabled: isTrue(value) }),
  'logging/loglevel'(value) {
    if (!['OFF', 'ERROR', 'INFO'].includes(value)) {
      throw badRequest('Invalid logging level specified. Must be one of: [OFF, ERROR, INFO]');
    }
    return { loggingLevel: value };
  },
  'throttling/burstLimit': (value) => ({ throttlingBurstLimit: numberIn(value) }),
  'throttling/rateLimit': (value) => ({ throttlingRateLimit: numberIn(value) }),
  'caching/ttlInSeconds': (value) => ({ cacheTtlInSeconds: numberIn(value) }),
  'caching/enabled': (value) => ({ cachingEnabled: isTrue(value) }),
  'caching/dataEncrypted': (value) => ({ cacheDataEncrypted: isTrue(value) }),
  'caching/requireAuthorizationForCacheControl': (value) => ({
    requireAuthorizationForCacheControl: isTrue(value),
  }),
  'caching/unauthorizedCacheControlHeaderStrategy': (value) => ({
    unauthorizedCacheControlHeaderStrategy: value as MethodSetting['unauthorizedCacheControlHeaderStrategy'],
  }),
};

function numberIn(value: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw badRequest(`Invalid number specified: ${value}`);
  return Number(value);
}

/** The setting that a patch names; undefined: its path is another one. */
export function settingOf({ path, value = '' }: Patch): Setting | undefined {
  const [, place, member] = /^\/([^/]+\/[^/]+)\/([^/]+\/[^/]+)$/.exec(path) ?? [];
  const read = entry(members, member);
  return place !== undefined && read ? { place, change: read(value) } : undefined;
}

/** A method's first setting starts from those of all methods. */
export function withSetting(settings: Settings = {}, { place, change }: Setting): Settings {
  const before = settings[place] ?? settings['*/*'] ?? defaults;
  return { ...settings, [place]: { ...before, ...change } };
}
