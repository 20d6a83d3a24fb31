// What the local Lambda keeps: a record for each function and version, over the store.
import type { CreateFunctionRequest, RecursiveLoop } from '@aws-sdk/client-lambda';
import type { Pool } from '../../runtime/pool.ts';
import type { ServiceHost } from '../../service.ts';
import type { Collection } from '../../store.ts';
import type { AsyncQueue } from './async-queue.ts';
import type { SigningRecord } from './code-signing.ts';
import type { CodeStore, StoredCode } from './code-store.ts';
import type { EventInvokeRecord } from './event-invoke-config.ts';
import type { MappingRecord } from './event-source-mappings.ts';
import type { UrlRecord } from './function-urls.ts';
import type { Statement } from './permissions.ts';
import type { RuntimeManagementRecord } from './runtime-management.ts';

/** Settings as requests declare them; the API's schema decides which there are. */
export type Settings = Omit<
  CreateFunctionRequest,
  'FunctionName' | 'Code' | 'Tags' | 'Publish' | 'PublishTo' | 'CodeSigningConfigArn' | 'Layers'
>;

/** A layer version that a function uses: kept with it, since the layer may be deleted. */
export interface UsedLayer {
  arn: string;
  code: StoredCode;
}

export interface FunctionRecord {
  name: string;
  account: string;
  region: string;
  /** `$LATEST` or a number. */
  version: string;
  settings: Settings;
  /** In the order in which they are laid over one another. */
  layers: UsedLayer[];
  code: StoredCode;
  /** Changes with code and settings, even when they are set to what they were. */
  contentId: string;
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  lastModified: number;
  revisionId: string;
  /** What AWS does in the background after a call, and when it is over. */
  transition?: {
    kind: 'create' | 'update';
    /** Epoch milliseconds. */
    until: number;
    /** The RevisionId from then on. */
    revisionId: string;
  };
  codeSigningConfigArn?: string;
  reservedConcurrency?: number;
  /** The number of the version that was published last. */
  lastVersion: number;
}

export interface AliasRecord {
  name: string;
  account: string;
  region: string;
  functionName: string;
  functionVersion: string;
  description: string;
  /** From 0 to 1, by version. */
  weights?: Record<string, number>;
  revisionId: string;
}

export interface LayerRecord {
  name: string;
  account: string;
  region: string;
  version: number;
  description: string;
  licenseInfo?: string;
  compatibleRuntimes?: string[];
  compatibleArchitectures?: string[];
  code: StoredCode;
  /** Epoch milliseconds. */
  created: number;
  policy?: { revisionId: string; statements: PolicyStatement[] };
}

export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Principal: string | { AWS: string };
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

export interface ProvisionedRecord {
  requested: number;
  /** Epoch milliseconds. */
  lastModified: number;
  /** Epoch milliseconds; from then on it is there. */
  readyAt: number;
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
  readonly policies: Collection<Statement[]>;
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
  const { transition, ...rest } = record;
  return transition && transition.until <= now ? { ...rest, revisionId: transition.revisionId } : record;
}

export function arnOf({ account, region, name }: { account: string; region: string; name: string }): string {
  return `arn:aws:lambda:${region}:${account}:function:${name}`;
}
