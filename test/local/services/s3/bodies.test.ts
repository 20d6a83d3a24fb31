// XML bodies that S3 refuses, and keys that are too long.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { localS3, refusal } from './fixture.ts';

const { client, server } = await localS3();
/** The region in which the server signs its requests. */
const region = 'eu-central-1';
const s3 = client({ region });
const Bucket = 'bodies';
await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
await s3.send(new PutObjectCommand({ Bucket, Key: 'there', Body: 'x' }));
const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
const { ETag = '' } = await s3.send(
  new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'x' }),
);

async function ask(method: string, query: string, body: string, key = ''): Promise<string> {
  const path = `/${Bucket}${key}`;
  // The queue of the notifications does not exist.
  const headers = { 'x-amz-skip-destination-validation': 'true' };
  const answer = await server.ask({ service: 's3', method, path, query, body, headers });
  return answer.status === 200 ? 'ok' : `${answer.code} ${answer.status}`;
}

const malformed = 'MalformedXML 400';
const tag = '<Tag><Key>a</Key><Value>1</Value></Tag>';
const tagging = `<Tagging><TagSet>${tag}</TagSet></Tagging>`;
const event = '<Event>s3:ObjectCreated:*</Event>';
const queue = (inside: string) =>
  `<NotificationConfiguration><QueueConfiguration>${inside}</QueueConfiguration></NotificationConfiguration>`;
const arn = '<Queue>arn:aws:sqs:eu-central-1:000000000000:q</Queue>';
const filter = (...names: string[]) =>
  `<Filter><S3Key>${names.map((name) => `<FilterRule><Name>${name}</Name><Value>x</Value></FilterRule>`).join('')}</S3Key></Filter>`;

describe('a body of XML', () => {
  const good: Record<string, [method: string, query: string, body: string, key?: string]> = {
    Tagging: ['PUT', 'tagging', tagging],
    'Tagging of an object': ['PUT', 'tagging', tagging, '/there'],
    Delete: ['POST', 'delete', '<Delete><Object><Key>none</Key></Object></Delete>'],
    NotificationConfiguration: ['PUT', 'notification', queue(arn + event + filter('prefix', 'Suffix'))],
    VersioningConfiguration: [
      'PUT',
      'versioning',
      '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
    ],
    OwnershipControls: [
      'PUT',
      'ownershipControls',
      '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>',
    ],
    LifecycleConfiguration: [
      'PUT',
      'lifecycle',
      '<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
    ],
  };
  const changes: Record<string, (body: string) => string> = {
    'no XML': () => 'garbage',
    JSON: () => '{"TagSet": []}',
    'an unknown root': (body) => body.replace(/^<\w+>/, '<Other>').replace(/<\/\w+>$/, '</Other>'),
    'an unknown element': (body) => body.replace(/^(<\w+>)/, '$1<Unknown>1</Unknown>'),
    'text between elements': (body) => body.replace(/^(<\w+>)/, '$1text'),
    'a cut end': (body) => body.slice(0, -3),
    'something behind it': (body) => `${body}x`,
    'a document type': (body) => `<!DOCTYPE x>${body}`,
    'an entity': (body) => `<!DOCTYPE x [<!ENTITY e "1">]>${body}`,
    'bytes that are not UTF-8': (body) => body.replace(/^(<\w+>)/, '$1\ud800'),
    'an element within a text': (body) => body.replace(/>(\w+|arn[^<]+|)<\/(\w+)>/, '><b>$1</b></$2>'),
  };

  it.each(Object.entries(good))('%s is taken, with namespace and declaration too', async (name, request) => {
    const [method, query, body, key] = request;
    expect(await ask(method, query, body, key)).toBe('ok');
    const whole = `<?xml version="1.0" encoding="UTF-8"?>\n${body.replace(/^<(\w+)>/, '<$1 xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')}\n`;
    expect(await ask(method, query, whole, key), name).toBe('ok');
  });

  for (const [name, [method, query, body, key]] of Object.entries(good)) {
    it.each(Object.entries(changes))(`${name} is refused with %s`, async (_what, change) => {
      expect(change(body)).not.toBe(body);
      expect(await ask(method, query, change(body), key)).toBe(malformed);
    });
  }

  it.each([
    ['Tagging', 'tagging', '<Tagging/>'],
    ['Tagging', 'tagging', '<Tagging><TagSet><Tag><Value>1</Value></Tag></TagSet></Tagging>'],
    ['Tagging', 'tagging', `<Tagging><TagSet>${tag}</TagSet><TagSet>${tag}</TagSet></Tagging>`],
    ['Tagging', 'tagging', `<Tagging><TagSet><Other>${tag}</Other></TagSet></Tagging>`],
    ['NotificationConfiguration', 'notification', queue(event)],
    ['NotificationConfiguration', 'notification', queue(arn)],
    ['OwnershipControls', 'ownershipControls', '<OwnershipControls/>'],
    [
      'OwnershipControls',
      'ownershipControls',
      '<OwnershipControls><Rule><ObjectOwnership>Me</ObjectOwnership></Rule></OwnershipControls>',
    ],
    [
      'ServerSideEncryptionConfiguration',
      'encryption',
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>rot13</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
    ],
    [
      'LifecycleConfiguration',
      'lifecycle',
      '<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Transition><Days>1</Days><StorageClass>CELLAR</StorageClass></Transition></Rule></LifecycleConfiguration>',
    ],
    [
      'LifecycleConfiguration',
      'lifecycle',
      '<LifecycleConfiguration><Rule><Prefix/><Status>Enabled</Status><Expiration><Days>one</Days></Expiration></Rule></LifecycleConfiguration>',
    ],
  ])(
    '%s is refused when elements are missing, repeated or have no such value',
    async (_name, query, body) => {
      expect(await ask('PUT', query, body)).toBe(malformed);
    },
  );

  it.each([
    ['<Delete/>'],
    ['<Delete><Quiet>true</Quiet></Delete>'],
    ['<Delete><Object/></Delete>'],
    ['<Delete><Object><Key/></Object></Delete>'],
    ['<Delete><Quiet>maybe</Quiet><Object><Key>a</Key></Object></Delete>'],
    ['<Delete><Quiet>true</Quiet><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>'],
    ['<Delete><Object><Key>there</Key><Key>other</Key></Object></Delete>'],
  ])('Delete is refused, and nothing is deleted: %s', async (body) => {
    expect(await ask('POST', 'delete', body)).toBe(malformed);
    await s3.send(new HeadObjectCommand({ Bucket, Key: 'there' }));
  });

  it.each([
    ['<CompleteMultipartUpload/>'],
    ['<CompleteMultipartUpload><Part/></CompleteMultipartUpload>'],
    [`<CompleteMultipartUpload><Part><ETag>${ETag}</ETag></Part></CompleteMultipartUpload>`],
    ['<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>'],
    [
      `<CompleteMultipartUpload><Part><PartNumber>one</PartNumber><ETag>${ETag}</ETag></Part></CompleteMultipartUpload>`,
    ],
    [`<CompleteMultipart><Part><PartNumber>1</PartNumber><ETag>${ETag}</ETag></Part></CompleteMultipart>`],
    [
      `<!DOCTYPE a [<!ENTITY n "1">]><CompleteMultipartUpload><Part><PartNumber>&n;</PartNumber><ETag>${ETag}</ETag></Part></CompleteMultipartUpload>`,
    ],
  ])('CompleteMultipartUpload is refused, and the upload stays: %s', async (body) => {
    expect(await ask('POST', `uploadId=${UploadId}`, body, '/parts')).toBe(malformed);
    const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(Uploads).toHaveLength(1);
  });

  it.each([
    [queue(`<Queue>garbage</Queue>${event}`), 'The ARN could not be parsed'],
    [queue(`<Queue>arn:aws:sns:eu-central-1:000000000000:q</Queue>${event}`), 'The ARN could not be parsed'],
    [queue(`${arn}<Event>s3:Something</Event>`), 'The event is not supported for notifications'],
    [queue(arn + event + filter('infix')), 'filter rule name must be either prefix or suffix'],
    [
      queue(arn + event + filter('prefix', 'Prefix')),
      'Cannot specify more than one prefix rule in a filter.',
    ],
  ])('NotificationConfiguration is refused with the reason: %s', async (body, message) => {
    const request = { service: 's3', method: 'PUT', path: `/${Bucket}`, query: 'notification', body };
    expect(await server.ask(request)).toMatchObject({ status: 400, code: 'InvalidArgument', message });
  });
});

describe('a key of 1024 bytes', () => {
  it.each([
    ['ASCII', 'k'.repeat(1024)],
    ['two bytes each', 'ä'.repeat(512)],
    ['slashes', '/'.repeat(1024)],
  ])('is taken: %s', async (_what, Key) => {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
    expect(Contents).toMatchObject([{ Key }]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  });
});

describe.each([
  ['1025 letters', 'k'.repeat(1025), 1025],
  ['342 characters of three bytes', '字'.repeat(342), 1026],
  ['3000 letters', 'k'.repeat(3000), 3000],
])('a key of %s', (_what, Key, size) => {
  const all = { Bucket, Key };
  it.each<[string, () => Promise<unknown>]>([
    ['PutObject', () => s3.send(new PutObjectCommand({ ...all, Body: 'x' }))],
    ['GetObject', () => s3.send(new GetObjectCommand(all))],
    ['DeleteObject', () => s3.send(new DeleteObjectCommand(all))],
    ['GetObjectTagging', () => s3.send(new GetObjectTaggingCommand(all))],
    ['CreateMultipartUpload', () => s3.send(new CreateMultipartUploadCommand(all))],
    ['UploadPart', () => s3.send(new UploadPartCommand({ ...all, UploadId, PartNumber: 1, Body: 'x' }))],
    [
      'CompleteMultipartUpload',
      () =>
        s3.send(
          new CompleteMultipartUploadCommand({
            ...all,
            UploadId,
            MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
          }),
        ),
    ],
    ['AbortMultipartUpload', () => s3.send(new AbortMultipartUploadCommand({ ...all, UploadId }))],
    ['CopyObject', () => s3.send(new CopyObjectCommand({ ...all, CopySource: `${Bucket}/there` }))],
    [
      'CopyObject from it',
      () =>
        s3.send(
          new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${encodeURIComponent(Key)}` }),
        ),
    ],
    ['ListObjectsV2 by prefix', () => s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))],
    ['ListObjectsV2 by start', () => s3.send(new ListObjectsV2Command({ Bucket, StartAfter: Key }))],
    ['ListObjectsV2 by delimiter', () => s3.send(new ListObjectsV2Command({ Bucket, Delimiter: Key }))],
    ['ListObjects by prefix', () => s3.send(new ListObjectsCommand({ Bucket, Prefix: Key }))],
    ['ListObjects by marker', () => s3.send(new ListObjectsCommand({ Bucket, Marker: Key }))],
    ['ListObjectVersions by prefix', () => s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }))],
    [
      'ListObjectVersions by marker',
      () => s3.send(new ListObjectVersionsCommand({ Bucket, KeyMarker: Key })),
    ],
    [
      'ListMultipartUploads by prefix',
      () => s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key })),
    ],
    [
      'ListMultipartUploads by marker',
      () => s3.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker: Key })),
    ],
  ])('is refused by %s', async (_operation, send) => {
    expect(await refusal(send())).toBe('KeyTooLongError 400: Your key is too long');
  });

  it('is refused by HeadObject, whose answer has no body', async () => {
    await expect(s3.send(new HeadObjectCommand(all))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('is refused by DeleteObjects for this key only', async () => {
    const Delete = { Objects: [{ Key: 'none' }, { Key }] };
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
    expect(Deleted).toMatchObject([{ Key: 'none' }]);
    expect(Errors).toMatchObject([{ Key, Code: 'KeyTooLongError', Message: 'Your key is too long' }]);
  });

  it('is refused with both sizes', async () => {
    const path = `/${Bucket}/${encodeURIComponent(Key)}`;
    const { body } = await server.ask({ service: 's3', method: 'GET', path });
    expect(body).toContain(`<Size>${size}</Size><MaxSizeAllowed>1024</MaxSizeAllowed>`);
  });
});

it('a path that is not percent-encoded text is refused', async () => {
  for (const key of ['/%ff', '/a%2', '/%zz']) {
    expect(await ask('GET', '', '', key)).toBe('InvalidURI 400');
  }
});
