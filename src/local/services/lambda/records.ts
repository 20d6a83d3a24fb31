// The records of the local Lambda: a type for each kind.
import type {
  CodeSigningPolicy,
  Cors,
  CreateFunctionRequest,
  EventSourceMappingConfiguration,
  FunctionUrlAuthType,
  InvokeMode,
  UpdateRuntimeOn,
} from '@aws-sdk/client-lambda';

export interface StoredCode {
  /** Base64. */
  sha256: string;
  /** The size of the zip in bytes. */
  size: number;
  /** The size of its content in bytes. */
  unzipped: number;
}

/** Settings in the form of requests; the API's schema defines them. */
export type Settings = Omit<
  CreateFunctionRequest,
  'FunctionName' | 'Code' | 'Tags' | 'Publish' | 'PublishTo' | 'CodeSigningConfigArn' | 'Layers'
>;

/** A layer version that a function uses. It is stored with the function, because the layer may be deleted. */
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
  /** In order: each layer is copied over the earlier ones. */
  layers: UsedLayer[];
  code: StoredCode;
  /** Changes with every update of code or settings, even to the same values. */
  contentId: string;
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  lastModified: number;
  revisionId: string;
  /** Background work of AWS after a call, and its end. */
  transition?: {
    kind: 'create' | 'update';
    /** Epoch milliseconds. */
    until: number;
    /** The RevisionId after the transition. */
    revisionId: string;
  };
  codeSigningConfigArn?: string;
  reservedConcurrency?: number;
  /** The number of the latest published version. */
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

/** The policy of a function or a layer version. */
interface PolicyStatement<Principal> {
  Sid: string;
  Effect: 'Allow';
  Principal: Principal;
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

export type FunctionStatement = PolicyStatement<'*' | { Service: string } | { AWS: string }>;
export type LayerStatement = PolicyStatement<string | { AWS: string }>;

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
  policy?: { revisionId: string; statements: LayerStatement[] };
}

export interface ProvisionedRecord {
  requested: number;
  /** Epoch milliseconds. */
  lastModified: number;
  /** Epoch milliseconds; from then on the environments are ready. */
  readyAt: number;
}

export interface EventInvokeRecord {
  /** With its qualifier; `$LATEST` when the request gave none. */
  functionArn: string;
  /** Epoch milliseconds. */
  lastModified: number;
  maximumRetryAttempts?: number;
  maximumEventAgeInSeconds?: number;
  destinations: { onSuccess?: string; onFailure?: string };
}

export interface UrlRecord {
  /** The first label of the host name. */
  id: string;
  functionArn: string;
  region: string;
  authType: FunctionUrlAuthType;
  /** The mode in the request. */
  invokeMode?: InvokeMode;
  cors?: Cors;
  /** Epoch milliseconds. */
  created: number;
  lastModified: number;
}

export interface RuntimeManagementRecord {
  updateRuntimeOn: UpdateRuntimeOn;
  /** Only for a runtime version that the user chose. */
  runtimeVersionArn?: string;
}

/** The fields of a mapping's answer without its identity, its function and its state. */
export type MappingSettings = Partial<EventSourceMappingConfiguration>;

export interface MappingRecord {
  id: string;
  arn: string;
  functionArn: string;
  settings: MappingSettings;
  enabled: boolean;
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  lastModified: number;
  /** Background work of AWS, and its end. */
  transition?: { state: 'Creating' | 'Enabling' | 'Disabling' | 'Updating' | 'Deleting'; until: number };
}

/** Where a mapping stands in a shard. */
export interface ShardPosition {
  /** All records before it are done. */
  place: string;
  /** The sequence numbers of the records after it that are done all the same. */
  done: readonly string[];
  /** The shard is closed, and all its records are done. */
  ended?: boolean;
  /** The tumbling window that is open. */
  window?: { start: number; state: unknown; full?: true };
}

export interface SigningRecord {
  id: string;
  arn: string;
  description?: string;
  publishers: string[];
  policy: CodeSigningPolicy;
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  lastModified: number;
}
