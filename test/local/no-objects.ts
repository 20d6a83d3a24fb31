// S3 with no bucket, for services that are tested without one.
import type { Objects } from '../../src/local/service.ts';
import { noSuchBucket } from '../../src/local/services/s3/errors.ts';

export const noObjects: Objects = {
  read: async (_call, { bucket }) => {
    throw noSuchBucket(bucket);
  },
};
