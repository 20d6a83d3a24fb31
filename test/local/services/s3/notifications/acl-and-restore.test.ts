// Access control lists and restorations of the local S3, and the events that they make.
import {
  DeleteBucketOwnershipControlsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetObjectAclCommand,
  HeadObjectCommand,
  PutBucketAclCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  RestoreObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { account } from '../../../call.ts';
import { refusal } from '../fixture.ts';
import { functionArn, notifyingS3 } from './fixture.ts';

const { s3, bucket, received, records } = await notifyingS3();
const md5 = '437b930db84b8079c2dd804a71936b5f';
const logDelivery = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const Key = 'my_key';

/** A bucket with lists, which may be public; it sends all its events. */
async function listing(): Promise<string> {
  const Bucket = await bucket({
    LambdaFunctionConfigurations: [
      { LambdaFunctionArn: functionArn, Events: ['s3:ObjectAcl:Put', 's3:ObjectRestore:*'] },
    ],
    EventBridgeConfiguration: {},
  });
  await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  return Bucket;
}
const put = (Bucket: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'something', ...more }));
const acl = async (Bucket: string) => {
  const { Owner, Grants = [] } = await s3.send(new GetObjectAclCommand({ Bucket, Key }));
  return { Owner, Grants };
};
const set = (Bucket: string, more: object) => s3.send(new PutObjectAclCommand({ Bucket, Key, ...more }));

describe('a list of an object', () => {
  it('is that of the owner by default, and changes make events', async () => {
    const Bucket = await listing();
    await put(Bucket);
    received.buses.length = 0;
    const { Owner, Grants } = await acl(Bucket);
    const owner = { Grantee: { Type: 'CanonicalUser', ID: Owner?.ID }, Permission: 'FULL_CONTROL' };
    expect(Owner?.ID).toMatch(/^[0-9a-f]{64}$/);
    expect(Grants).toEqual([owner]);
    // Nothing changes, so there is no event.
    await set(Bucket, { ACL: 'private' });
    expect(records()).toEqual([]);
    await set(Bucket, { ACL: 'public-read' });
    expect((await acl(Bucket)).Grants).toEqual([
      owner,
      {
        Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' },
        Permission: 'READ',
      },
    ]);
    await set(Bucket, { GrantRead: `uri="${logDelivery}"` });
    const group = { Grantee: { Type: 'Group', URI: logDelivery }, Permission: 'WRITE' };
    await set(Bucket, { AccessControlPolicy: { Owner, Grants: [owner, group] } });
    expect((await acl(Bucket)).Grants).toEqual([owner, group]);
    await set(Bucket, { AccessControlPolicy: { Owner, Grants: [group, owner] } });
    const made = records();
    expect(
      made.map(({ eventName, eventVersion, s3: { object } }) => [eventName, eventVersion, object]),
    ).toEqual(Array.from({ length: 3 }, () => ['ObjectAcl:Put', '2.3', { key: Key, eTag: md5 }]));
    expect(JSON.parse(JSON.stringify(received.buses.map(({ event }) => event)))).toMatchObject(
      Array.from({ length: 3 }, () => ({
        detailType: 'Object ACL Updated',
        detail: { object: { key: Key, etag: md5 }, requester: account },
      })),
    );
    const [{ event } = {} as never] = received.buses;
    expect(Object.keys(JSON.parse(JSON.stringify(event.detail)))).toEqual([
      ...['version', 'bucket', 'object', 'request-id', 'requester', 'source-ip-address'],
    ]);
  });

  it('is set with the object', async () => {
    const Bucket = await listing();
    await put(Bucket, { ACL: 'public-read' });
    expect((await acl(Bucket)).Grants).toHaveLength(2);
  });

  it('is refused for a bucket that has no lists, as new buckets have none', async () => {
    const Bucket = await bucket();
    const refused = 'AccessControlListNotSupported 400: The bucket does not allow ACLs';
    expect(await refusal(put(Bucket, { ACL: 'public-read' }))).toBe(refused);
    await put(Bucket, { ACL: 'bucket-owner-full-control' });
    expect(await refusal(set(Bucket, { ACL: 'private' }))).toBe(refused);
    expect((await acl(Bucket)).Grants).toHaveLength(1);
  });

  it('that is public is refused while public access is blocked', async () => {
    const Bucket = await bucket();
    await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }));
    expect(await refusal(put(Bucket, { ACL: 'public-read' }))).toBe('AccessDenied 403: Access Denied');
  });

  it.each<[object, string]>([
    [{}, 'MissingSecurityHeader 400: Your request was missing a required header'],
    [
      { ACL: 'private', GrantRead: `uri="${logDelivery}"` },
      'InvalidRequest 400: Specifying both Canned ACLs and Header Grants is not allowed',
    ],
    [{ GrantRead: 'uri="http://example.com"' }, 'InvalidArgument 400: Invalid group uri'],
  ])('that is not valid is refused: %j', async (more, refused) => {
    const Bucket = await listing();
    await put(Bucket);
    expect(await refusal(set(Bucket, more))).toBe(refused);
  });
});

it('a list of a bucket is kept', async () => {
  const Bucket = await listing();
  const grants = async () => (await s3.send(new GetBucketAclCommand({ Bucket }))).Grants;
  expect(await grants()).toHaveLength(1);
  await s3.send(new PutBucketAclCommand({ Bucket, ACL: 'log-delivery-write' as 'private' }));
  expect(await grants()).toMatchObject([
    { Permission: 'FULL_CONTROL' },
    { Grantee: { URI: logDelivery }, Permission: 'WRITE' },
    { Grantee: { URI: logDelivery }, Permission: 'READ_ACP' },
  ]);
});

describe('a restoration', () => {
  const restore = (Bucket: string) =>
    s3.send(new RestoreObjectCommand({ Bucket, Key, RestoreRequest: { Days: 1 } }));

  it('is done at once, and makes two events', async () => {
    const Bucket = await listing();
    await put(Bucket, { StorageClass: 'GLACIER' });
    received.buses.length = 0;
    await restore(Bucket);
    const { Restore } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(Restore).toMatch(/^ongoing-request="false", expiry-date="\w{3}, .* 00:00:00 GMT"$/);
    const object = { key: Key, size: 9, eTag: md5, sequencer: expect.any(String) };
    const made = JSON.parse(JSON.stringify(records()));
    expect(made).toMatchObject([
      { eventName: 'ObjectRestore:Post', eventVersion: '2.1', s3: { object } },
      {
        eventName: 'ObjectRestore:Completed',
        eventVersion: '2.1',
        userIdentity: { principalId: expect.stringMatching(/^AmazonCustomer:A[0-9A-Z]{13}$/) },
        requestParameters: { sourceIPAddress: 's3.amazonaws.com' },
        glacierEventData: {
          restoreEventData: {
            lifecycleRestorationExpiryTime: expect.stringMatching(/T00:00:00\.000Z$/),
            lifecycleRestoreStorageClass: 'GLACIER',
          },
        },
        s3: { object },
      },
    ]);
    expect(made[0].glacierEventData).toBeUndefined();
    const details = JSON.parse(JSON.stringify(received.buses.map(({ event }) => event.detail)));
    const shared = {
      version: '0',
      bucket: { name: Bucket },
      object: { key: Key, size: 9, etag: md5 },
      'request-id': expect.any(String),
      requester: account,
      'source-storage-class': 'GLACIER',
    };
    expect(received.buses.map(({ event }) => event.detailType)).toEqual([
      'Object Restore Initiated',
      'Object Restore Completed',
    ]);
    expect(details).toStrictEqual([
      { ...shared, 'source-ip-address': '127.0.0.1' },
      { ...shared, 'restore-expiry-time': expect.stringMatching(/Z$/) },
    ]);
  });

  it('of an object that is not archived is refused', async () => {
    const Bucket = await listing();
    await put(Bucket);
    expect(await refusal(restore(Bucket))).toBe(
      "InvalidObjectState 403: Restore is not allowed for the object's current storage class",
    );
  });
});
