// The caller of a request, and the account and region it acts in.

/** The caller of a request. The account comes from its credentials, the region from the signing scope. */
export interface Call {
  readonly account: string;
  readonly region: string;
  /** The caller's ARN and unique id, as STS GetCallerIdentity answers them. */
  readonly callerArn: string;
  readonly callerId: string;
  readonly requestId: string;
  /** `http://127.0.0.1:4586`, as the client addressed the server. */
  readonly endpoint: string;
  /** `X-Amzn-Trace-Id`, when the caller sent one. */
  readonly traceId?: string;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
}

/** The account and region of a resource: every collection key starts with `account/region/`. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** The prefix of every key of this account and region. */
export const scopePrefix = ({ account, region }: Scope): string => `${account}/${region}/`;
