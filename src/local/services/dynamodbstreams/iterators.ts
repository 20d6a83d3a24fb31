// Shard iterators: the place in a shard from which GetRecords continues, for 15 minutes.
import {
  ExpiredIteratorException,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { invalid, noStream, validation } from '../dynamodb/errors.ts';
import type { StreamReader, StreamRecord } from '../dynamodb/streams/log.ts';

const lifetime = 15 * 60 * 1000;

export interface Place {
  readonly arn: string;
  /** The sequence number after which records are read. */
  readonly after: string;
}

/** `ARN|1|place and time` */
export function iteratorOf({ arn, after }: Place, now: number): string {
  return `${arn}|1|${Buffer.from(`${after}/${now}`).toString('base64url')}`;
}

/** @throws ValidationException, ExpiredIteratorException */
export function placeIn(iterator: string, now: number): Place {
  const [arn = '', , text = ''] = iterator.split('|');
  const [, after, issued] = /^(\d{21})\/(\d+)$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (after === undefined) throw validation('Invalid ShardIterator');
  if (now - Number(issued) > lifetime) {
    throw new ExpiredIteratorException({ message: 'Shard iterator has expired', $metadata: {} });
  }
  return { arn, after };
}

/** @throws ResourceNotFoundException */
export function findStream(reader: StreamReader, arn: string): StreamRecord {
  const stream = reader.find(arn);
  if (!stream) throw noStream(arn);
  return stream;
}

/** @throws ResourceNotFoundException */
export function checkShard(stream: StreamRecord, shard: string | undefined): void {
  if (shard === stream.shard) return;
  throw new ResourceNotFoundException({
    message: 'Requested resource not found: Shard does not exist',
    $metadata: {},
  });
}

/** The place at which an iterator of this type starts. @throws ValidationException, TrimmedDataAccessException */
export function startOf(
  reader: StreamReader,
  stream: StreamRecord,
  type: string | undefined,
  sequence: string | undefined,
): string {
  if (type === 'TRIM_HORIZON') return stream.start;
  if (type === 'LATEST') return reader.latest(stream);
  if (sequence === undefined) throw invalid(`SequenceNumber is required for the ShardIteratorType ${type}`);
  if (!/^1\d{20}$/.test(sequence)) throw invalid(`SequenceNumber is not valid: ${sequence}`);
  if (sequence !== stream.start && reader.isTrimmed(sequence)) {
    throw new TrimmedDataAccessException({
      message: 'The operation attempted to read past the oldest stream record in a shard.',
      $metadata: {},
    });
  }
  if (type === 'AFTER_SEQUENCE_NUMBER') return sequence;
  return String(BigInt(sequence) - 1n);
}
