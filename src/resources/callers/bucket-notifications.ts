// Notifications of S3 buckets.
import {
  GetBucketNotificationConfigurationCommand,
  ListBucketsCommand,
  type NotificationConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { scopeOf } from '../../errors/describe-error.ts';
import type { Caller, CallerKind, Sight } from './caller.ts';
import { sourcesOf } from './caller.ts';

/** Buckets of the account that are looked into, besides those that a resource policy names. */
const mostBuckets = 100;

export const bucketNotifications: CallerKind = {
  what: 'bucket notifications',
  async find(sight) {
    const s3 = await sight.aws.s3();
    const named = sourcesOf(sight, 's3').map((arn) => arn.slice(arn.lastIndexOf(':') + 1));
    const buckets = [...new Set([...named, ...(await bucketsIn(s3, sight))])];
    const refused: { bucket: string; error: unknown }[] = [];
    const found = await Promise.all(
      buckets.map((bucket) =>
        callersIn(s3, bucket, sight).catch((error: unknown) => {
          if (scopeOf(error) !== 'call') throw error;
          refused.push({ bucket, error });
          return [];
        }),
      ),
    );
    const [first] = refused;
    if (first && refused.length === buckets.length) throw first.error;
    const names = refused.map(({ bucket }) => bucket).sort();
    if (first) sight.missed(`bucket notifications of ${names.join(', ')}`, first.error);
    return found.flat();
  },
};

/** The first buckets of the account in this region: a notification and its function are in the same region. */
async function bucketsIn(client: S3Client, { aws, missed }: Sight): Promise<string[]> {
  const { Buckets = [], ContinuationToken } = await client.send(
    new ListBucketsCommand({ BucketRegion: aws.region, MaxBuckets: mostBuckets }),
  );
  if (ContinuationToken) {
    const why = new Error(`this region has more than ${mostBuckets} buckets`);
    missed('bucket notifications of the other buckets', why);
  }
  return Buckets.map(({ Name = '' }) => Name);
}

async function callersIn(s3: S3Client, Bucket: string, { isNamed }: Sight): Promise<Caller[]> {
  const { $metadata: _, ...configuration } = await s3
    .send(new GetBucketNotificationConfigurationCommand({ Bucket }))
    .catch((error: Error) => {
      // The bucket is gone, or its name in the policy is a pattern.
      if (/^NoSuchBucket|^InvalidBucketName/.test(error.name)) return { $metadata: {} };
      throw error;
    });
  const all = configuration as NotificationConfiguration;
  return (all.LambdaFunctionConfigurations ?? []).flatMap(({ Id, LambdaFunctionArn: arn }) => {
    if (!isNamed(arn)) return [];
    const rest = {
      ...all,
      LambdaFunctionConfigurations: all.LambdaFunctionConfigurations?.filter((one) => one.Id !== Id),
    };
    return {
      kind: 'bucket notification',
      name: `${Id} of ${Bucket}`,
      arn,
      removal: [
        ...['aws', 's3api', 'put-bucket-notification-configuration', '--bucket', Bucket],
        ...['--notification-configuration', JSON.stringify(rest)],
      ],
    };
  });
}
