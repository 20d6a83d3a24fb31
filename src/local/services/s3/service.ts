// The local S3: its handlers and state, and the access of other services to its objects.
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-s3';
import type { Service, ServiceHost } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { objectAccess } from './access.ts';
import { acls } from './acls.ts';
import { buckets } from './buckets.ts';
import { checkBody } from './checksums.ts';
import { postedForm } from './forms/post-object.ts';
import { lists } from './list.ts';
import { addressed, withKeysChecked } from './names.ts';
import { objects } from './objects.ts';
import { olderSignatureIn } from './older-signature.ts';
import { parts } from './parts.ts';
import { restoring } from './restore.ts';
import { settings } from './settings.ts';
import { createS3State, type S3State } from './state.ts';
import { taggedBuckets, tags } from './tags.ts';
import { claims, unsigned } from './unsigned.ts';
import { uploads } from './uploads.ts';

export function createS3Service(host: ServiceHost): Service<typeof sdk, S3State> {
  const state = createS3State(host, join(host.dir, 's3'));
  return {
    name: 's3',
    protocol: 's3',
    apiVersion: '2006-03-01',
    sdk,
    handlers: withKeysChecked({
      ...buckets,
      ...settings,
      ...acls,
      ...restoring,
      ...tags,
      ...objects,
      ...lists,
      ...uploads,
      ...parts,
    }),
    state,
    faces: { objects: objectAccess(state) },
    tagged: taggedBuckets(state),
    claims,
    unsigned,
    ownSignature: (request) => olderSignatureIn(state, request),
    addressed,
    signedForm: (request) => postedForm(state, request),
    checkBody,
    faulty: () => ({
      throttle: new ServiceError('SlowDown', 'Please reduce your request rate.', 503),
      500: new ServiceError('InternalError', 'We encountered an internal error. Please try again.', 500),
      503: new ServiceError('ServiceUnavailable', 'Service is unable to handle request.', 503),
    }),
  };
}
