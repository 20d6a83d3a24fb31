// Where each mapping stands in the shards of its stream. Positions are kept in the store: after a restart, reading
// continues with the first batch that was not done.
import type { RecordStreams, StreamStart } from '../../../../faces.ts';
import type { MappingRecord } from '../../records.ts';
import type { LambdaState } from '../../state.ts';
import { isKinesis } from './stream-event.ts';

export const positionKey = (mappingId: string, shard: string): string => `${mappingId}/${shard}`;

export const streamsOf = ({ host }: LambdaState, streamArn: string): RecordStreams =>
  host.face(isKinesis(streamArn) ? 'kinesis' : 'tableStreams');

/** Fixes the start of a new mapping that does not read from the oldest record on. */
export function fixStart(state: LambdaState, { id, settings }: MappingRecord): void {
  const { EventSourceArn: arn = '', StartingPosition, StartingPositionTimestamp } = settings;
  if (!['kinesis', 'dynamodb'].includes(arn.split(':')[2] ?? '')) return;
  if (StartingPosition !== 'LATEST' && StartingPosition !== 'AT_TIMESTAMP') return;
  const start: StreamStart =
    StartingPosition === 'LATEST' ? 'LATEST' : { time: StartingPositionTimestamp?.getTime() ?? 0 };
  const streams = streamsOf(state, arn);
  for (const shard of streams.describe(arn)?.shards ?? []) {
    const place = streams.place(arn, shard.id, start);
    const ended = start === 'LATEST' && shard.closed;
    state.positions.put(positionKey(id, shard.id), { place, done: [], ...(ended && { ended }) });
  }
}

export function forgetPositions({ positions }: LambdaState, mappingId: string): void {
  for (const [key] of positions.entries(positionKey(mappingId, ''))) positions.remove(key);
}
