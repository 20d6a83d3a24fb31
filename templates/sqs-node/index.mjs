// Messages that throw stay in the queue and come again; the others of the same batch are done.
export async function handler({ Records: messages }) {
  const batchItemFailures = [];
  for (const { messageId, body } of messages) {
    try {
      await work(JSON.parse(body));
    } catch (error) {
      console.error(`message ${messageId} failed:`, error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function work(job) {
  if (!job.name) throw new Error('the job has no name');
  console.log(`Processing job: ${job.name}`);
}
