// Restores objects from the archive classes. Here a restoration is done at once.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
import type * as sdk from '@aws-sdk/client-s3';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { malformedXml } from './errors.ts';
import { notify } from './notifications/notify.ts';
import { bucketOf, objectKey, type S3State } from './state.ts';
import { findVersion } from './versions.ts';

const day = 24 * 3600_000;

export const restoring: Handlers<typeof sdk, S3State> = {
  RestoreObject(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const key = input.Key ?? '';
    const version = findVersion(state, bucket, key, input.VersionId);
    if (version.storageClass !== 'GLACIER' && version.storageClass !== 'DEEP_ARCHIVE') {
      throw new ServiceError(
        'InvalidObjectState',
        "Restore is not allowed for the object's current storage class",
        403,
        { StorageClass: version.storageClass },
      );
    }
    const { Days } = input.RestoreRequest ?? {};
    if (Days === undefined || !(Days > 0)) throw malformedXml();
    const record = state.objects.get(objectKey(bucket.name, key));
    if (!record) return {};
    // A copy ends at a midnight.
    const restoredUntil = Math.ceil((Date.now() + Days * day) / day) * day;
    const restored = { ...version, restoredUntil };
    const versions = record.versions.map((one) => (one.id === version.id ? restored : one));
    state.objects.put(objectKey(bucket.name, key), { ...record, versions });
    notify(state, call, bucket, { name: 'ObjectRestore:Post', key, version: restored });
    notify(state, call, bucket, { name: 'ObjectRestore:Completed', key, version: restored });
    return {};
  },
};
