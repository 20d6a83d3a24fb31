// Reports the records of a stream that it has processed, in their order; a share of them fails, each time by chance.
import { randomUUID } from 'node:crypto';
import { SQS } from '@aws-sdk/client-sqs';

const sqs = new SQS({ maxAttempts: 10 });
const { REPORTS, SHARE } = process.env;

export async function handler({ Records: records }) {
  const first = records.findIndex(() => Math.random() < Number(SHARE));
  const done = first < 0 ? records : records.slice(0, first);
  for (let at = 0; at < done.length; at += 10) {
    const Entries = done.slice(at, at + 10).map(({ dynamodb: { NewImage } }, index) => ({
      Id: String(index),
      MessageBody: `${NewImage.id.S} ${NewImage.count.N}`,
      MessageGroupId: NewImage.id.S,
      MessageDeduplicationId: randomUUID(),
    }));
    await sqs.sendMessageBatch({ QueueUrl: REPORTS, Entries });
  }
  if (first < 0) return {};
  // Sometimes the whole batch fails, so that it is halved.
  if (Math.random() < 0.2) throw new Error('by chance');
  return { batchItemFailures: [{ itemIdentifier: records[first].dynamodb.SequenceNumber }] };
}
