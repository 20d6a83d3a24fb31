// Reads code from S3 during the request, with the caller's permissions.
import type { FunctionCode } from '@aws-sdk/client-lambda';
import type { Call } from '../../../call.ts';
import { ServiceError } from '../../../service-error.ts';
import { accessDenied, invalid } from '../errors.ts';
import type { LambdaState } from '../state.ts';
import { largestUnzipped } from './files.ts';

/** @throws InvalidParameterValueException with S3's message when the object cannot be read */
export async function codeFromS3(
  state: LambdaState,
  call: Call,
  { S3Bucket = '', S3Key, S3ObjectVersion }: FunctionCode,
): Promise<Uint8Array> {
  if (S3Key === undefined) throw invalid('Please provide a source for function code.');
  const place = { bucket: S3Bucket, key: S3Key, version: S3ObjectVersion };
  // A zip is not larger than its content, so the limit of the unpacked content also applies to the zip.
  const tooLarge = () => invalid(`Unzipped size must be smaller than ${largestUnzipped} bytes`);
  try {
    return await state.host.face('objects').read(call, place, { bytes: largestUnzipped, tooLarge });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const s3Error = `S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`;
    if (error.code === 'AccessDenied') {
      throw accessDenied(
        `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${S3Bucket}/${S3Key}. ${s3Error}`,
      );
    }
    throw invalid(`Error occurred while GetObject. ${s3Error}`);
  }
}
