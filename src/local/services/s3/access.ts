// Access of other services to objects.
import { randomUUID } from 'node:crypto';
import type { Call } from '../../call.ts';
import type { Objects } from '../../faces.ts';
import { ServiceError } from '../../service-error.ts';
import { putObject, wholePayload } from './objects.ts';
import { bucketOf, type S3State } from './state.ts';
import { findVersion } from './versions.ts';

/** Services read and write objects only in their own region. */
export function objectAccess(state: S3State): Objects {
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

    async write({ account, region }, { bucket, key, content, type }) {
      const requester: Call = {
        account,
        region,
        callerArn: `arn:aws:iam::${account}:root`,
        callerId: account,
        requestId: randomUUID(),
        endpoint: state.host.endpoint(),
        signal: new AbortController().signal,
      };
      const Body = wholePayload(Buffer.from(content)) as never;
      await putObject({ Bucket: bucket, Key: key, Body, ContentType: type }, { call: requester, state });
    },
  };
}
