// How a service is spoken to: its name, its protocol, and what its requests say of themselves.
export interface Api {
  /** The name in the signing scope: `lambda`, `iam`, `logs`, `sts`. */
  readonly name: string;
  readonly protocol: 'rest-json' | 'query' | 'query-compatible' | 'json-1.0' | 'json-1.1' | 'rest-xml';
  /** `2015-03-31`: each request of Query says it. */
  readonly apiVersion: string;
  /** What X-Amz-Target begins with, before the dot: `Logs_20140328`. Services that speak JSON 1.0 or 1.1 have one. */
  readonly target?: string;
  /** The code for a request that breaks a rule of the model, where it is not the protocol's. */
  readonly violation?: string;
  /** The whole client package: schemas (`CreateFunction$`), exceptions and commands. */
  readonly sdk: unknown;
}
