// Records: put one, or many.
import type * as sdk from '@aws-sdk/client-kinesis';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { invalid } from './errors.ts';
import { hashOf, shardFor } from './hash-ranges.ts';
import { indexAt, partsOf, seconds, sequenceNumber } from './sequence.ts';
import {
  type KinesisState,
  readyStream,
  type ShardRecord,
  type StreamRecord,
  shardId,
  shardPrefix,
  wake,
} from './state.ts';

const keyPattern = '0|([1-9]\\d{0,38})';
/** The limit of a PutRecords request in bytes. */
const largestRequest = 10 * 1024 * 1024;
/** Milliseconds between two removals of old records of a shard. */
const trimPause = 60_000;

interface Entry {
  readonly Data?: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
  readonly ExplicitHashKey?: string | undefined;
}

export const put: Handlers<typeof sdk, KinesisState> = {
  PutRecord({ SequenceNumberForOrdering: order, ...input }, { state, call }) {
    const violations = new Violations();
    addViolations(violations, input, '');
    violations.pattern(order, 'sequenceNumberForOrdering', keyPattern.replace('38', '128')).refuse();
    const stream = readyStream(state, call, input);
    checkSize(stream, input, 'data');
    if (order !== undefined && !partsOf(order)) {
      throw invalid(
        `ExclusiveMinimumSequenceNumber ${order} used in PutRecord on stream ${stream.name} under account ${stream.account} is invalid.`,
      );
    }
    const answer = append(state, stream, input);
    wake(state, stream);
    return { ...answer, ...encryptionOf(stream) };
  },

  PutRecords({ Records = [], ...naming }, { state, call }) {
    const violations = new Violations().length(Records, 'records', 500, 1);
    for (const [index, entry] of Records.entries()) {
      addViolations(violations, entry, `records.${index + 1}.member.`);
    }
    violations.refuse();
    const stream = readyStream(state, call, naming);
    for (const [index, entry] of Records.entries()) {
      checkSize(stream, entry, `records.${index + 1}.member.data`);
    }
    if (Records.reduce((sum, entry) => sum + sizeOf(entry), 0) > largestRequest) {
      throw invalid('Records size exceeds 10 MB limit');
    }
    const answers = Records.map((entry) => append(state, stream, entry));
    wake(state, stream);
    return { FailedRecordCount: 0, Records: answers, ...encryptionOf(stream) };
  },
};

const encryptionOf = ({ encryption }: StreamRecord) =>
  encryption ? { EncryptionType: encryption.type } : {};

const sizeOf = ({ Data, PartitionKey = '' }: Entry): number =>
  (Data?.length ?? 0) + Buffer.byteLength(PartitionKey);

function addViolations(
  violations: Violations,
  { PartitionKey, ExplicitHashKey }: Entry,
  place: string,
): void {
  if (PartitionKey === undefined)
    violations.add(undefined, `${place}partitionKey`, 'Member must not be null');
  violations
    .length(PartitionKey, `${place}partitionKey`, 256, 1)
    .pattern(ExplicitHashKey, `${place}explicitHashKey`, keyPattern);
}

/** @throws ServiceError ValidationException for data above the stream's limit of a record */
function checkSize({ largestRecordKiB }: StreamRecord, { Data }: Entry, place: string): void {
  const limit = largestRecordKiB * 1024;
  const size = Data?.length ?? 0;
  if (size <= limit) return;
  new Violations()
    .add(
      `java.nio.HeapByteBuffer[pos=0 lim=${size} cap=${size}]`,
      place,
      `Member must have length less than or equal to ${limit}`,
    )
    .refuse();
}

/** Stores a record in its shard. @throws InvalidArgumentException */
export function append(
  state: KinesisState,
  stream: StreamRecord,
  { Data, PartitionKey = '', ExplicitHashKey }: Entry,
): { SequenceNumber: string; ShardId: string } {
  const hash = ExplicitHashKey === undefined ? hashOf(PartitionKey) : BigInt(ExplicitHashKey);
  if (hash >= 1n << 128n) {
    throw invalid(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${ExplicitHashKey}`,
    );
  }
  const shard = shardFor(stream.shards, hash);
  const prefix = shardPrefix(stream, shard.number);
  const last = lastOf(state, stream, shard);
  const arrived = Math.max(Date.now(), last.arrived);
  const index = indexAt(arrived) > last.index ? indexAt(arrived) : last.index + 1n;
  const SequenceNumber = sequenceNumber({
    shardCreated: seconds(shard.created),
    shard: shard.number,
    index,
    time: seconds(arrived),
  });
  state.records.put(prefix + SequenceNumber, { key: PartitionKey, data: Data ?? Buffer.alloc(0), arrived });
  state.last.set(prefix, { index, arrived });
  trim(state, stream, prefix);
  return { SequenceNumber, ShardId: shardId(shard.number) };
}

/** The last record of a shard; before its first record, the start of the shard. */
export function lastOf(
  state: KinesisState,
  stream: StreamRecord,
  shard: ShardRecord,
): { index: bigint; arrived: number } {
  const prefix = shardPrefix(stream, shard.number);
  let last = state.last.get(prefix);
  if (!last) {
    const [found] = state.records.entries(prefix, { reverse: true, limit: 1 });
    const index = found && partsOf(found[0].slice(prefix.length))?.index;
    last = { index: index ?? 0n, arrived: found?.[1].arrived ?? 0 };
    state.last.set(prefix, last);
  }
  return last;
}

/** Removes records that are older than the stream keeps them. Readers do not see them in any case. */
function trim(state: KinesisState, { retentionHours }: StreamRecord, prefix: string): void {
  const now = Date.now();
  if (now - (state.trimmed.get(prefix) ?? 0) < trimPause) return;
  state.trimmed.set(prefix, now);
  const horizon = now - retentionHours * 3600_000;
  const old: string[] = [];
  for (const [key, { arrived }] of state.records.entries(prefix)) {
    if (arrived >= horizon) break;
    old.push(key);
  }
  for (const key of old) state.records.remove(key);
}
