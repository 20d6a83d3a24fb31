// Signatures of version 2: the older regions of AWS accept them, the others refuse them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingAWSSDK.html
import type { WireRequest } from '../../protocols/protocol.ts';
import type { OwnSignature } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { checkVersion2, version2In } from '../../signature/version-2.ts';
import { addressed } from './names.ts';
import type { S3State } from './state.ts';

const olderRegions = [
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-west-1',
  'sa-east-1',
  'us-east-1',
  'us-gov-west-1',
  'us-west-1',
  'us-west-2',
];

/** The region of the bucket, which a signature of version 2 does not name; undefined when it refuses such signatures. */
export function olderRegionOf(state: S3State, bucket: string): string | undefined {
  const region = state.buckets.get(bucket)?.region ?? 'us-east-1';
  return olderRegions.includes(region) ? region : undefined;
}

/** The signature of version 2 in a request for a bucket in a region that accepts it. */
export function olderSignatureIn(state: S3State, request: WireRequest): OwnSignature | undefined {
  const given = version2In(request);
  if (!given) return undefined;
  const whole = addressed(request);
  const region = olderRegionOf(state, whole.path.split('/')[1] ?? '');
  if (region === undefined) return undefined;
  const { accessKeyId } = given;
  return { accessKeyId, region, check: (holder) => checkVersion2(whole, given, holder, Date.now()) };
}

export const olderSignatureRefused = () =>
  new ServiceError(
    'InvalidRequest',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  );
