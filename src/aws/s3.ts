// The S3 client, loaded by those alone that need it.
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

/** Other endpoints than AWS's own are asked by path: names of buckets before theirs lead nowhere. */
export function makeS3(config: S3ClientConfig): S3Client {
  return new S3Client({ ...config, forcePathStyle: config.endpoint !== undefined });
}
