// The checks of PutLogEvents: the rules of a batch, and the rejection of events by their age.
import type { InputLogEvent, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';
import { checkRange } from '../checks.ts';
import { invalid, unsatisfied } from '../errors.ts';
import { endOfTime, sizeOf } from './event-log.ts';

const hour = 3_600_000;
const batchEvents = 10_000;
const batchBytes = 1_048_576;

/**
 * Splits a batch into accepted events and the indices of rejected ones: more than 14 days old, older than the group's
 * retention, or more than 2 hours in the future (PutLogEvents reference). Times are epoch milliseconds.
 * @throws InvalidParameterException when the whole batch is refused
 */
export function accept(
  batch: readonly InputLogEvent[],
  now: number,
  expiry: number,
): { accepted: { timestamp: number; message: string }[]; rejected: RejectedLogEventsInfo | undefined } {
  if (batch.length === 0)
    throw unsatisfied('[]', 'logEvents', 'Member must have length greater than or equal to 1');
  if (batch.length > batchEvents)
    throw unsatisfied('[…]', 'logEvents', `Member must have length less than or equal to ${batchEvents}`);
  const events = batch.map(({ timestamp: given = 0, message = '' }, index) => {
    const timestamp = Math.trunc(given);
    checkRange(timestamp, `logEvents.${index + 1}.member.timestamp`, 0, endOfTime);
    if (message === '')
      throw unsatisfied(
        '',
        `logEvents.${index + 1}.member.message`,
        'Member must have length greater than or equal to 1',
      );
    return { timestamp, message };
  });
  if (events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? 0)))
    throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
  if (events.at(-1)!.timestamp - events[0]!.timestamp > 24 * hour)
    throw invalid('The batch of log events in a single PutLogEvents request cannot span more than 24 hours.');
  const bytes = events.reduce((sum, { message }) => sum + sizeOf(message), 0);
  if (bytes > batchBytes) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${batchBytes}`);

  const firstFrom = (time: number): number => {
    const index = events.findIndex(({ timestamp }) => timestamp >= time);
    return index < 0 ? events.length : index;
  };
  const tooOld = firstFrom(now - 14 * 24 * hour);
  const expired = firstFrom(expiry);
  const tooNew = firstFrom(now + 2 * hour + 1);
  const rejected: RejectedLogEventsInfo = {
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > tooOld ? { expiredLogEventEndIndex: expired } : {}),
  };
  return {
    accepted: events.slice(Math.max(tooOld, expired), tooNew),
    rejected: Object.keys(rejected).length > 0 ? rejected : undefined,
  };
}
