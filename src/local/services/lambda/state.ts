// What the local Lambda keeps, over the store, and the keys by which it is found.

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
  SigningRecord,
  UrlRecord,
} from './records.ts';

/** Where invocations are counted that have function, qualifier and version in common. */
export interface InvocationMeters {
  readonly invocations: Meter;
  readonly concurrency: Meter;
}

export interface LambdaState {
  /** Keys: `account/region/name/version`; unpublished functions have `$LATEST` alone. */
  readonly functions: Collection<FunctionRecord>;
  /** Keys: `account/region/function/alias`. */
  readonly aliases: Collection<AliasRecord>;
  /** Keys: `account/region/layer/version`. */
  readonly layers: Collection<LayerRecord>;
  /** The number that was given last, by `account/region/layer`: numbers are never used again. */
  readonly layerNumbers: Collection<number>;
  /** Keys: `account/region/function/version or alias`. */
  readonly provisioned: Collection<ProvisionedRecord>;
  /** By `account/region/function/qualifier`, as all that hangs on functions: statements of the policy. */
  readonly policies: Collection<FunctionStatement[]>;
  readonly invokeConfigs: Collection<EventInvokeRecord>;
  readonly urls: Collection<UrlRecord>;
  readonly runtimeManagement: Collection<RuntimeManagementRecord>;
  readonly recursion: Collection<{ recursiveLoop: RecursiveLoop }>;
  /** By `account/region/UUID`. */
  readonly mappings: Collection<MappingRecord>;
  /** By `account/region/id`. */
  readonly signing: Collection<SigningRecord>;
  /** How many environments of a version provisioned concurrency has ready; absent: they are being started. */
  readonly ready: Map<string, number>;
  /** By `account/region/function:qualifier:version`. */
  readonly meters: Map<string, InvocationMeters>;
  readonly code: CodeStore;
  readonly pool: Pool;
  readonly queue: AsyncQueue;
  readonly host: ServiceHost;
  /** Milliseconds that creations and updates take. */
  readonly delays: { readonly create: number; readonly update: number };
}

export function keyOf(
  { account, region }: { account: string; region: string },
  name: string,
  version = '$LATEST',
): string {
  // Numbers are padded so that keys stand in the order of versions, `$LATEST` first.
  return `${prefixOf({ account, region }, name)}${/^\d+$/.test(version) ? version.padStart(10, '0') : version}`;
}

/** What the keys of everything of a function begin with. */
export function prefixOf({ account, region }: { account: string; region: string }, name: string): string {
  return `${account}/${region}/${name}/`;
}

export function save(state: LambdaState, record: FunctionRecord): void {
  state.functions.put(keyOf(record, record.name, record.version), record);
}

/** The record as it is now: with the transition over when its time has come. */
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

/** Records with a transition that is over, as they are from then on. */
const over = new WeakMap<FunctionRecord, FunctionRecord>();

export function arnOf({ account, region, name }: { account: string; region: string; name: string }): string {
  return `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${name}`;
}
