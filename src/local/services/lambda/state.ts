// What the local Lambda keeps: a record for each function and version, over the store.
import type { CreateFunctionRequest, RecursiveLoop } from '@aws-sdk/client-lambda';
import type { Pool } from '../../runtime/pool.ts';
import type { ServiceHost } from '../../service.ts';
import type { Collection } from '../../store.ts';
import type { SigningRecord } from './code-signing.ts';
import type { CodeStore } from './code-store.ts';
import type { EventInvokeRecord } from './event-invoke-config.ts';
import type { MappingRecord } from './event-source-mappings.ts';
import type { UrlRecord } from './function-urls.ts';
import type { Statement } from './permissions.ts';
import type { RuntimeManagementRecord } from './runtime-management.ts';

/** Settings as requests declare them; the API's schema decides which there are. */
export type Settings = Omit<
  CreateFunctionRequest,
  'FunctionName' | 'Code' | 'Tags' | 'Publish' | 'PublishTo' | 'CodeSigningConfigArn'
>;

export interface FunctionRecord {
  name: string;
  account: string;
  region: string;
  /** `$LATEST` or a number. */
  version: string;
  settings: Settings;
  code: {
    /** Base64. */
    sha256: string;
    /** Bytes of the zip. */
    size: number;
  };
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
  /** Of a version: the state of $LATEST that it was made from. */
  publishedFrom?: string;
}

/** A name for a version; policies and settings hang on it. */
export interface AliasRecord {
  revisionId: string;
}

export interface LambdaState {
  /** Keys: `account/region/name/version`; unpublished functions have `$LATEST` alone. */
  readonly functions: Collection<FunctionRecord>;
  /** By `account/region/function/alias`. */
  readonly aliases: Collection<AliasRecord>;
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
  readonly code: CodeStore;
  readonly pool: Pool;
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
  return `${account}/${region}/${name}/${/^\d+$/.test(version) ? version.padStart(10, '0') : version}`;
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
