// The rules for bucket names and object keys, and the address of a bucket in a request.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html

import type * as sdk from '@aws-sdk/client-s3';
import type { WireRequest } from '../../protocols/protocol.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import type { S3State } from './state.ts';

const form = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const reserved = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/** @throws ServiceError InvalidBucketName */
export function checkBucketName(name: string): void {
  const address = /^\d+\.\d+\.\d+\.\d+$/.test(name);
  if (form.test(name) && !name.includes('..') && !address && !reserved.test(name)) return;
  throw new ServiceError('InvalidBucketName', 'The specified bucket is not valid.', 400, {
    BucketName: name,
  });
}

/** Members that hold a key or a part of one. */
const keys = ['Key', 'Prefix', 'Delimiter', 'Marker', 'StartAfter', 'KeyMarker'] as const;

/** Refuses keys that are too long, in all handlers. S3 looks at them before it looks for the bucket. */
export function withKeysChecked<All extends Handlers<typeof sdk, S3State>>(handlers: All): All {
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    (input: { readonly [Name in (typeof keys)[number]]?: unknown }, place: unknown) => {
      for (const key of keys) if (typeof input[key] === 'string') checkKey(input[key]);
      return (handler as (input: unknown, place: unknown) => unknown)(input, place);
    },
  ]);
  return Object.fromEntries(entries) as All;
}

/** @throws ServiceError KeyTooLongError for a key of more than 1024 bytes in UTF-8 */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= 1024) return;
  throw new ServiceError('KeyTooLongError', 'Your key is too long', 400, {
    Size: String(size),
    MaxSizeAllowed: '1024',
  });
}

/** Rewrites `bucket.localhost` and `bucket.s3.localhost` to `/bucket/…`. */
export function addressed(request: WireRequest): WireRequest {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const [, bucket] = /^(.+?)(?:\.s3)?\.localhost$/.exec(host) ?? [];
  if (bucket === undefined || bucket === 's3') return request;
  return { ...request, path: `/${bucket}${request.path}` };
}
