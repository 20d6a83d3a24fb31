// Uploads in parts that nobody has ended.
import { ListMultipartUploadsCommand, type MultipartUpload, type S3Client } from '@aws-sdk/client-s3';

/** All of a bucket whose keys begin with the prefix; the SDK has no pages for this list. */
export async function* unfinishedUploads(
  s3: S3Client,
  Bucket: string,
  Prefix?: string,
): AsyncGenerator<MultipartUpload> {
  let marker: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...marker }));
    yield* page.Uploads ?? [];
    if (!page.IsTruncated) return;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}
