// The local S3: its handlers and state, and the access of other services to its objects.
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-s3';
import type { Objects } from '../../faces.ts';
import type { Service, ServiceHost } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { buckets } from './buckets.ts';
import { checkBody } from './checksums.ts';
import { lists } from './list.ts';
import { addressed, withKeysChecked } from './names.ts';
import { objects } from './objects.ts';
import { parts } from './parts.ts';
import { settings } from './settings.ts';
import { bucketOf, createS3State, type S3State } from './state.ts';
import { taggedBuckets, tags } from './tags.ts';
import { claims, unsigned } from './unsigned.ts';
import { uploads } from './uploads.ts';
import { findVersion } from './versions.ts';

export function createS3Service({ store, dir }: ServiceHost): Service<typeof sdk, S3State> {
  const state = createS3State(store, join(dir, 's3'));
  return {
    name: 's3',
    protocol: 'rest-xml',
    apiVersion: '2006-03-01',
    sdk,
    handlers: withKeysChecked({
      ...buckets,
      ...settings,
      ...tags,
      ...objects,
      ...lists,
      ...uploads,
      ...parts,
    }),
    state,
    faces: { objects: objectReader(state) },
    tagged: taggedBuckets(state),
    claims,
    unsigned,
    addressed,
    checkBody,
    faulty: () => ({
      throttle: new ServiceError('SlowDown', 'Please reduce your request rate.', 503),
      500: new ServiceError('InternalError', 'We encountered an internal error. Please try again.', 500),
      503: new ServiceError('ServiceUnavailable', 'Service is unable to handle request.', 503),
    }),
  };
}

/** Services read objects only in their own region. */
function objectReader(state: S3State): Objects {
  return {
    async read(call, { bucket: name, key, version: id }, limit) {
      const bucket = bucketOf(state, call, { Bucket: name }, true);
      if (bucket.region !== call.region) {
        throw new ServiceError(
          'PermanentRedirect',
          `The bucket is in this region: ${bucket.region}. Please use this region to retry the request`,
          301,
        );
      }
      const version = findVersion(state, bucket, key, id);
      if (version.size > limit.bytes) throw limit.tooLarge();
      const content = [];
      for await (const part of state.bodies.read(version.pieces, 0, version.size)) content.push(part);
      return Buffer.concat(content);
    },
  };
}
