// Event source mappings: from which queue or stream a function reads.

import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import { type EventSourceMappingConfiguration, ResourceInUseException } from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import { partitionOf } from '../../../partition.ts';
import type { Handlers } from '../../../service.ts';
import { conflict, invalid, notFound } from '../errors.ts';
import { checkTags } from '../functions/checks.ts';
import { recordOf } from '../invocations/attempt.ts';
import { page } from '../page.ts';
import { arnPattern } from '../patterns.ts';
import type { FunctionRecord, MappingRecord, MappingSettings } from '../records.ts';
import { parseReference } from '../references.ts';
import type { LambdaState } from '../state.ts';
import { Violations } from '../violations.ts';
import { checkFilters } from './filter-criteria.ts';
import { checkWishes, type EventSource, sourceOf, type Wishes } from './kinds.ts';
import { mappingViolations } from './mapping-model.ts';
import { fixStart } from './pollers/positions.ts';
import { checkSource } from './sources.ts';

export const eventSourceMappings: Handlers<typeof sdk, LambdaState> = {
  CreateEventSourceMapping({ FunctionName, Tags = {}, Enabled = true, ...wishes }, { state, call }) {
    mappingViolations(wishes).refuse();
    checkTags(Tags);
    const source = sourceOf(wishes);
    checkWishes(source, wishes, true);
    checkFilters(wishes.FilterCriteria);
    const { functionArn, version } = invokedOf(state, call, FunctionName);
    checkSource(state, source, wishes, version);
    refuseTwin(state, call, source, functionArn, wishes);
    const id = randomUUID();
    const now = Date.now();
    const record: MappingRecord = {
      id,
      arn: `arn:${partitionOf(call.region)}:lambda:${call.region}:${call.account}:event-source-mapping:${id}`,
      functionArn,
      settings: merged(source.defaults(id), wishes),
      enabled: Enabled,
      tags: Tags,
      lastModified: now,
      ...(Enabled && { transition: { state: 'Creating', until: now + state.delays.create } }),
    };
    fixStart(state, record);
    saveMapping(state, call, record);
    state.pollers.changed(keyOfMapping(call, id));
    return answer(record);
  },

  GetEventSourceMapping({ UUID }, { state, call }) {
    return answer(findMapping(state, call, UUID));
  },

  UpdateEventSourceMapping({ UUID, FunctionName, Enabled, ...wishes }, { state, call }) {
    mappingViolations(wishes).refuse();
    const before = findMapping(state, call, UUID);
    refuseBusy(before, 'update');
    const source = sourceOf(before.settings);
    const settings = merged(before.settings, wishes);
    checkWishes(source, { ...wishes, ...batchesOf(settings) }, false);
    checkFilters(wishes.FilterCriteria);
    const invoked = FunctionName === undefined ? undefined : invokedOf(state, call, FunctionName);
    const functionArn = invoked?.functionArn ?? before.functionArn;
    if (invoked) checkSource(state, source, settings, invoked.version);
    if (functionArn !== before.functionArn) refuseTwin(state, call, source, functionArn, settings);
    const enabled = Enabled ?? before.enabled;
    const now = Date.now();
    const switched = Enabled ? 'Enabling' : 'Disabling';
    const record: MappingRecord = {
      ...before,
      functionArn,
      settings,
      enabled,
      lastModified: now,
      transition: {
        state: Enabled === undefined ? 'Updating' : switched,
        until: now + state.delays.update,
      },
    };
    saveMapping(state, call, record);
    state.pollers.changed(keyOfMapping(call, record.id));
    return answer(record);
  },

  DeleteEventSourceMapping({ UUID }, { state, call }) {
    const before = findMapping(state, call, UUID);
    refuseBusy(before, 'delete');
    const until = Date.now() + state.delays.update;
    const record: MappingRecord = { ...before, transition: { state: 'Deleting', until } };
    if (state.delays.update > 0) saveMapping(state, call, record);
    else state.mappings.remove(keyOfMapping(call, before.id));
    state.pollers.changed(keyOfMapping(call, before.id));
    return answer(record);
  },

  ListEventSourceMappings({ EventSourceArn, FunctionName, Marker, MaxItems = 100 }, { state, call }) {
    new Violations()
      .pattern(EventSourceArn, 'eventSourceArn', arnPattern)
      .range(MaxItems, 'maxItems', 1, 10_000)
      .refuse();
    const functionArn = FunctionName === undefined ? undefined : fullArn(call, FunctionName);
    const records = [...state.mappings.entries(keyOfMapping(call, ''))]
      .map(([, record]) => settled(record))
      .filter((record) => record !== undefined)
      .filter((record) => functionArn === undefined || record.functionArn === functionArn)
      .filter(({ settings }) => EventSourceArn === undefined || settings.EventSourceArn === EventSourceArn);
    const { items, next } = page(records, ({ id }) => id, Marker, Math.min(MaxItems, 100));
    return { EventSourceMappings: items.map(answer), ...(next ? { NextMarker: next } : {}) };
  },
};

/** @throws ResourceNotFoundException */
function findMapping(state: LambdaState, call: Call, id: string | undefined): MappingRecord {
  const record = keptMapping(state, call, id);
  if (!record) throw notFound('The resource you requested does not exist.');
  return record;
}

export function keptMapping(state: LambdaState, call: Call, id = ''): MappingRecord | undefined {
  const record = state.mappings.get(keyOfMapping(call, id));
  return record && settled(record);
}

export function saveMapping(state: LambdaState, call: Call, record: MappingRecord): void {
  state.mappings.put(keyOfMapping(call, record.id), record);
}

function keyOfMapping({ account, region }: Call, id: string): string {
  return `${account}/${region}/${id}`;
}

/** The current state; undefined when it has been deleted. */
function settled(record: MappingRecord, now = Date.now()): MappingRecord | undefined {
  const { transition, ...rest } = record;
  if (!transition || transition.until > now) return record;
  return transition.state === 'Deleting' ? undefined : rest;
}

function refuseBusy({ transition }: MappingRecord, verb: string): void {
  if (!transition) return;
  const message = `Cannot ${verb} the event source mapping because it is in use.`;
  throw new ResourceInUseException({ message, Message: message, Type: 'User', $metadata: {} });
}

function fullArn(call: Call, FunctionName: string | undefined): string {
  const { arn, qualifier } = parseReference(FunctionName, call);
  // As AWS answers it: `$LATEST` is omitted after a full ARN, but kept after a name.
  return qualifier === undefined || FunctionName === `${arn}:$LATEST` ? arn : `${arn}:${qualifier}`;
}

/** @throws InvalidParameterValueException when the function, version or alias does not exist */
function invokedOf(
  state: LambdaState,
  call: Call,
  FunctionName: string | undefined,
): { functionArn: string; version: FunctionRecord } {
  const { name, qualifier } = parseReference(FunctionName, call);
  const version = recordOf(state, { account: call.account, region: call.region, name, qualifier });
  if (!version) throw invalid('Function does not exist');
  return { functionArn: fullArn(call, FunctionName), version };
}

const serversOf = ({ EventSourceArn, SelfManagedEventSource }: MappingSettings): string[] =>
  EventSourceArn === undefined
    ? (SelfManagedEventSource?.Endpoints?.KAFKA_BOOTSTRAP_SERVERS ?? [])
    : [EventSourceArn];

/** @throws ResourceConflictException when the function already reads this source */
function refuseTwin(
  state: LambdaState,
  call: Call,
  { kind }: EventSource,
  functionArn: string,
  wishes: Wishes,
): void {
  const servers = serversOf(wishes);
  const { Topics = [], EventSourceArn } = wishes;
  const kafka = kind === 'kafka' || kind === 'self-managed-kafka';
  for (const [, kept] of state.mappings.entries(keyOfMapping(call, ''))) {
    const record = settled(kept);
    if (record?.functionArn !== functionArn) continue;
    if (!serversOf(record.settings).some((server) => servers.includes(server))) continue;
    if (kafka && !record.settings.Topics?.some((topic) => Topics.includes(topic))) continue;
    const [, , , , , , name = ''] = functionArn.split(':');
    const instead = `Please update or delete the existing mapping with UUID ${record.id}`;
    if (kind === 'sqs') {
      throw conflict(
        `An event source mapping with SQS arn (" ${EventSourceArn} ") and function (" ${name} ") already exists. ${instead}`,
      );
    }
    throw conflict(
      kafka
        ? `An event source mapping with event source ("${servers.join(',')}"), function ("${functionArn}"), topics ("${Topics.join(',')}") already exists. ${instead}`
        : `The event source arn (" ${EventSourceArn} ") and function (" ${name} ") provided mapping already exists. ${instead}`,
    );
  }
}

/** Members that are absent from the request stay as they are; an empty filter removes the filters. */
function merged(before: MappingSettings, wishes: Wishes): MappingSettings {
  const given = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
  const { FilterCriteria, ...settings }: MappingSettings = { ...before, ...given };
  if (wishes.DestinationConfig && !wishes.DestinationConfig.OnFailure) {
    settings.DestinationConfig = { OnFailure: {} };
  }
  for (const name of ['AmazonManagedKafkaEventSourceConfig', 'SelfManagedKafkaEventSourceConfig'] as const) {
    if (wishes[name]) settings[name] = { ...before[name], ...wishes[name] };
  }
  if (wishes.DocumentDBEventSourceConfig) {
    const { DocumentDBEventSourceConfig: config } = before;
    settings.DocumentDBEventSourceConfig = {
      FullDocument: 'Default',
      ...config,
      ...wishes.DocumentDBEventSourceConfig,
    };
  }
  return FilterCriteria?.Filters?.length ? { ...settings, FilterCriteria } : settings;
}

function batchesOf({ BatchSize, MaximumBatchingWindowInSeconds, EventSourceArn }: MappingSettings) {
  return { BatchSize, MaximumBatchingWindowInSeconds, EventSourceArn };
}

function answer(record: MappingRecord): EventSourceMappingConfiguration {
  const { settings, transition, enabled } = record;
  return {
    ...settings,
    UUID: record.id,
    EventSourceMappingArn: record.arn,
    FunctionArn: record.functionArn,
    LastModified: new Date(record.lastModified),
    State: transition?.state ?? (enabled ? 'Enabled' : 'Disabled'),
    StateTransitionReason: sourceOf(settings).reason,
  };
}
