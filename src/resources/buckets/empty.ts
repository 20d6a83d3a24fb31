// What is in a bucket, and how it is emptied: objects, older versions, delete markers and uploads.
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { Aws } from '../../aws/aws.ts';
import { tryWhile } from '../../engine/patience.ts';
import type { Report } from '../../engine/resource.ts';
import { exitCodes, UserError } from '../../errors/user-error.ts';
import { placeOf } from './calls.ts';
import type { Contents } from './live.ts';

/** One page: enough to say how much there is. undefined: the bucket does not exist. */
export async function contentsOf(aws: Aws, name: string): Promise<Contents | undefined> {
  const s3 = await aws.s3();
  const at = placeOf(aws, name);
  try {
    const [objects, uploads] = await Promise.all([
      s3.send(new ListObjectVersionsCommand(at)),
      s3.send(new ListMultipartUploadsCommand(at)),
    ]);
    return {
      objects: (objects.Versions?.length ?? 0) + (objects.DeleteMarkers?.length ?? 0),
      more: Boolean(objects.IsTruncated),
      uploads: uploads.Uploads?.length ?? 0,
    };
  } catch (error) {
    if ((error as Error).name === 'NoSuchBucket') return undefined;
    throw error;
  }
}

export async function deleteEmpty(aws: Aws, name: string): Promise<void> {
  const s3 = await aws.s3();
  try {
    await s3.send(new DeleteBucketCommand(placeOf(aws, name)));
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error;
  }
}

/** Deletes everything in the bucket and then the bucket. */
export async function deleteWithContents(aws: Aws, name: string, report?: Report): Promise<void> {
  const s3 = await aws.s3();
  const at = placeOf(aws, name);
  const isFull = async (error: unknown) => {
    if ((error as Error).name !== 'BucketNotEmpty') return false;
    // Somebody writes to it meanwhile.
    await empty(aws, name, report);
    return true;
  };
  try {
    await empty(aws, name, report);
    await tryWhile(() => s3.send(new DeleteBucketCommand(at)), isFull, {
      budget: 60_000,
      first: 200,
      longest: 2000,
    });
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error;
  }
}

async function empty(aws: Aws, name: string, report?: Report): Promise<void> {
  const s3 = await aws.s3();
  const at = placeOf(aws, name);
  let deleted = 0;
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand(at));
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key: Key ?? '',
      VersionId,
    }));
    if (Objects.length === 0) break;
    const Delete = { Objects, Quiet: true };
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ ...at, Delete }));
    const [first] = Errors;
    if (first) {
      const message = `S3 did not delete ${Errors.length} of ${Objects.length} objects of bucket ${name}`;
      throw new UserError(message, exitCodes.failed, {
        reason: `${first.Key}: ${first.Code} ${first.Message}`,
      });
    }
    deleted += Objects.length;
    report?.(`deleting what is in it: ${deleted} objects and versions`);
  }
  for (;;) {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand(at));
    if (Uploads.length === 0) return;
    await Promise.all(
      Uploads.map(({ Key, UploadId }) => s3.send(new AbortMultipartUploadCommand({ ...at, Key, UploadId }))),
    );
  }
}
