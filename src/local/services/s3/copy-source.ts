// The source object of a copy: `/bucket/key?versionId=…` in its header.
import type * as sdk from '@aws-sdk/client-s3';
import type { Call } from '../../call.ts';
import { checkRead } from './conditions.ts';
import { invalidArgument } from './errors.ts';
import { checkKey } from './names.ts';
import { type BucketRecord, bucketOf, type ObjectVersion, type S3State } from './state.ts';
import { findVersion } from './versions.ts';

type Asked = sdk.CopyObjectCommandInput | sdk.UploadPartCopyCommandInput;

export interface CopySource {
  bucket: BucketRecord;
  key: string;
  version: ObjectVersion;
}

/** @throws ServiceError when it does not exist, or does not meet the conditions */
export function copySource(state: S3State, call: Call, input: Asked): CopySource {
  const { CopySource = '' } = input;
  const [, path = '', version] = /^\/?(.*?)(?:\?versionId=([^?]+))?$/s.exec(CopySource) ?? [];
  const [, name = '', key = ''] = /^([^/]+)\/(.+)$/s.exec(unescaped(path)) ?? [];
  if (name === '' || key === '') {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      CopySource,
    );
  }
  checkKey(key);
  const owner = input.ExpectedSourceBucketOwner;
  const bucket = bucketOf(state, call, { Bucket: name, ExpectedBucketOwner: owner }, true);
  const found = findVersion(state, bucket, key, version);
  checkRead(
    {
      IfMatch: input.CopySourceIfMatch,
      IfNoneMatch: input.CopySourceIfNoneMatch,
      IfModifiedSince: input.CopySourceIfModifiedSince,
      IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    found,
    true,
  );
  return { bucket, key, version: found };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
