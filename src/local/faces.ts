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
  readonly queues: Queues;
  readonly topics: Topics;
  readonly buses: Buses;
  readonly machines: Machines;
  /** Kinesis. */
  readonly kinesis: RecordStreams & RecordSink;
  /** DynamoDB Streams. */
  readonly tableStreams: RecordStreams;
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

/** S3, for services that read or write objects. */
export interface Objects {
  /** @throws ServiceError as GetObject does; `tooLarge` creates the error for an object of more than that many bytes */
  read(
    call: Call,
    place: { bucket: string; key: string; version?: string },
    limit: { bytes: number; tooLarge(): Error },
  ): Promise<Uint8Array>;
  /** Writes an object. The bucket sends the same notifications as after PutObject. @throws ServiceError as PutObject does */
  write(scope: Scope, object: NewObject): Promise<void>;
}

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly content: string | Uint8Array;
  /** The content type. */
  readonly type: string;
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

/** IAM, for services whose resources have policies, and for those that act with the permissions of a role. */
export interface Policies {
  /** Whether the policies of the role, and its permissions boundary, allow this action. An unknown role may do nothing. */
  allowsRole(roleArn: string, action: string, resource: string): boolean;
  /**
   * Whether the policies of the user or role behind this caller, and its permissions boundary, allow this action. The
   * root user may do everything. `callerArn`: as GetCallerIdentity answers it.
   */
  allowsCaller(
    callerArn: string,
    request: { action: string; resource: string; context: Readonly<Record<string, string>> },
  ): boolean;
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
   * dead letters and destinations. `event`: a JSON value, or bytes that are JSON. `source` undefined: the sender may invoke it by its role.
   * @throws ResourceNotFoundException when it does not exist, ServiceError AccessDeniedException unless its policy lets
   * the source invoke it, ServiceError RequestEntityTooLargeException
   */
  deliver(functionArn: string, event: unknown, source: EventSource | undefined): void;
  /**
   * Runs the function, version or alias with this ARN, and waits for its answer. A function that fails, and one that
   * cannot be invoked, are results and not exceptions.
   */
  invoke(functionArn: string, invocation: SynchronousInvocation): Promise<InvocationResult>;
  /** Whether `deliver` would accept an event: the function exists, and its policy lets the source invoke it. */
  accepts(functionArn: string, source: EventSource): boolean;
}

export interface SynchronousInvocation {
  /** A JSON value. */
  readonly event: unknown;
  /** undefined: the caller may invoke the function by its role. */
  readonly source?: EventSource | undefined;
  /** The id of the invocation; a new one by default. */
  readonly requestId?: string;
  readonly traceId?: string | undefined;
  /** Passes the response on in parts, when the function streams it. */
  readonly stream?: boolean;
}

export type InvocationResult =
  /** `payload`: JSON, as the function answered it. */
  | (Executed & { readonly result: 'answered'; readonly payload: Uint8Array })
  /** Only with `stream`. The parts end early when the function fails half-way. `type`: the content type. */
  | (Executed & {
      readonly result: 'streamed';
      readonly parts: AsyncIterable<Uint8Array>;
      readonly type: string | undefined;
    })
  /** `payload`: JSON, with `errorType` and `errorMessage`. */
  | (Executed & { readonly result: 'failed'; readonly payload: Uint8Array; readonly timedOut: boolean })
  | { readonly result: 'refused'; readonly reason: InvocationRefusal; readonly error: Error };

export interface Executed {
  readonly requestId: string;
  /** The version that ran: `$LATEST` or a number. */
  readonly version: string;
}

/**
 * No such function, version or alias; the policy does not let the source invoke it; too many run already; the event is
 * too large; the function is not ready, or cannot be invoked so.
 */
export type InvocationRefusal = 'missing' | 'forbidden' | 'throttled' | 'too large' | 'not ready';

/** The source of an event. The policy of the function decides by it. */
export interface EventSource {
  /** `logs.amazonaws.com` */
  readonly principal: string;
  /** `arn:aws:logs:eu-central-1:123456789012:log-group:g:*` */
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

/** SQS, for services that send to queues or read from them. */
export interface Queues {
  /** undefined: the queue does not exist. */
  describe(queueArn: string): QueueSettings | undefined;
  /**
   * Resolves the message's id. `source`: the service that sends; undefined: the sender may send.
   * @throws QueueDoesNotExist; ServiceError AccessDenied unless the policy of the queue lets the source send;
   * ServiceError as SendMessage does
   */
  send(queueArn: string, message: QueueMessage, source?: EventSource): string;
  /**
   * Up to `most` messages, in the form in which SQS mappings hand them to functions. They are invisible for the
   * queue's visibility timeout. A message beyond its maxReceiveCount moves to the dead-letter queue and is left out.
   */
  receive(queueArn: string, most: number): ReceivedMessage[];
  /** Deletes messages by their receipt handles; unknown ones are ignored. */
  remove(queueArn: string, receiptHandles: readonly string[]): void;
  /**
   * Calls `ready` at once when a message is there, and whenever one becomes visible: it was sent, its delay or its
   * visibility timeout has ended. Returns a function that ends this.
   */
  watch(queueArn: string, ready: () => void): () => void;
}

export interface QueueSettings {
  readonly fifo: boolean;
  /** Seconds. */
  readonly visibilityTimeout: number;
}

export interface QueueMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** The value of AWSTraceHeader. */
  readonly trace?: string;
}

/** A message attribute of SQS or SNS. Either a text or bytes. */
export interface MessageAttribute {
  /** `String`, `Number.int`, `Binary` */
  readonly type: string;
  readonly text?: string;
  readonly bytes?: Uint8Array;
}

/** A message of a queue as functions receive it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** The system attributes: ApproximateReceiveCount, SentTimestamp and so on. */
  readonly system: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** undefined without attributes. */
  readonly md5OfAttributes?: string;
}

/** SNS, for services that publish. */
export interface Topics {
  exists(topicArn: string): boolean;
  /**
   * Resolves the message's id. `source`: the service that publishes; undefined: the publisher may publish.
   * @throws NotFoundException; ServiceError AuthorizationError unless the policy of the topic lets the source publish
   */
  publish(
    topicArn: string,
    message: {
      text: string;
      subject?: string;
      attributes?: Readonly<Record<string, MessageAttribute>>;
      groupId?: string;
      deduplicationId?: string;
    },
    source?: EventSource,
  ): string;
}

/** EventBridge, for services that send events. */
export interface Buses {
  /** `bus`: a name or an ARN; undefined: the default bus. An unknown bus drops the event, as on AWS. */
  put(scope: Scope, event: BusEvent, bus?: string): void;
}

/** Step Functions, for services that start executions. */
export interface Machines {
  /** `input`: JSON. @throws StateMachineDoesNotExist, InvalidExecutionInput */
  start(machineArn: string, input: string): void;
}

export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  /** An object, or the text of a JSON object: its numbers arrive as they are written. */
  readonly detail: object | string;
  readonly resources?: readonly string[];
  /** Epoch milliseconds; the current time by default. */
  readonly time?: number;
}

/** Streams with shards, for services that read records: Kinesis and DynamoDB Streams. */
export interface RecordStreams {
  /** undefined: the stream does not exist. */
  describe(streamArn: string): { readonly shards: readonly StreamShard[] } | undefined;
  /** The place in a shard from which `read` continues. It can be kept, and stays valid over restarts. */
  place(streamArn: string, shard: string, start: StreamStart): string;
  /**
   * Up to `most` records after a place, in order, and the place after them. `ended`: the shard is closed and nothing
   * follows. `behind`: milliseconds between the newest record and the last one read.
   */
  read(streamArn: string, shard: string, place: string, most: number): StreamRead;
  /** Calls `ready` whenever a shard has new records, and when the shards change. Returns a function that ends this. */
  watch(streamArn: string, ready: () => void): () => void;
}

/** Kinesis, for services that write to streams. */
export interface RecordSink {
  /** Records with the same key keep their order. @throws ResourceNotFoundException */
  put(streamArn: string, record: { readonly data: Uint8Array; readonly key: string }): void;
}

export interface StreamShard {
  readonly id: string;
  /** The shards that must be read to their ends first. */
  readonly parents: readonly string[];
  readonly closed: boolean;
}

/** The oldest record; the next one that comes; the first one at or after a time (epoch milliseconds). */
export type StreamStart = 'TRIM_HORIZON' | 'LATEST' | { readonly time: number };

export interface StreamRead {
  readonly records: readonly StreamRecord[];
  readonly place: string;
  readonly ended: boolean;
  readonly behind: number;
}

export interface StreamRecord {
  readonly sequenceNumber: string;
  /** Records with the same key keep their order: the partition key, or the key of an item. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly arrived: number;
  /**
   * The members of the record as functions receive it which the stream knows: `kinesis`, or `eventID`, `eventName`,
   * `eventVersion` and `dynamodb`.
   */
  readonly event: Readonly<Record<string, unknown>>;
}
