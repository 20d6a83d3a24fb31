// The records of API Gateway in the store. Times are in epoch milliseconds.
import type {
  Authorizer,
  BasePathMapping,
  CanarySettings,
  DocumentationPart,
  EndpointConfiguration,
  GatewayResponse,
  Method,
  Model,
  RequestValidator,
  RestApi,
  Stage,
} from '@aws-sdk/client-api-gateway';

export interface ResourceRecord {
  readonly id: string;
  /** Absent in the root. */
  readonly parentId?: string;
  readonly pathPart?: string;
  /** By HTTP method, or ANY. */
  readonly methods: Readonly<Record<string, Method>>;
}

/** What a deployment publishes. */
export interface Definition {
  readonly binaryMediaTypes?: readonly string[];
  readonly minimumCompressionSize?: number;
  readonly apiKeySource: NonNullable<RestApi['apiKeySource']>;
  readonly policy?: string;
  readonly endpointConfiguration: EndpointConfiguration;
  /** By id, in the order in which they were created. */
  readonly resources: Readonly<Record<string, ResourceRecord>>;
  /** By name. */
  readonly models: Readonly<Record<string, Model>>;
  readonly validators: Readonly<Record<string, RequestValidator>>;
  readonly authorizers: Readonly<Record<string, Authorizer>>;
  /** By type; only those that differ from the default. */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
}

export interface StageRecord extends Omit<Stage, 'createdDate' | 'lastUpdatedDate' | 'canarySettings'> {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly canarySettings?: CanarySettings;
  readonly created: number;
  readonly updated: number;
}

export interface DocumentationVersionRecord {
  readonly version: string;
  readonly description?: string;
  readonly created: number;
}

export interface ApiRecord extends Definition {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly created: number;
  readonly disableExecuteApiEndpoint: boolean;
  readonly securityPolicy?: RestApi['securityPolicy'];
  readonly endpointAccessMode?: RestApi['endpointAccessMode'];
  readonly tags?: Readonly<Record<string, string>>;
  readonly rootResourceId: string;
  readonly stages: Readonly<Record<string, StageRecord>>;
  readonly documentationParts: Readonly<Record<string, DocumentationPart>>;
  readonly documentationVersions: Readonly<Record<string, DocumentationVersionRecord>>;
}

export interface DeploymentRecord {
  readonly id: string;
  readonly description?: string;
  readonly created: number;
  readonly definition: Definition;
}

export interface ApiKeyRecord {
  readonly id: string;
  readonly value: string;
  readonly name?: string;
  readonly description?: string;
  readonly customerId?: string;
  readonly enabled: boolean;
  readonly created: number;
  readonly updated: number;
  /** `API/STAGE` */
  readonly stageKeys: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface MappingRecord extends BasePathMapping {
  readonly basePath: string;
}
