// The history in CloudWatch Logs, for machines with a logging configuration.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
import type { ServiceHost } from '../../../service.ts';
import type { EventRecord, ExecutionRecord } from '../records.ts';

const failures = /(Failed|TimedOut|Aborted|FailStateEntered)$/;
const ends = /^Execution(Failed|TimedOut|Aborted)$/;

/** Data of events, left out unless the configuration includes it. */
const data = ['input', 'inputDetails', 'output', 'outputDetails', 'parameters'];

export function logEvent(host: ServiceHost, record: ExecutionRecord, event: EventRecord): void {
  const { level = 'OFF', includeExecutionData, destinations = [] } = record.logging;
  if (level === 'OFF') return;
  if (level === 'ERROR' && !failures.test(event.type)) return;
  if (level === 'FATAL' && !ends.test(event.type)) return;
  const entries = Object.entries(event.details ?? {}).filter(
    ([name]) => includeExecutionData || !data.includes(name),
  );
  const message = JSON.stringify({
    id: String(event.id),
    type: event.type,
    details: Object.fromEntries(entries),
    redrive_count: '0',
    previous_event_id: String(event.previous),
    event_timestamp: String(event.at),
    execution_arn: record.arn,
  });
  for (const { cloudWatchLogsLogGroup } of destinations) {
    const group = cloudWatchLogsLogGroup?.logGroupArn?.split(':')[6];
    if (group === undefined) continue;
    // One stream for all executions of a machine, until the machine is updated.
    const since = new Date(record.updated).toISOString().slice(0, 16).replace(/[T:]/g, '-');
    const stream = `states/${record.machineName}/${since}/${record.updated.toString(16).slice(-8)}`;
    host.face('logs').append(record, group, stream, [{ timestamp: event.at, message }]);
  }
}
