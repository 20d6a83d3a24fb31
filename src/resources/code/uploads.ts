// The uploads of a project in a bucket: found and removed together with the project.
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { Aws } from '../../aws/aws.ts';
import { unfinishedUploads } from '../../aws/unfinished.ts';
import type { Owner, Resource } from '../../engine/resource.ts';
import { UserError } from '../../errors/user-error.ts';
import { uploadPrefix } from '../names.ts';
import { tagRecord } from '../owned/ownership.ts';
import { bucketTag, isOwn } from './bucket.ts';

export interface LiveUploads {
  keys: string[];
  /** Multipart uploads that were interrupted. */
  unfinished: { Key: string; UploadId: string }[];
}

/** The buckets in the region that slsctl created for uploads: usually one. */
export async function ownBuckets(aws: Aws): Promise<string[]> {
  const wanted = Object.fromEntries(Object.entries(bucketTag).map(([key, value]) => [key, [value]]));
  const found = await aws.tagged(['s3'], wanted);
  return found.flatMap(({ arn }) => /^arn:[\w-]+:s3:::([^/]+)$/.exec(arn)?.[1] ?? []);
}

export class UploadsResource implements Resource<LiveUploads> {
  readonly kind = 'uploads';
  /** The bucket. */
  readonly name: string;
  readonly needs: readonly Resource[] = [];
  private readonly aws: Aws;
  private readonly prefix: string;
  private readonly denied: (error: unknown) => void;

  /** `denied` is called when the bucket may not be listed; it then counts as empty. */
  constructor(aws: Aws, bucket: string, owner: Owner, denied: (error: unknown) => void) {
    this.aws = aws;
    this.denied = denied;
    this.name = bucket;
    this.prefix = uploadPrefix(owner);
  }

  async read(): Promise<LiveUploads | undefined> {
    const client = await this.aws.s3();
    const at = { Bucket: this.name, Prefix: this.prefix };
    const live: LiveUploads = { keys: [], unfinished: [] };
    try {
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, at)) {
        live.keys.push(...Contents.map(({ Key = '' }) => Key));
      }
      for await (const { Key = '', UploadId = '' } of unfinishedUploads(client, this.name, this.prefix)) {
        live.unfinished.push({ Key, UploadId });
      }
    } catch (error) {
      const { name } = error as Error;
      if (name === 'AccessDenied') this.denied(error);
      if (name === 'AccessDenied' || name === 'NoSuchBucket') return undefined;
      throw error;
    }
    return live.keys.length + live.unfinished.length > 0 ? live : undefined;
  }

  /** Removes the uploads, and slsctl's own bucket when it is empty. */
  async remove({ keys, unfinished }: LiveUploads): Promise<void> {
    const s3 = await this.aws.s3();
    const Bucket = this.name;
    for (let start = 0; start < keys.length; start += 1000) {
      const Objects = keys.slice(start, start + 1000).map((Key) => ({ Key }));
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors;
      if (first)
        throw new UserError(`s3 DeleteObjects ${Bucket}: ${first.Key}: ${first.Message} (${first.Code})`);
    }
    for (const one of unfinished) {
      await orGone(() => s3.send(new AbortMultipartUploadCommand({ Bucket, ...one })));
    }
    const tags = await orGone(() => s3.send(new GetBucketTaggingCommand({ Bucket })));
    if (!isOwn(tagRecord(tags?.TagSet))) return;
    // Deleting the bucket would also delete the unfinished uploads of other projects.
    for await (const _ of unfinishedUploads(s3, Bucket)) return;
    await orGone(() => s3.send(new DeleteBucketCommand({ Bucket })));
  }
}

/** undefined: it does not exist (any more), or the bucket still has objects of other projects and stays. */
async function orGone<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (/^(NoSuch\w+|BucketNotEmpty)$/.test((error as Error).name)) return undefined;
    throw error;
  }
}
