// Reads the events of a log group.
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';

export interface LogQuery {
  group: string;
  /** Epoch milliseconds. */
  startTime: number;
  endTime?: number;
  filterPattern?: string;
}

/** Calls `each` for every event, oldest first within a page; resolves with false when the log group does not exist. */
export async function eachEvent(
  client: CloudWatchLogsClient,
  { group, startTime, endTime, filterPattern }: LogQuery,
  each: (event: FilteredLogEvent) => void,
): Promise<boolean> {
  const pages = paginateFilterLogEvents(
    { client },
    { logGroupName: group, startTime, endTime, filterPattern },
  );
  try {
    for await (const page of pages) {
      const events = (page.events ?? []).toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0));
      for (const event of events) each(event);
    }
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
