// Access control lists of buckets and objects. They are kept and answered; nobody is kept out by them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
import type * as sdk from '@aws-sdk/client-s3';
import type { Grant, Grantee, Permission, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';
import type { Handlers } from '../../service.ts';
import { ServiceError } from '../../service-error.ts';
import { accessDenied, invalidArgument, invalidRequest, malformedXml } from './errors.ts';
import { notify } from './notifications/notify.ts';
import { type BucketRecord, bucketOf, objectKey, ownerOf, type S3State } from './state.ts';
import { findVersion, versionId } from './versions.ts';

const groups = 'http://acs.amazonaws.com/groups';
const everybody = `${groups}/global/AllUsers`;
const anyAccount = `${groups}/global/AuthenticatedUsers`;
const logDelivery = `${groups}/s3/LogDelivery`;

type Shared = readonly (readonly [uri: string, permission: Permission])[];

/** The grants of a canned list beside the owner's. */
const canned: Readonly<Record<string, Shared>> = {
  private: [],
  'public-read': [[everybody, 'READ']],
  'public-read-write': [
    [everybody, 'READ'],
    [everybody, 'WRITE'],
  ],
  'authenticated-read': [[anyAccount, 'READ']],
  'aws-exec-read': [],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
  'log-delivery-write': [
    [logDelivery, 'WRITE'],
    [logDelivery, 'READ_ACP'],
  ],
};

/** The members of a request that set a list. */
export interface GivenAcl {
  readonly ACL?: string | undefined;
  readonly AccessControlPolicy?: sdk.AccessControlPolicy | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const headers = {
  GrantFullControl: 'FULL_CONTROL',
  GrantRead: 'READ',
  GrantReadACP: 'READ_ACP',
  GrantWrite: 'WRITE',
  GrantWriteACP: 'WRITE_ACP',
} as const;

export const acls: Handlers<typeof sdk, S3State> = {
  PutBucketAcl(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const grants = checkedAcl(input, bucket, true);
    state.buckets.put(bucket.name, { ...bucket, settings: { ...bucket.settings, acl: grants } });
    return {};
  },

  GetBucketAcl(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    return answered(bucket, bucket.settings.acl as Grant[] | undefined);
  },

  PutObjectAcl(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const key = input.Key ?? '';
    const version = findVersion(state, bucket, key, input.VersionId);
    const acl = checkedAcl(input, bucket, true);
    const record = state.objects.get(objectKey(bucket.name, key));
    if (!record || same(acl, version.acl ?? ownersGrants(bucket))) return {};
    const versions = record.versions.map((one) => (one.id === version.id ? { ...one, acl } : one));
    state.objects.put(objectKey(bucket.name, key), { ...record, versions });
    notify(state, call, bucket, { name: 'ObjectAcl:Put', key, version });
    return {};
  },

  GetObjectAcl(input, { call, state }) {
    const bucket = bucketOf(state, call, input);
    const version = findVersion(state, bucket, input.Key ?? '', input.VersionId);
    return { ...answered(bucket, version.acl), ...versionId(bucket, version) };
  },
};

const ownersGrants = ({ account }: BucketRecord): Grant[] => [
  { Grantee: { ...ownerOf(account), Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
];

const answered = (bucket: BucketRecord, acl: Grant[] | undefined) => ({
  Owner: ownerOf(bucket.account),
  Grants: acl ?? ownersGrants(bucket),
});

const same = (a: readonly Grant[], b: readonly Grant[]): boolean => textOf(a) === textOf(b);

const textOf = (grants: readonly Grant[]): string =>
  grants
    .map(({ Grantee, Permission }) => [Permission, Grantee?.ID, Grantee?.URI, Grantee?.EmailAddress].join())
    .sort()
    .join(';');

/**
 * The grants that a request asks for. `required`: it must ask for some; otherwise none means that of the owner.
 * @throws ServiceError when the bucket has no lists, its public access is blocked, or the grants are not valid
 */
export function checkedAcl(given: GivenAcl, bucket: BucketRecord, required: true): Grant[];
export function checkedAcl(given: GivenAcl, bucket: BucketRecord, required: false): Grant[] | undefined;
export function checkedAcl(given: GivenAcl, bucket: BucketRecord, required: boolean): Grant[] | undefined {
  const byHeaders = Object.entries(headers).filter(
    ([name]) => given[name as keyof typeof headers] !== undefined,
  );
  const { ACL, AccessControlPolicy: policy } = given;
  if (ACL === undefined && byHeaders.length === 0 && !policy) {
    if (!required) return undefined;
    throw new ServiceError('MissingSecurityHeader', 'Your request was missing a required header', 400, {
      MissingHeaderName: 'x-amz-acl',
    });
  }
  if (ACL !== undefined && byHeaders.length > 0) {
    throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
  }
  if (isEnforced(bucket)) {
    if (ACL === 'bucket-owner-full-control' && !required) return undefined;
    throw new ServiceError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  const grants =
    ACL !== undefined
      ? cannedGrants(ACL, bucket)
      : policy
        ? policyGrants(policy)
        : byHeaders.flatMap(([name, permission]) =>
            headerGrants(given[name as keyof typeof headers] ?? '', permission),
          );
  const { BlockPublicAcls } = (bucket.settings.access ?? {}) as PublicAccessBlockConfiguration;
  const isBlocked = bucket.settings.access === undefined || BlockPublicAcls;
  if (isBlocked && grants.some(({ Grantee }) => [everybody, anyAccount].includes(Grantee?.URI ?? ''))) {
    throw accessDenied();
  }
  return grants;
}

/** The default of a new bucket: only its owner owns objects, and there are no lists. */
function isEnforced({ settings: { ownership } }: BucketRecord): boolean {
  if (ownership === null) return false;
  const { Rules: [rule] = [] } = (ownership ?? {}) as sdk.OwnershipControls;
  return (rule?.ObjectOwnership ?? 'BucketOwnerEnforced') === 'BucketOwnerEnforced';
}

function cannedGrants(name: string, bucket: BucketRecord): Grant[] {
  const shared = Object.hasOwn(canned, name) ? canned[name] : undefined;
  if (!shared) throw invalidArgument('', 'x-amz-acl', name);
  const grants = shared.map(([URI, Permission]): Grant => ({ Grantee: { Type: 'Group', URI }, Permission }));
  return [...ownersGrants(bucket), ...grants];
}

function policyGrants({ Owner, Grants = [] }: sdk.AccessControlPolicy): Grant[] {
  const complete = Grants.every(({ Grantee, Permission }) => Grantee && Permission);
  if (!Owner?.ID || !complete) {
    const { message } = malformedXml();
    throw new ServiceError('MalformedACLError', message);
  }
  for (const { Grantee } of Grants) if (Grantee?.Type === 'Group') checkGroup(Grantee.URI ?? '');
  return Grants;
}

/** `id="…", uri="…"` */
function headerGrants(text: string, Permission: Permission): Grant[] {
  return text.split(',').map((one): Grant => {
    const [, kind, value = ''] = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/.exec(one) ?? [];
    if (kind === undefined) throw invalidArgument('Argument format not recognized', 'x-amz-grant', text);
    if (kind === 'uri') checkGroup(value);
    const grantee: Grantee =
      kind === 'id'
        ? { Type: 'CanonicalUser', ID: value }
        : kind === 'uri'
          ? { Type: 'Group', URI: value }
          : { Type: 'AmazonCustomerByEmail', EmailAddress: value };
    return { Grantee: grantee, Permission };
  });
}

function checkGroup(uri: string): void {
  if ([everybody, anyAccount, logDelivery].includes(uri)) return;
  throw invalidArgument('Invalid group uri', 'uri', uri);
}
