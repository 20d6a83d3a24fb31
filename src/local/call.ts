// Who calls, and where things live.

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

/** Where a thing lives: every collection key starts with `account/region/`. */
export interface Scope {
  readonly account: string;
  readonly region: string;
}

/** What the keys of an account and region begin with. */
export const scopePrefix = ({ account, region }: Scope): string => `${account}/${region}/`;
