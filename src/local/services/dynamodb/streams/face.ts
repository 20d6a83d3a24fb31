// The streams of tables for the services that read them, like Lambda.
import type { RecordStreams, StreamStart } from '../../../faces.ts';
import { noStream } from '../errors.ts';
import type { StreamLog, StreamRecord } from './log.ts';
import { eventOf, itemOf } from './records.ts';

/** A place is the sequence number after which the read goes on. */
export function tableStreams(log: StreamLog): RecordStreams {
  function found(arn: string): StreamRecord {
    const stream = log.find(arn);
    if (!stream) throw noStream(arn);
    return stream;
  }

  function placeOf(stream: StreamRecord, start: StreamStart): string {
    if (start === 'TRIM_HORIZON') return stream.start;
    return start === 'LATEST' ? log.latest(stream) : log.before(start.time);
  }

  return {
    describe(arn) {
      const stream = log.find(arn);
      return stream && { shards: [{ id: stream.shard, parents: [], closed: stream.ended !== undefined }] };
    },
    place: (arn, _shard, start) => placeOf(found(arn), start),
    read(arn, _shard, place, most) {
      const stream = found(arn);
      const entries = log.read(stream, place, most);
      const last = entries.at(-1);
      const newest = last && log.newest(stream);
      return {
        records: entries.map((entry) => ({
          sequenceNumber: entry.sequence,
          key: itemOf(entry),
          arrived: entry.record.at,
          event: eventOf(stream, entry),
        })),
        place: last?.sequence ?? place,
        ended: stream.ended !== undefined && entries.length < most,
        behind: last && newest !== undefined ? newest - last.record.at : 0,
      };
    },
    watch: (arn, ready) => log.watch(arn, ready),
  };
}
