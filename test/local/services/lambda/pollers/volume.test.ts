// Five thousand records of a stream to a function that fails at random: halves, partial failures, and a restart.
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { expect, it } from 'vitest';
import { type Lab, lab, queueArn, until } from './lab.ts';
import { datas, streamTools } from './stream-tools.ts';

const count = 5000;
const keys = 50;

/** Numbers from 0 to 1, the same in each run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

it('5,000 records arrive in order for each key, each processed or described as failed', async () => {
  let aws: Lab = await lab();
  const { stream, map } = streamTools(() => aws);
  await stream('s', 2);
  await aws.sqs('CreateQueue', { QueueName: 'failed' });
  const random = chance(7);
  const done = new Map<string, number[]>();
  let invocations = 0;
  let failures = 0;
  let reports = 0;
  await aws.make('f', async (event) => {
    invocations += 1;
    await new Promise((resolve) => setImmediate(resolve));
    const all = datas(event).map((data) => data.split(':').map(Number) as [number, number]);
    if (random() < 0.3 && failures < 400) {
      failures += 1;
      throw new Error('by chance');
    }
    for (const [index, [key, number]] of all.entries()) {
      const poison = number % 500 === 499;
      if (poison || (random() < 0.002 && reports < 200)) {
        reports += 1;
        return { batchItemFailures: [{ itemIdentifier: event.Records[index].kinesis.sequenceNumber }] };
      }
      const numbers = done.get(String(key)) ?? [];
      numbers.push(number);
      done.set(String(key), numbers);
    }
    return { batchItemFailures: [] };
  });
  await map({
    BatchSize: 100,
    ParallelizationFactor: 4,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    DestinationConfig: { OnFailure: { Destination: queueArn('failed') } },
  });
  const started = Date.now();
  const total = () => [...done.values()].reduce((sum, numbers) => sum + new Set(numbers).size, 0);
  const discarded = new Map<string, number>();
  const collect = async () => {
    for (const body of await aws.drain('failed')) {
      const { KinesisBatchInfo: info } = JSON.parse(body);
      discarded.set(info.startSequenceNumber, info.batchSize);
    }
  };
  for (let from = 0; from < count; from += 500) {
    if (from === 2500) aws = await aws.restart();
    const Records = Array.from({ length: 500 }, (_, index) => ({
      Data: Buffer.from(`${(from + index) % keys}:${from + index}`),
      PartitionKey: `key-${(from + index) % keys}`,
    }));
    await aws.kinesis('PutRecords', new PutRecordsCommand({ StreamName: 's', Records }).input);
  }
  const lost = () => [...discarded.values()].reduce((sum, size) => sum + size, 0);
  await until(async () => {
    await collect();
    return total() + lost() >= count;
  });
  for (const [key, numbers] of done) {
    const first = [...new Set(numbers)];
    expect(first, `key ${key}`).toEqual(first.toSorted((one, other) => one - other));
  }
  expect(total() + lost()).toBe(count);
  expect(lost()).toBeGreaterThanOrEqual(10);
  const all = [...done.values()].reduce((sum, numbers) => sum + numbers.length, 0);
  process.stdout.write(
    `5,000 records in ${Date.now() - started} ms: ${invocations} invocations, ${failures} failed, ${reports} partial; ` +
      `${total()} processed (${all - total()} twice), ${lost()} in the queue for failures, one restart\n`,
  );
  await aws.close();
});
