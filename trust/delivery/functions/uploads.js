// Reports the key of each object that was uploaded; a share of the invocations fails, each time by chance.
import { SQS } from '@aws-sdk/client-sqs';

const sqs = new SQS({ maxAttempts: 10 });
const { REPORTS, SHARE } = process.env;

export async function handler({ Records }) {
  if (Math.random() < Number(SHARE)) throw new Error('by chance');
  for (const { s3 } of Records) await sqs.sendMessage({ QueueUrl: REPORTS, MessageBody: s3.object.key });
}
