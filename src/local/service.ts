// What a local service is: typed handlers by operation name, over the SDK's own command classes.
import type { WireRequest } from './protocols/protocol.ts';
import type { Store } from './store/store.ts';

/** Who calls, and where: the account comes from the credentials, the region from the signing scope. */
export interface Call {
  readonly account: string;
  readonly region: string;
  /** ARN of the caller, and its unique id, as STS would answer them. */
  readonly callerArn: string;
  readonly callerId: string;
  readonly requestId: string;
  /** `http://127.0.0.1:4586`, as the client addressed the server. */
  readonly endpoint: string;
  /** `X-Amzn-Trace-Id`, when the caller traces. */
  readonly traceId?: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

type CommandClass = abstract new (input: never) => unknown;

/** Operation names of an SDK client package: `CreateFunction` for its `CreateFunctionCommand`. */
export type OperationName<Sdk> = {
  [K in keyof Sdk]: K extends `${infer Op}Command` ? (Sdk[K] extends CommandClass ? Op : never) : never;
}[keyof Sdk];

export type InputOf<Sdk, Op extends string> = `${Op}Command` extends keyof Sdk
  ? Sdk[`${Op}Command`] extends abstract new (
      // biome-ignore lint/suspicious/noExplicitAny: the command holds its input, whatever it is made with
      ...rest: any[]
    ) => { input: infer Input }
    ? Input
    : never
  : never;

export type OutputOf<Sdk, Op extends string> = `${Op}Command` extends keyof Sdk
  ? Sdk[`${Op}Command`] extends abstract new (
      // biome-ignore lint/suspicious/noExplicitAny: only the output is inferred here
      input: any,
      // biome-ignore lint/suspicious/noExplicitAny: only the output is inferred here
    ) => { resolveMiddleware(...rest: any[]): (...rest: any[]) => Promise<{ output: infer Output }> }
    ? Omit<Output, '$metadata'>
    : never
  : never;

/** Handlers throw the SDK's own exceptions; the protocol layer turns them into wire errors. */
export type Handlers<Sdk, State> = {
  readonly [Op in OperationName<Sdk> & string]?: (
    input: InputOf<Sdk, Op>,
    context: { readonly call: Call; readonly state: State },
  ) => OutputOf<Sdk, Op> | Promise<OutputOf<Sdk, Op>>;
};

/** A local service: the SDK package it speaks for, its state, its handlers. */
export interface Service<Sdk = unknown, State = unknown> {
  /** The name in the signing scope: `lambda`, `iam`, `logs`, `sts`. */
  readonly name: string;
  readonly protocol: 'rest-json' | 'query' | 'query-compatible' | 'json-1.0' | 'json-1.1' | 'rest-xml';
  /** The whole client package: schemas (`CreateFunction$`), exceptions and commands. */
  readonly sdk: Sdk;
  readonly handlers: Handlers<Sdk, State>;
  readonly state: State;
  /** The request with all of its address in the path, where part of it may be in the name of the host. */
  addressed?(request: WireRequest): WireRequest;
  /** Rejects when a body that was read whole is not what its headers say of it. */
  checkBody?(request: WireRequest): Promise<void>;
  /** What an operation throws when its request is larger than any may be. */
  tooLarge?(operation: string): Error;
  /** Unsigned downloads under `/_slsctl/<service name>/…` (presigned code locations); undefined: 404. */
  download?(path: string): Promise<Uint8Array | undefined>;
  /** Takes up what an earlier server left; called once this one listens. */
  resume?(): void;
  /** Ends what runs in the background. */
  close?(): Promise<void>;
}

/** Where a thing lives: every collection key starts with `account/region/`. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** The face of CloudWatch Logs towards services that write logs. Groups and streams are made as needed. */
export interface LogSink {
  /** Timestamps are in epoch milliseconds. Readers find the events at once, the disk gets them a little later. */
  append(scope: Scope, group: string, stream: string, events: { timestamp: number; message: string }[]): void;
}

/** A metric without its value: `{ FunctionName: 'hello' }`, the names in their order. */
export type Dimensions = Readonly<Record<string, string>>;

/** The face of CloudWatch towards services that count what they do. */
export interface MetricSink {
  /** For values that are counted again and again under each of these sets of dimensions. */
  meter(scope: Scope, namespace: string, dimensions: readonly Dimensions[]): Meter;
}

export interface Meter {
  /** Counts these values as of now. Readers find them at once, the disk gets them a little later. */
  add(values: readonly Measured[]): void;
}

export interface Measured {
  readonly name: string;
  readonly value: number;
  /** As CloudWatch spells them: Count, Milliseconds. */
  readonly unit: string;
}

/** A thing with tags, as the Resource Groups Tagging API sees it. */
export interface TaggedResource {
  readonly arn: string;
  /** As in its filters: `lambda:function`. */
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Replaces all of them; throws as the service's own tagging operations do. */
  retag(tags: Record<string, string>): void;
}

/** The face of a service towards the Resource Groups Tagging API. */
export interface TaggedResources {
  /** What can be tagged and found by tags, tagged or not. */
  list(call: Call): Iterable<TaggedResource>;
  /** What can be tagged by ARN alone and is not found by tags: IAM. */
  unlisted?(call: Call): Iterable<TaggedResource>;
}

/** The face of S3 towards services that take what lies there. */
export interface Objects {
  /** @throws ServiceError as GetObject does; `tooLarge` makes the error for one with more bytes than that. */
  read(
    call: Call,
    place: { bucket: string; key: string; version?: string },
    limit: { bytes: number; tooLarge(): Error },
  ): Promise<Uint8Array>;
}

/** The face of IAM and STS towards services that assume roles. */
export interface Roles {
  /** The role exists and its trust policy lets the service principal (`lambda.amazonaws.com`) assume it. */
  assumable(arn: string, principal: string): boolean;
  /** Session credentials that this server accepts. */
  session(arn: string, sessionName: string): SessionCredentials;
}

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** What services are made with. */
export interface ServiceHost {
  readonly store: Store;
  /** The folder with the programs that run functions. */
  readonly bootstraps: string;
  /** A folder for bulk data (zips, unpacked code), owned by the local AWS. */
  readonly dir: string;
  /** `http://127.0.0.1:PORT` once the server listens. */
  endpoint(): string;
  readonly logs: LogSink;
  readonly objects: Objects;
  readonly metrics: MetricSink;
  readonly roles: Roles;
  readonly pace: Pace;
}

/** How slow and how inconsistent the local AWS is asked to be; all in milliseconds. */
export interface Pace {
  /** Of each answer. */
  readonly latency: number;
  /** Until a new role can be assumed. */
  readonly iamDelay: number;
  /** Until a new function is Active. */
  readonly createDelay: number;
  /** Until an update is Successful. */
  readonly updateDelay: number;
  /** Before the second attempt of an asynchronous invocation; the third comes after twice that. */
  readonly retryDelay: number;
}
