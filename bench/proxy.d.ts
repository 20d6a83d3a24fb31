// Types of the recording proxy, for the tests that use it.
export interface RecordedRequest {
  method: string;
  path: string;
  /** Known for the Query and JSON protocols; REST protocols say it with method and path. */
  operation?: string;
  status?: number;
  /** Milliseconds of one monotonic clock; `end`: the answer was delivered. */
  start: number;
  end?: number;
}

export interface RecordingProxy {
  endpoint: string;
  /** Hands out what was recorded since the last time. */
  take(): RecordedRequest[];
  close(): Promise<void>;
}

export function startProxy(options: {
  target: string;
  delay?: number;
  before?: (record: RecordedRequest) => Promise<void>;
}): Promise<RecordingProxy>;
export function longestChain(records: RecordedRequest[]): RecordedRequest[];
export function mutates(record: RecordedRequest): boolean;
