// Buckets: creating, reading, listing and deleting them.
import type * as sdk from '@aws-sdk/client-s3';
import type { BucketLocationConstraint } from '@aws-sdk/client-s3';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { invalidArgument } from './errors.ts';
import { checkBucketName } from './names.ts';
import { type BucketRecord, bucketOf, ownerOf, type S3State } from './state.ts';
import { checkTags, tagsIn } from './tags.ts';

export const buckets: Handlers<typeof sdk, S3State> = {
  CreateBucket({ Bucket = '', CreateBucketConfiguration = {}, ObjectOwnership }, { call, state }) {
    checkBucketName(Bucket);
    const region = regionOf(CreateBucketConfiguration.LocationConstraint, call.region);
    const { Tags } = CreateBucketConfiguration;
    const tags = Tags ? checkTags(tagsIn(Tags), 50) : {};
    const there = state.buckets.get(Bucket);
    if (there) {
      // Only in us-east-1 may an owner create its bucket again.
      if (there.account !== call.account) throw taken(Bucket);
      if (there.region !== 'us-east-1' || region !== 'us-east-1') throw owned(Bucket);
      return { Location: `/${Bucket}` };
    }
    const bucket: BucketRecord = {
      name: Bucket,
      account: call.account,
      region,
      created: Date.now(),
      tags,
      settings: ObjectOwnership ? { ownership: { Rules: [{ ObjectOwnership }] } } : {},
    };
    state.buckets.put(Bucket, bucket);
    return { Location: region === 'us-east-1' ? `/${Bucket}` : `${call.endpoint}/${Bucket}/` };
  },

  HeadBucket(input, { call, state }) {
    const { region } = bucketOf(state, call, input);
    return { BucketRegion: region };
  },

  GetBucketLocation(input, { call, state }) {
    const { region } = bucketOf(state, call, input, true);
    return region === 'us-east-1' ? {} : { LocationConstraint: region as BucketLocationConstraint };
  },

  ListBuckets({ MaxBuckets = 10_000, ContinuationToken, Prefix = '', BucketRegion }, { call, state }) {
    if (!(MaxBuckets >= 1 && MaxBuckets <= 10_000)) {
      throw invalidArgument('max-buckets must be between 1 and 10000', 'max-buckets', String(MaxBuckets));
    }
    const after = ContinuationToken && Buffer.from(ContinuationToken, 'base64url').toString();
    const all = [...state.buckets.entries(Prefix)]
      .map(([, bucket]) => bucket)
      .filter(
        ({ account, region, name }) =>
          account === call.account &&
          (BucketRegion === undefined || region === BucketRegion) &&
          (after === undefined || name > after),
      );
    const page = all.slice(0, MaxBuckets);
    const last = all.length > page.length ? page.at(-1)?.name : undefined;
    return {
      Buckets: page.map(({ name, created, region }) => ({
        Name: name,
        CreationDate: new Date(created),
        BucketRegion: region,
      })),
      Owner: ownerOf(call.account),
      ...(Prefix === '' ? {} : { Prefix }),
      ...(last === undefined ? {} : { ContinuationToken: Buffer.from(last).toString('base64url') }),
    };
  },

  DeleteBucket(input, { call, state }) {
    const { name } = bucketOf(state, call, input);
    for (const _ of state.objects.entries(`${name}/`, { limit: 1 })) {
      throw new ServiceError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409, {
        BucketName: name,
      });
    }
    // Unfinished uploads are deleted with the bucket.
    for (const [key] of [...state.uploads.entries(`${name}/`)]) state.uploads.remove(key);
    for (const [key, { piece }] of [...state.parts.entries(`${name}/`)]) {
      state.parts.remove(key);
      state.bodies.removeLater([piece]);
    }
    state.buckets.remove(name);
    return {};
  },
};

/** The region of a new bucket. Only a request to us-east-1 may name another region. */
function regionOf(constraint: string | undefined, region: string): string {
  const wanted = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (wanted !== undefined && (wanted === 'us-east-1' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(wanted))) {
    throw new ServiceError(
      'InvalidLocationConstraint',
      'The specified location-constraint is not valid',
      400,
      { LocationConstraint: wanted },
    );
  }
  if (region === 'us-east-1') return wanted ?? region;
  if (wanted === region) return region;
  throw new ServiceError(
    'IllegalLocationConstraintException',
    `The ${wanted ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );
}

const taken = (BucketName: string) =>
  new ServiceError(
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    409,
    { BucketName },
  );

const owned = (BucketName: string) =>
  new ServiceError(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    409,
    { BucketName },
  );
