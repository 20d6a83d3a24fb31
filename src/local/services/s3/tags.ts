// Tags of buckets and objects.

import type * as sdk from '@aws-sdk/client-s3';
import type { Tag } from '@aws-sdk/client-s3';
import type { Call } from '../../call.ts';
import type { TaggedResources } from '../../faces.ts';
import { partitionOf } from '../../partition.ts';
import { readPairs } from '../../protocols/scalars.ts';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { toTagList } from '../tag-lists.ts';
import { invalidArgument } from './errors.ts';
import { notify } from './notifications/notify.ts';
import { bucketOf, objectKey, type S3State } from './state.ts';
import { findVersion, versionId } from './versions.ts';

type Tags = Record<string, string>;

const noTags = () => new ServiceError('NoSuchTagSet', 'The TagSet does not exist', 404);

export const tags: Handlers<typeof sdk, S3State> = {
  PutBucketTagging(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    state.buckets.put(bucket.name, { ...bucket, tags: checkTags(tagsIn(input.Tagging?.TagSet ?? []), 50) });
    return {};
  },

  GetBucketTagging(input, { call, state }) {
    const { tags: found } = bucketOf(state, call, input);
    if (Object.keys(found).length === 0) throw noTags();
    return { TagSet: tagSet(found) };
  },

  DeleteBucketTagging(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    state.buckets.put(bucket.name, { ...bucket, tags: {} });
    return {};
  },

  PutObjectTagging(input, { call, state }) {
    const changed = checkTags(tagsIn(input.Tagging?.TagSet ?? []), 10);
    return retag(state, call, input, 'ObjectTagging:Put', changed);
  },

  GetObjectTagging(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const version = findVersion(state, bucket, input.Key ?? '', input.VersionId);
    return { ...versionId(bucket, version), TagSet: tagSet(version.tags) };
  },

  DeleteObjectTagging(input, { call, state }) {
    return retag(state, call, input, 'ObjectTagging:Delete', {});
  },
};

function retag(
  state: S3State,
  call: Call,
  input: { Bucket?: string | undefined; Key?: string | undefined; VersionId?: string | undefined },
  name: 'ObjectTagging:Put' | 'ObjectTagging:Delete',
  changed: Tags,
) {
  const bucket = bucketOf(state, call, input);
  const version = findVersion(state, bucket, input.Key ?? '', input.VersionId);
  const place = objectKey(bucket.name, input.Key ?? '');
  const record = state.objects.get(place);
  if (record) {
    const versions = record.versions.map((one) => (one.id === version.id ? { ...one, tags: changed } : one));
    state.objects.put(place, { ...record, versions });
    notify(state, call, bucket, { name, key: record.key, version });
  }
  return versionId(bucket, version);
}

export function tagSet(tags: Tags): { Key: string; Value: string }[] {
  return toTagList(tags);
}

/** @throws ServiceError InvalidTag for a key that occurs twice */
export function tagsIn(list: readonly Tag[]): Tags {
  const found: Tags = {};
  for (const { Key = '', Value = '' } of list) {
    if (Object.hasOwn(found, Key)) throw invalidTag('Cannot provide multiple Tags with the same key', Key);
    found[Key] = Value;
  }
  return found;
}

/** The tags in the header `x-amz-tagging`: `a=1&b=2`. */
export function tagsInHeader(header: string | undefined): Tags {
  if (header === undefined || header === '') return {};
  try {
    return checkTags(tagsIn(readPairs(header).map(([Key, Value]) => ({ Key, Value }))), 10);
  } catch (error) {
    if ((error as ServiceError).code !== 'SerializationException') throw error;
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    );
  }
}

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** @throws ServiceError when there are too many tags, or one is not valid */
export function checkTags(tags: Tags, limit: number): Tags {
  const all = Object.entries(tags);
  if (all.length > limit) {
    const what = limit === 50 ? 'Bucket tag count' : 'Object tags';
    throw new ServiceError('BadRequest', `${what} cannot be greater than ${limit}`);
  }
  for (const [key, value] of all) {
    if (key.toLowerCase().startsWith('aws:'))
      throw invalidTag('System tags cannot be added/updated by requester', key);
    if (key === '' || key.length > 128 || !characters.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key);
    }
    if (value.length > 256 || !characters.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', key);
    }
  }
  return tags;
}

const invalidTag = (message: string, TagKey: string) =>
  new ServiceError('InvalidTag', message, 400, { TagKey });

/** Buckets, for the Resource Groups Tagging API. */
export function taggedBuckets(state: S3State): TaggedResources {
  return {
    *list(call) {
      for (const [, bucket] of state.buckets.entries()) {
        if (bucket.account !== call.account || bucket.region !== call.region) continue;
        yield {
          arn: `arn:${partitionOf(bucket.region)}:s3:::${bucket.name}`,
          type: 's3:bucket',
          tags: bucket.tags,
          retag: (changed) => {
            state.buckets.put(bucket.name, { ...bucket, tags: checkTags({ ...changed }, 50) });
          },
        };
      }
    },
  };
}
