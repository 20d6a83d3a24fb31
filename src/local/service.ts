// The interface of a local service: how it describes itself, and what its factory gets.
import type { Call } from './call.ts';
import type { Faces, TaggedResources } from './faces.ts';
import type { SiteAddress } from './http/site-address.ts';
import type { Api } from './protocols/api.ts';
import type { HeaderLine, WireAnswer, WireRequest } from './protocols/protocol.ts';
import type { Holder, SigningScope } from './signature/signature.ts';
import type { Store } from './store/store.ts';

type CommandClass = abstract new (input: never) => unknown;

/** Operation names of an SDK client package: `CreateFunction` for its `CreateFunctionCommand`. */
export type OperationName<Sdk> = {
  [K in keyof Sdk]: K extends `${infer Op}Command` ? (Sdk[K] extends CommandClass ? Op : never) : never;
}[keyof Sdk];

export type InputOf<Sdk, Op extends string> = `${Op}Command` extends keyof Sdk
  ? Sdk[`${Op}Command`] extends abstract new (
      // biome-ignore lint/suspicious/noExplicitAny: only the input is inferred here
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
 * A local service describes itself: its protocol, its operations, and what it offers other services. Its line in
 * `services/all.ts` is the only other place that names it.
 */
export interface Service<Sdk = unknown, State = unknown> extends Api {
  readonly sdk: Sdk;
  readonly handlers: Handlers<Sdk, State>;
  readonly state: State;
  /** Interfaces that it offers to other services. */
  readonly faces?: Partial<Faces>;
  /** Its resources with tags, for the Resource Groups Tagging API. */
  readonly tagged?: TaggedResources;
  /** The holder of an access key that this service issued. */
  holder?(accessKeyId: string): Holder | undefined;
  /** Called for each request with a valid signature. */
  used?(scope: SigningScope): void;
  /** Whether an unsigned request is for this service, which then refuses it. For protocols that cannot tell. */
  claims?(request: WireRequest): boolean;
  /** The refusal of an unsigned request that it claims, when the reason is not just a missing signature. */
  unsigned?(request: WireRequest): Error | undefined;
  /** The signature of a request that it claims, in a form of the service's own. */
  ownSignature?(request: WireRequest): OwnSignature | undefined;
  /** The upload in a form whose fields are signed, and not the request; undefined: it is not such a form. */
  signedForm?(request: WireRequest): SignedForm | undefined;
  /** The identity in which an unsigned request is served, when its operation needs no signature. */
  unsignedCall?(request: WireRequest): Unsigned | undefined;
  /** The request with its whole address in the path, when part of the address may be in the host name. */
  addressed?(request: WireRequest): WireRequest;
  /** Rejects when a body that was read whole does not match its headers. */
  checkBody?(request: WireRequest): Promise<void>;
  /** The error of an operation whose request exceeds the limit of all operations. */
  tooLarge?(operation: string): Error;
  /** Its answers when a fault is set, where they differ from those of other services with its protocol. */
  faulty?(): Partial<FaultAnswers>;
  /** Unsigned downloads under `/_slsctl/<service name>/…` (presigned code locations); undefined means 404. */
  download?(path: string): Promise<Uint8Array | undefined>;
  /** The site that answers at an address of the users' own programs; undefined: it is not one of this service. */
  site?(address: SiteAddress): Site | undefined;
  /** Continues work that an earlier server left unfinished. Called once this server listens. */
  resume?(): void;
  /** Stops background work. Until every service has closed, it may still write through the faces of the others. */
  close?(): Promise<void>;
  /** Writes data that other services handed over. Called after every service has closed. */
  flush?(): void;
}

/** A signature in a form of the service's own, and not of version 4. */
export interface OwnSignature {
  readonly accessKeyId: string;
  readonly region: string;
  /** @throws ServiceError when the signature is not this holder's */
  check(holder: Holder): void;
}

/** A form whose fields have a signature of their own. */
export interface SignedForm extends OwnSignature {
  answer(call: Call): Promise<WireAnswer>;
}

/** The identity and the region in which a request without a signature is served. */
export interface Unsigned extends Pick<Holder, 'account' | 'arn' | 'userId'> {
  readonly region: string;
}

/** Answers requests for a program of a user, like a function with a URL, and not for an API of AWS. */
export interface Site {
  /** The bytes that a body may have. */
  readonly largestBody: number;
  answer(visit: Visit): Promise<WireAnswer>;
}

/** The holder of the access key that a request is signed with. */
export interface Signer extends Holder {
  readonly accessKeyId: string;
  /** The service and the region that it signed for. */
  readonly scope: Pick<SigningScope, 'service' | 'region'>;
}

/** A request to a site. */
export interface Visit {
  readonly request: SiteVisited;
  readonly requestId: string;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** The signer of the request. @throws ServiceError without a valid signature */
  authenticate(): Signer;
}

/** The same whether the address was a host name or a path: `path` is below it, and Host is the name. */
export interface SiteVisited extends Omit<WireRequest, 'body' | 'headers'> {
  /** Names in lower case; the values of repeated ones are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** The header fields as they were sent. */
  readonly fields: readonly HeaderLine[];
  /** undefined: it is larger than the site allows. */
  readonly body: Buffer | undefined;
}

/** The answers of a service that throttles, fails, or is not available. */
export interface FaultAnswers {
  readonly throttle: Error;
  readonly 500: Error;
  readonly 503: Error;
}

/** What the program, or a test, gives to every service. */
export interface Surroundings {
  readonly store: Store;
  /** The folder with the bootstraps: the programs that run functions. */
  readonly bootstraps: string;
  /** A folder for bulk data (zips, unpacked code). The local AWS owns it. */
  readonly dir: string;
  readonly pace: Pace;
  /** `http://127.0.0.1:PORT` once the server listens. */
  endpoint(): string;
  /** Epoch milliseconds. */
  now(): number;
}

/** What the factory of a service gets. */
export interface ServiceHost extends Surroundings {
  /**
   * The face that another service offers. Call it only when it is needed: it exists only once all services are created.
   */
  face<Name extends keyof Faces>(name: Name): Faces[Name];
  /** The tagged resources of every service. */
  tagged(): readonly TaggedResources[];
  /** A service by its name, for those that call any operation of it; undefined: there is none. */
  service(name: string): Service | undefined;
}

/** Artificial delays of the local AWS, in milliseconds. */
export interface Pace {
  /** Delay of each answer. */
  readonly latency: number;
  /** Delay until a new role can be assumed. */
  readonly iamDelay: number;
  /** Delay until a new function is Active. */
  readonly createDelay: number;
  /** Delay until an update is Successful. */
  readonly updateDelay: number;
  /** Delay before the second attempt of an asynchronous invocation; the third attempt waits twice as long. */
  readonly retryDelay: number;
}
