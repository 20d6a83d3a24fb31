// The state of the local Lambda: its collections and their keys.

import type { RecursiveLoop } from '@aws-sdk/client-lambda';
import type { Meter } from '../../faces.ts';
import { partitionOf } from '../../partition.ts';
import type { Pool } from '../../runtime/pool.ts';
import type { ServiceHost } from '../../service.ts';
import type { Collection } from '../../store/store.ts';
import type { CodeStore } from './code/store.ts';
import type { AsyncQueue } from './invocations/async-queue.ts';
import type {
  AliasRecord,
  EventInvokeRecord,
  FunctionRecord,
  FunctionStatement,
  LayerRecord,
  MappingRecord,
  ProvisionedRecord,
  RuntimeManagementRecord,
  ShardPosition,
  SigningRecord,
  UrlRecord,
} from './records.ts';

/** The meters of invocations with the same function, qualifier and version. */
export interface InvocationMeters {
  readonly invocations: Meter;
  readonly concurrency: Meter;
}

/** What polls for event source mappings. */
export interface Pollers {
  /** A mapping was created, changed or removed. `key`: that of its record. */
  changed(key: string): void;
}

export interface LambdaState {
  /** Keys: `account/region/name/version`; a function without published versions has only `$LATEST`. */
  readonly functions: Collection<FunctionRecord>;
  /** Keys: `account/region/function/alias`. */
  readonly aliases: Collection<AliasRecord>;
  /** Keys: `account/region/layer/version`. */
  readonly layers: Collection<LayerRecord>;
  /** The highest number of each layer, by `account/region/layer`: numbers are never reused. */
  readonly layerNumbers: Collection<number>;
  /** Keys: `account/region/function/version or alias`. */
  readonly provisioned: Collection<ProvisionedRecord>;
  /** Statements of policies. Keys: `account/region/function/qualifier`, as for all attachments of functions. */
  readonly policies: Collection<FunctionStatement[]>;
  /** The RevisionIds of policies, by the same keys: that of the function since the policy was last changed. */
  readonly policyRevisions: Collection<string>;
  readonly invokeConfigs: Collection<EventInvokeRecord>;
  readonly urls: Collection<UrlRecord>;
  /** The ids of URLs that were deleted. */
  readonly formerUrls: Collection<true>;
  readonly runtimeManagement: Collection<RuntimeManagementRecord>;
  readonly recursion: Collection<{ recursiveLoop: RecursiveLoop }>;
  /** Keys: `account/region/UUID`. */
  readonly mappings: Collection<MappingRecord>;
  /** Keys: `UUID of a mapping/shard`. */
  readonly positions: Collection<ShardPosition>;
  /** Keys: `account/region/id`. */
  readonly signing: Collection<SigningRecord>;
  /** The number of a version's ready provisioned environments; absent while they are being started. */
  readonly ready: Map<string, number>;
  /** Keys: `account/region/function:qualifier:version`. */
  readonly meters: Map<string, InvocationMeters>;
  readonly code: CodeStore;
  readonly pool: Pool;
  readonly queue: AsyncQueue;
  readonly pollers: Pollers;
  readonly host: ServiceHost;
  /** Milliseconds that creations and updates take. */
  readonly delays: { readonly create: number; readonly update: number };
}

export function keyOf(
  { account, region }: { account: string; region: string },
  name: string,
  version = '$LATEST',
): string {
  // Numbers are padded so that keys sort by version, `$LATEST` first.
  return `${prefixOf({ account, region }, name)}${/^\d+$/.test(version) ? version.padStart(10, '0') : version}`;
}

/** The prefix of all keys of a function. */
export function prefixOf({ account, region }: { account: string; region: string }, name: string): string {
  return `${account}/${region}/${name}/`;
}

export function save(state: LambdaState, record: FunctionRecord): void {
  state.functions.put(keyOf(record, record.name, record.version), record);
}

/** The record in its current state: once a transition is due, without it. */
export function settled(record: FunctionRecord, now = Date.now()): FunctionRecord {
  const { transition } = record;
  if (!transition || transition.until > now) return record;
  let found = over.get(record);
  if (!found) {
    const { transition: _, ...rest } = record;
    found = { ...rest, revisionId: transition.revisionId };
    over.set(record, found);
  }
  return found;
}

/** The records after their transition, by the records before it. */
const over = new WeakMap<FunctionRecord, FunctionRecord>();

export function arnOf({ account, region, name }: { account: string; region: string; name: string }): string {
  return `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`;
}
