// What services offer one another. A face is looked up when it is called, so that two services may need each other.
import type { Call, Scope } from './call.ts';

/** Each is offered by one service. */
export interface Faces {
  readonly logs: LogSink;
  readonly metrics: MetricSink;
  readonly objects: Objects;
  readonly roles: Roles;
  readonly secrets: Secrets;
  readonly policies: Policies;
  readonly functions: Functions;
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

/** The face of Secrets Manager towards Parameter Store. */
export interface Secrets {
  /** The secret with this name or ARN; undefined: there is none. */
  read(scope: Scope, id: string): ReferencedSecret | undefined;
}

/** A secret as Parameter Store shows it below `/aws/reference/secretsmanager/`. */
export interface ReferencedSecret {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** What the Secrets Manager answered, as JSON. */
  readonly source: string;
}

/** The face of IAM towards services whose resources have policies of their own. */
export interface Policies {
  /** Whether the policy of a resource lets a service do this; `context` by context key: `aws:SourceArn`. */
  allowsService(
    document: string,
    request: {
      /** All names of the service: `logs.amazonaws.com`, `logs.eu-central-1.amazonaws.com`. */
      principals: readonly string[];
      action: string;
      resource: string;
      context: Readonly<Record<string, string>>;
    },
  ): boolean;
}

/** The face of Lambda towards services that send events to functions. */
export interface Functions {
  /**
   * Queues an event for the function, version or alias at this ARN, as asynchronous invocations are: with its retries,
   * dead letters and destinations.
   * @throws ResourceNotFoundException when it is not there, ServiceError AccessDeniedException unless its policy lets
   * the source invoke it, ServiceError RequestEntityTooLargeException
   */
  deliver(functionArn: string, event: object, source: EventSource): void;
}

/** Who sends an event: the policy of the function decides by it. */
export interface EventSource {
  /** `logs.amazonaws.com` */
  readonly principal: string;
  /** `arn:aws:logs:eu-central-1:123456789012:log-group:g:*` */
  readonly sourceArn: string;
  readonly sourceAccount: string;
}
