// What a local service is: how it describes itself, and what it is made with.
import type { Call } from './call.ts';
import type { Faces, TaggedResources } from './faces.ts';
import type { Api } from './protocols/api.ts';
import type { WireRequest } from './protocols/protocol.ts';
import type { Holder, SigningScope } from './signature/signature.ts';
import type { Store } from './store/store.ts';

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

/**
 * A local service describes itself: how it is spoken to, what it does, and what it offers the others. Its line in
 * `services/all.ts` is all that the rest knows of it.
 */
export interface Service<Sdk = unknown, State = unknown> extends Api {
  readonly sdk: Sdk;
  readonly handlers: Handlers<Sdk, State>;
  readonly state: State;
  /** What it offers other services. */
  readonly faces?: Partial<Faces>;
  /** Its things with tags, for the Resource Groups Tagging API. */
  readonly tagged?: TaggedResources;
  /** Who holds an access key that this service gave out. */
  holder?(accessKeyId: string): Holder | undefined;
  /** Told of each request whose signature held. */
  used?(scope: SigningScope): void;
  /** Whether an unsigned request is for this service, where its protocol cannot tell: the refusal is in its dialect. */
  claims?(request: WireRequest): boolean;
  /** The refusal of a request that it claims, where it is not that a signature is missing. */
  unsigned?(request: WireRequest): Error | undefined;
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
  /** Ends what runs in the background. Until every service has closed, it may still write through the others' faces. */
  close?(): Promise<void>;
  /** Writes what the others handed over; called when every service has closed. */
  flush?(): void;
}

/** What the program, or a test, makes services with. */
export interface Surroundings {
  readonly store: Store;
  /** The folder with the programs that run functions. */
  readonly bootstraps: string;
  /** A folder for bulk data (zips, unpacked code), owned by the local AWS. */
  readonly dir: string;
  readonly pace: Pace;
  /** `http://127.0.0.1:PORT` once the server listens. */
  endpoint(): string;
  /** Epoch milliseconds. */
  now(): number;
}

/** What a service is made with. */
export interface ServiceHost extends Surroundings {
  /** What the service that offers it makes of it. Call it when it is needed: before all services are made there is none. */
  face<Name extends keyof Faces>(name: Name): Faces[Name];
  /** The things with tags of every service. */
  tagged(): readonly TaggedResources[];
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
