// Messages that throw stay in the queue and come again; the others of the same batch are done.
export async function handler({ Records: messages }) {
  const batchItemFailures = [];
  for (const { messageId, body } of messages) {
    try {
      await work(body);
    } catch (error) {
      console.error(`message ${messageId} failed:`, error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

async function work(job) {
  if (job === 'broken') throw new Error('the job is broken');
  console.log(`Processing job: ${job}`);
}
