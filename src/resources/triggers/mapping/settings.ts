// The settings of an event source mapping: from slsctl.yml to requests, and compared with what is live.
import {
  type CreateEventSourceMappingRequest,
  type FilterCriteria,
  UpdateEventSourceMappingRequest$,
} from '@aws-sdk/client-lambda';
import { apiNames } from '../../../config/api-names.ts';
import type { Change } from '../../../engine/resource.ts';
import { differences, isRecord, merged, removals, sameJson } from '../../compare.ts';
import type { Mapping } from './live.ts';

/** Settings in the API's names. */
export type Settings = Partial<
  Omit<CreateEventSourceMappingRequest, 'FunctionName' | 'EventSourceArn' | 'Enabled' | 'Tags'>
>;
type Name = keyof Settings;

/** What AWS has for members that were never set, whatever the source. */
const everyDefault: Settings = {
  MaximumBatchingWindowInSeconds: 0,
  FilterCriteria: { Filters: [] },
  KMSKeyArn: '',
  MetricsConfig: { Metrics: [] },
  LoggingConfig: {},
  ScalingConfig: {},
  ProvisionedPollerConfig: {},
  FunctionResponseTypes: [],
  DestinationConfig: { OnFailure: {} },
};

/** Members that UpdateEventSourceMapping takes, from the API's own schema. */
const updatable = new Set<string>(UpdateEventSourceMappingRequest$[4]);

/** Parts of changeable members that AWS keeps as they were when the mapping was made. */
const fixedParts = ['ConsumerGroupId', 'ConsumptionMode'];

export interface Declaration {
  /** undefined: slsctl.yml does not say. */
  readonly enabled: boolean | undefined;
  readonly settings: Settings;
  /** Members that slsctl.yml sets to null: AWS's default. */
  readonly reset: readonly Name[];
}

/** What an entry says besides its source. Names are those of slsctl.yml. */
export function declarationOf(said: Record<string, unknown>): Declaration {
  const {
    enabled,
    reportBatchItemFailures: reports,
    filterCriteria,
    startingPositionTimestamp,
    ...rest
  } = said;
  const members = Object.entries(rest).filter(([, value]) => value !== undefined && value !== null);
  const reset = Object.entries({ ...rest, filterCriteria }).filter(([, value]) => value === null);
  return {
    enabled: enabled as boolean | undefined,
    settings: {
      ...(apiNames(Object.fromEntries(members)) as Settings),
      ...(startingPositionTimestamp
        ? { StartingPositionTimestamp: new Date(startingPositionTimestamp as string) }
        : {}),
      ...(filterCriteria ? { FilterCriteria: filtersOf(filterCriteria as Filters) } : {}),
      ...(reports === undefined ? {} : { FunctionResponseTypes: reports ? ['ReportBatchItemFailures'] : [] }),
    },
    reset: reset.map(([name]) => Object.keys(apiNames({ [name]: null }))[0] as Name),
  };
}

interface Filters {
  filters: { pattern: unknown }[];
}

/** Patterns are JSON texts on AWS. */
function filtersOf({ filters }: Filters): FilterCriteria {
  const text = (pattern: unknown) => (typeof pattern === 'string' ? pattern : JSON.stringify(pattern));
  return { Filters: filters.map(({ pattern }) => ({ Pattern: text(pattern) })) };
}

/** The changes for declared settings. Members that AWS cannot change are left out: `fixedNotes` tells of them. */
export function settingChanges(
  { settings, reset }: Declaration,
  live: Mapping | undefined,
  defaults: Settings,
): Change[] {
  const known = { ...everyDefault, ...defaults };
  const now: Record<string, unknown> = live ? { ...known, ...settingsOf(live) } : {};
  const wanted = settings.FilterCriteria
    ? { ...settings, FilterCriteria: asLive(settings.FilterCriteria, live?.FilterCriteria) }
    : settings;
  return [
    ...Object.entries(wanted)
      .filter(([name]) => !live || isChangeable(name))
      .flatMap(([name, value]) => differences(value, now[name], name))
      .filter(({ path }) => !live || !isFixed(path)),
    ...reset.filter((name) => live && isChangeable(name)).flatMap((name) => resetChanges(name, now, known)),
  ];
}

function resetChanges(name: Name, now: Record<string, unknown>, known: Settings): Change[] {
  const to = known[name];
  return isRecord(to) ? removals(now[name], name) : differences(to, now[name], name);
}

function isChangeable(name: string): boolean {
  return updatable.has(name);
}

/** By the path of a change. */
function isFixed(path: string): boolean {
  const [name = '', part = ''] = path.split('.');
  return !isChangeable(name) || fixedParts.includes(part);
}

/** Notes on declared members that AWS keeps as they were when the mapping was made. */
export function fixedNotes({ settings }: Declaration, live: Mapping): string[] {
  const now = settingsOf(live);
  return Object.entries(settings)
    .flatMap(([name, value]) => differences(value, now[name as Name], name))
    .filter(({ path }) => isFixed(path))
    .map(
      ({ path, from }) =>
        `${path} is ${shown(from)} and cannot be changed; to set it, remove the trigger, deploy, and declare it again`,
    );
}

function shown(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'not set');
}

/** The members to send for these changes. AWS replaces a nested member as a whole, so its live parts go along. */
export function updateOf(
  { settings, reset }: Declaration,
  live: Mapping,
  changes: readonly Change[],
  defaults: Settings,
): Settings {
  const known: Settings = { ...everyDefault, ...defaults };
  const names = new Set(changes.map(({ path }) => path.split('.')[0] as Name));
  const members = [...names]
    .filter((name) => isChangeable(name) && (name in settings || reset.includes(name)))
    .map((name) => {
      const value = settings[name];
      if (value === undefined) return [name, known[name]];
      const now = settingsOf(live)[name];
      return [name, isRecord(value) && isRecord(now) ? merged(now, value) : value];
    });
  return Object.fromEntries(members) as Settings;
}

export function settingsOf(live: Mapping): Settings {
  return live as Settings;
}

/** The declared filters; a pattern that says the same as the live one has the live text. */
function asLive({ Filters = [] }: FilterCriteria, live: FilterCriteria | undefined): FilterCriteria {
  return {
    Filters: Filters.map(({ Pattern }, index) => {
      const now = live?.Filters?.[index]?.Pattern;
      return { Pattern: samePattern(Pattern, now) ? now : Pattern };
    }),
  };
}

function samePattern(one: string | undefined, other: string | undefined): boolean {
  try {
    return sameJson(JSON.parse(one ?? ''), JSON.parse(other ?? ''));
  } catch {
    return one === other;
  }
}
