// What the local Lambda's store holds: a type for each kind of record.
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
  /** Bytes of the zip. */
  size: number;
  /** Bytes of what is in it. */
  unzipped: number;
}

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

/** Of the policy of a function or a layer version. */
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
  /** Epoch milliseconds; from then on it is there. */
  readyAt: number;
}

export interface EventInvokeRecord {
  /** With its qualifier, `$LATEST` where none was given. */
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
  /** As it was sent. */
  invokeMode?: InvokeMode;
  cors?: Cors;
  /** Epoch milliseconds. */
  created: number;
  lastModified: number;
}

export interface RuntimeManagementRecord {
  updateRuntimeOn: UpdateRuntimeOn;
  /** Of the runtime that was chosen by hand. */
  runtimeVersionArn?: string;
}

/** What a mapping answers beside its identity, its function and its state. */
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
  /** What AWS does in the background, and when it is over. */
  transition?: { state: 'Creating' | 'Enabling' | 'Disabling' | 'Updating' | 'Deleting'; until: number };
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
