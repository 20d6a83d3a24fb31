// Types of the recording proxy, for the tests that use it.
export interface RecordedRequest {
  method: string;
  path: string;
  /** Only for the Query and JSON protocols. REST protocols have method and path instead. */
  operation?: string;
  status?: number;
  /** Milliseconds of a monotonic clock. */
  start: number;
  /** When the answer was delivered, by the same clock. */
  end?: number;
}

export interface RecordingProxy {
  endpoint: string;
  /** Returns the requests since the last call. */
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
