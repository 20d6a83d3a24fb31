// Reports the messages of a batch that it has processed; a share of them fails, each time by chance.
import { SQS } from '@aws-sdk/client-sqs';

const sqs = new SQS({ maxAttempts: 10 });
const { REPORTS, SHARE } = process.env;

export async function handler({ Records: messages }) {
  const failed = messages.filter(() => Math.random() < Number(SHARE));
  const done = messages.filter((message) => !failed.includes(message));
  if (done.length > 0) {
    const Entries = done.map(({ body }, index) => ({ Id: String(index), MessageBody: body }));
    await sqs.sendMessageBatch({ QueueUrl: REPORTS, Entries });
  }
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
