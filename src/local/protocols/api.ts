// The wire description of a service: its name, its protocol, and the fixed parts of its requests.
export interface Api {
  /** The name in the signing scope: `lambda`, `iam`, `logs`, `sts`. */
  readonly name: string;
  /** The name in the signing scope, when several services share one: `dynamodb` for DynamoDB Streams. */
  readonly signedAs?: string;
  readonly protocol: 'rest-json' | 'query' | 'query-compatible' | 'json-1.0' | 'json-1.1' | 'rest-xml' | 's3';
  /** `2015-03-31`: every request of Query contains it. */
  readonly apiVersion: string;
  /** The part of X-Amz-Target before the dot: `Logs_20140328`. Services that speak JSON 1.0 or 1.1 have one. */
  readonly target?: string;
  /** The code for a request that breaks a rule of the model, when it differs from the protocol's code. */
  readonly violation?: string;
  /** The namespace of its XML, when it is not `https://NAME.amazonaws.com/doc/VERSION/`. */
  readonly namespace?: string;
  /** In Query, the text for an action that it does not have. Such a service takes requests without a version. */
  unknownAction?(action: string): string;
  /** Errors in Query have an empty element `Detail`. */
  readonly errorDetail?: true;
  /** The handlers check required members themselves, because the service has its own texts for missing ones. */
  readonly checksRequired?: true;
  /** The type of an error in JSON (`com.amazonaws.sqs#QueueDoesNotExist`) by its code. Absent: the code itself. */
  errorType?(code: string): string;
  /** The text of an error in Query, for a text that differs in JSON. */
  queryText?(message: string): string;
  /** The error for a request without a required parameter, when it is not that of the protocol. */
  absent?(parameter: string): Error;
  /** Members whose names differ in answers of Query that are JSON: `messages` for `Messages`. */
  readonly jsonNames?: Readonly<Record<string, string>>;
  /** The whole client package: schemas (`CreateFunction$`), exceptions and commands. */
  readonly sdk: unknown;
}
