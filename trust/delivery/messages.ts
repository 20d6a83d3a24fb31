// Messages of a queue to a function that fails by chance: each is processed, or in the dead-letter queue.
import type { Outcome } from '../section.ts';
import { sideBySide } from '../work.ts';
import { answered, type DeliverySite } from './site.ts';

export async function messages(
  site: DeliverySite,
  { count, kills }: { count: number; kills: number },
): Promise<Outcome> {
  const dead = await site.queue('dead');
  const reports = await site.queue('processed');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 3 });
  // A message that failed, or was in flight when the server was killed, comes back soon.
  const source = await site.queue('jobs', { RedrivePolicy, VisibilityTimeout: '6' });
  await site.function('messages', reports.url, 0.1);
  await site.mapping({
    FunctionName: 'messages',
    EventSourceArn: source.arn,
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });

  const batches = Array.from({ length: Math.ceil(count / 10) }, (_, index) => index);
  const sent = new Set<string>();
  const sending = sideBySide(batches, 4, async (batch) => {
    const bodies = Array.from({ length: 10 }, (_, index) => String(batch * 10 + index));
    const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await answered(() => site.sqs.sendMessageBatch({ QueueUrl: source.url, Entries }));
    for (const body of bodies) sent.add(body);
  });
  await site.killDuring(kills, count, () => sent.size);
  await sending;

  const processed = new Map<string, number>();
  const given = new Set<string>();
  const missing = () => [...sent].filter((body) => !processed.has(body) && !given.has(body));
  const enough = () => processed.size + given.size >= sent.size && missing().length === 0;
  await Promise.all([
    site.collect(reports.url, (body) => processed.set(body, (processed.get(body) ?? 0) + 1), enough),
    site.collect(dead.url, (body) => given.add(body), enough),
  ]);
  const lost = missing();
  const again = [...processed.values()].filter((times) => times > 1).length;
  return {
    figures: `${sent.size.toLocaleString('en')} messages, ${kills} kills: ${lost.length} lost, ${given.size} in the dead-letter queue, ${again} processed more than once`,
    broken: lost.map((body) => `message ${body} was neither processed nor given to the dead-letter queue`),
  };
}
