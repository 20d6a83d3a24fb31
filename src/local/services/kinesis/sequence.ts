// Sequence numbers: 56 decimal digits, so that they sort as texts. Their parts are those of AWS's second version.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number

/** The parts of a sequence number, from the first bits to the last. */
export interface SequenceParts {
  /** Epoch seconds at which the shard was created. */
  readonly shardCreated: number;
  readonly shard: number;
  /** Grows with each record of the shard. */
  readonly index: bigint;
  /** Epoch seconds. */
  readonly time: number;
}

/** Each millisecond has room for this many records of a shard before their numbers run ahead of the clock. */
const perMillisecond = 4096n;
const lastIndex = 0x7fff_ffff_ffff_ffffn;

const hex = (value: number | bigint, digits: number): string => value.toString(16).padStart(digits, '0');

export function sequenceNumber({ shardCreated, shard, index, time }: SequenceParts): string {
  const digits = `2${hex(shardCreated, 9)}${hex(shard % 16, 1)}${hex(index, 16)}00${hex(time, 9)}${hex(shard, 8)}2`;
  return BigInt(`0x${digits}`).toString().padStart(56, '0');
}

/** undefined: it is not a sequence number. */
export function partsOf(text: string): SequenceParts | undefined {
  if (!/^\d{1,57}$/.test(text)) return undefined;
  const digits = BigInt(text).toString(16);
  if (digits.length !== 47 || digits[0] !== '2' || digits[46] !== '2') return undefined;
  const part = (from: number, to: number) => BigInt(`0x${digits.slice(from, to)}`);
  return {
    shardCreated: Number(part(1, 10)),
    index: part(11, 27),
    time: Number(part(29, 38)),
    shard: Number(part(38, 46)),
  };
}

/** The first index of a record that arrives at this time. `time`: epoch milliseconds. */
export const indexAt = (time: number): bigint => BigInt(Math.floor(time)) * perMillisecond;

/** The number that ends a closed shard: greater than those of all its records. */
export const endOf = (shard: { readonly number: number; readonly created: number }, time: number): string =>
  sequenceNumber({
    shardCreated: seconds(shard.created),
    shard: shard.number,
    index: lastIndex,
    time: seconds(time),
  });

/** A number between that of a record and those of later records, from which a reader of the shard continues. */
export function continuationOf(sequence: string): string {
  const parts = partsOf(sequence);
  return parts ? sequenceNumber({ ...parts, time: parts.time + 1 }) : sequence;
}

export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
