// Versions of objects: finding and removing them.

import { ServiceError } from '../../service-error.ts';
import { noSuchKey, noSuchVersion } from './errors.ts';
import { addVersion, type BucketRecord, type ObjectVersion, objectKey, type S3State } from './state.ts';

/** The newest version, or the requested one. @throws ServiceError NoSuchKey, NoSuchVersion, MethodNotAllowed */
export function findVersion(
  state: S3State,
  bucket: BucketRecord,
  key: string,
  id: string | undefined,
): ObjectVersion {
  const versions = state.objects.get(objectKey(bucket.name, key))?.versions ?? [];
  if (id === undefined) {
    const [newest] = versions;
    if (!newest || newest.marker) throw noSuchKey(key);
    return newest;
  }
  const found = versions.find((one) => one.id === id);
  if (!found) throw noSuchVersion(key, id);
  if (found.marker) {
    throw new ServiceError(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      405,
      {
        ResourceType: 'DeleteMarker',
      },
    );
  }
  return found;
}

/** The newest version, unless it is a delete marker; undefined when there is no object. */
export function current(state: S3State, bucket: BucketRecord, key: string): ObjectVersion | undefined {
  const [newest] = state.objects.get(objectKey(bucket.name, key))?.versions ?? [];
  return newest?.marker ? undefined : newest;
}

/** The VersionId of an answer: absent for a bucket that never had versioning. */
export function versionId({ versioning }: BucketRecord, { id }: ObjectVersion): { VersionId?: string } {
  return versioning === undefined ? {} : { VersionId: id };
}

export interface Removed {
  readonly answer: { VersionId?: string; DeleteMarker?: boolean };
  /** The delete marker that was added, or the version that is gone; undefined when there was none. */
  readonly version: ObjectVersion | undefined;
}

/** Without a version id it removes the object or, with versioning, adds a delete marker. It need not exist. */
export function removeObject(
  state: S3State,
  bucket: BucketRecord,
  key: string,
  id: string | undefined,
): Removed {
  const place = objectKey(bucket.name, key);
  if (id === undefined && bucket.versioning !== undefined) {
    const marker = addVersion(state, bucket, key, markerVersion());
    return { answer: { VersionId: marker.id, DeleteMarker: true }, version: marker };
  }
  const versions = state.objects.get(place)?.versions ?? [];
  const gone = versions.filter((one) => id === undefined || one.id === id);
  const kept = versions.filter((one) => !gone.includes(one));
  if (kept.length > 0) state.objects.put(place, { bucket: bucket.name, key, versions: kept });
  else state.objects.remove(place);
  state.bodies.removeLater(gone.flatMap(({ pieces }) => pieces));
  const [version] = gone;
  if (id === undefined) return { answer: {}, version };
  return { answer: { VersionId: id, ...(version?.marker ? { DeleteMarker: true } : {}) }, version };
}

/** Stands in events for a version that never was. */
export function absentVersion(id = 'null'): ObjectVersion {
  const { marker: _, ...version } = markerVersion();
  return { ...version, id };
}

function markerVersion(): ObjectVersion {
  return {
    id: '',
    modified: Date.now(),
    marker: true,
    etag: '',
    size: 0,
    pieces: [],
    headers: { Metadata: {} },
    tags: {},
    encryption: { ServerSideEncryption: 'AES256' },
    storageClass: 'STANDARD',
  };
}
