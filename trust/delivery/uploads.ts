// Uploads to a bucket with a notification: the function gets an event for each.
import type { Outcome } from '../section.ts';
import { sideBySide } from '../work.ts';
import { answered, type DeliverySite } from './site.ts';

export async function uploads(
  site: DeliverySite,
  { count, kills }: { count: number; kills: number },
): Promise<Outcome> {
  const reports = await site.queue('uploaded');
  const LambdaFunctionArn = await site.function('uploads', reports.url, 0);
  await site.s3.createBucket({ Bucket: 'trust-uploads' });
  await site.lambda.addPermission({
    FunctionName: 'uploads',
    StatementId: 's3',
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
    SourceArn: 'arn:aws:s3:::trust-uploads',
  });
  await site.s3.putBucketNotificationConfiguration({
    Bucket: 'trust-uploads',
    NotificationConfiguration: {
      LambdaFunctionConfigurations: [{ LambdaFunctionArn, Events: ['s3:ObjectCreated:*'] }],
    },
  });
  const keys = Array.from({ length: count }, (_, index) => `incoming/${index}`);
  const stored = new Set<string>();
  const storing = sideBySide(keys, 4, async (Key) => {
    await answered(() => site.s3.putObject({ Bucket: 'trust-uploads', Key, Body: Key }));
    stored.add(Key);
  });
  await site.killDuring(kills, count, () => stored.size);
  await storing;
  const seen = new Map<string, number>();
  const missing = () => [...stored].filter((key) => !seen.has(key));
  const take = (key: string) => seen.set(key, (seen.get(key) ?? 0) + 1);
  await site.collect(reports.url, take, () => missing().length === 0);
  const lost = missing();
  const again = [...seen.values()].filter((times) => times > 1).length;
  return {
    figures: `${stored.size.toLocaleString('en')} uploads, ${kills} kills: ${lost.length} without an event, ${again} with more than one`,
    broken: lost.map((key) => `no event for the upload ${key}`),
  };
}
