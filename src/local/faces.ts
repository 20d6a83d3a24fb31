// The interfaces (faces) that services offer one another. A face is looked up at each call, so that two services may
// use each other.
import type { Call, Scope } from './call.ts';

/** Each face is offered by exactly one service. */
export interface Faces {
  readonly logs: LogSink;
  readonly metrics: MetricSink;
  readonly objects: Objects;
  readonly roles: Roles;
  readonly secrets: Secrets;
  readonly policies: Policies;
  readonly functions: Functions;
}

/** CloudWatch Logs, for services that write logs. Groups and streams are created when they are first written to. */
export interface LogSink {
  /** Timestamps are in epoch milliseconds. The events can be read at once; they reach the disk a little later. */
  append(scope: Scope, group: string, stream: string, events: { timestamp: number; message: string }[]): void;
}

/** The dimensions of a metric: `{ FunctionName: 'hello' }`, in the order of their names. */
export type Dimensions = Readonly<Record<string, string>>;

/** CloudWatch, for services that count what they do. */
export interface MetricSink {
  /** For values that are counted often. Each value is counted under each of these sets of dimensions. */
  meter(scope: Scope, namespace: string, dimensions: readonly Dimensions[]): Meter;
}

export interface Meter {
  /** Counts these values at the current time. They can be read at once; they reach the disk a little later. */
  add(values: readonly Measured[]): void;
}

export interface Measured {
  readonly name: string;
  readonly value: number;
  /** In CloudWatch's spelling: Count, Milliseconds. */
  readonly unit: string;
}

/** A resource with tags, as the Resource Groups Tagging API sees it. */
export interface TaggedResource {
  readonly arn: string;
  /** The resource type, as in the filters of that API: `lambda:function`. */
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Replaces all tags. Throws the same errors as the service's own tagging operations. */
  retag(tags: Record<string, string>): void;
}

/** A service's resources, for the Resource Groups Tagging API. */
export interface TaggedResources {
  /** Resources that the API finds by their tags, including resources without tags. */
  list(call: Call): Iterable<TaggedResource>;
  /** Resources that can be tagged by ARN, but that the API does not list: those of IAM. */
  unlisted?(call: Call): Iterable<TaggedResource>;
}

/** S3, for services that read objects. */
export interface Objects {
  /** @throws ServiceError as GetObject does; `tooLarge` creates the error for an object of more than that many bytes */
  read(
    call: Call,
    place: { bucket: string; key: string; version?: string },
    limit: { bytes: number; tooLarge(): Error },
  ): Promise<Uint8Array>;
}

/** IAM and STS, for services that assume roles. */
export interface Roles {
  /** Whether the role exists and its trust policy lets the service principal (`lambda.amazonaws.com`) assume it. */
  assumable(arn: string, principal: string): boolean;
  /** Session credentials that this server accepts. */
  session(arn: string, sessionName: string): SessionCredentials;
}

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Secrets Manager, for Parameter Store. */
export interface Secrets {
  /** The secret with this name or ARN; undefined when there is none. */
  read(scope: Scope, id: string): ReferencedSecret | undefined;
}

/** A secret as Parameter Store shows it below `/aws/reference/secretsmanager/`. */
export interface ReferencedSecret {
  readonly value: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** The answer of Secrets Manager, as JSON. */
  readonly source: string;
}

/** IAM, for services whose resources have policies. */
export interface Policies {
  /** Whether the policy of a resource allows a service this action. `context` is by context key: `aws:SourceArn`. */
  allowsService(
    document: string,
    request: {
      /** All names of the service principal: `logs.amazonaws.com`, `logs.eu-central-1.amazonaws.com`. */
      principals: readonly string[];
      action: string;
      resource: string;
      context: Readonly<Record<string, string>>;
    },
  ): boolean;
}

/** Lambda, for services that send events to functions. */
export interface Functions {
  /**
   * Queues an event for the function, version or alias with this ARN, like an asynchronous invocation: with retries,
   * dead letters and destinations.
   * @throws ResourceNotFoundException when it does not exist, ServiceError AccessDeniedException unless its policy lets
   * the source invoke it, ServiceError RequestEntityTooLargeException
   */
  deliver(functionArn: string, event: object, source: EventSource): void;
}

/** The source of an event. The policy of the function decides by it. */
export interface EventSource {
  /** `logs.amazonaws.com` */
  readonly principal: string;
  /** `arn:aws:logs:eu-central-1:123456789012:log-group:g:*` */
  readonly sourceArn: string;
  readonly sourceAccount: string;
}
