// The events of a bucket, operation by operation, as functions, queues, topics and EventBridge receive them.
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  type Event,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { account, someone } from '../../../call.ts';
import { functionArn, notifyingS3, queueArn, region, topicArn } from './fixture.ts';

const { s3, server, bucket, received, records, permitted } = await notifyingS3();
const all: Event[] = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:ObjectTagging:*'];
const toFunction = (more: object = {}) => ({
  LambdaFunctionConfigurations: [{ Id: 'c', LambdaFunctionArn: functionArn, Events: all, ...more }],
});
const put = (Bucket: string, Key: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: 'something', ...more }));

const md5 = '437b930db84b8079c2dd804a71936b5f';
const sequencer = expect.stringMatching(/^[0-9A-F]{18}$/);

const seen = () => records().map(({ eventName, s3: { object } }) => [eventName, object]);

describe('an upload', () => {
  it('reaches a function as a record with the documented members in their order', async () => {
    const Bucket = await bucket(toFunction());
    await put(Bucket, 'my_key_0');
    const [{ event, source, arn } = {} as never, ...more] = received.functions.splice(0);
    expect(more).toEqual([]);
    expect(arn).toBe(functionArn);
    expect(source).toEqual({
      principal: 's3.amazonaws.com',
      sourceArn: `arn:aws:s3:::${Bucket}`,
      sourceAccount: account,
    });
    const wanted = {
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: region,
          eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: `AWS:${account}` },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'c',
            bucket: {
              name: Bucket,
              ownerIdentity: { principalId: expect.stringMatching(/^A[0-9A-Z]{13}$/) },
              arn: `arn:aws:s3:::${Bucket}`,
            },
            object: { key: 'my_key_0', size: 9, eTag: md5, sequencer },
          },
        },
      ],
    };
    // Members without a value are absent once the event is JSON.
    expect(JSON.parse(JSON.stringify(event))).toStrictEqual(wanted);
    expect(JSON.stringify(Object.keys(event.Records[0] ?? {}))).toBe(
      JSON.stringify(Object.keys(wanted.Records[0] ?? {})),
    );
  });

  it('carries the request id of its answer', async () => {
    const Bucket = await bucket(toFunction());
    const { $metadata } = await put(Bucket, 'k');
    expect(records()).toMatchObject([{ responseElements: { 'x-amz-request-id': $metadata.requestId } }]);
  });

  it.each([
    ['a@b', 'a%40b'],
    ['in/a b.txt', 'in/a+b.txt'],
    ['ü/字', '%C3%BC/%E5%AD%97'],
    ["a+b&c=d?e#f%g!'()*", 'a%2Bb%26c%3Dd%3Fe%23f%25g%21%27%28%29%2A'],
    ['a-b_c.d~e', 'a-b_c.d~e'],
  ])('of %s has an encoded key', async (key, encoded) => {
    const Bucket = await bucket(toFunction());
    await put(Bucket, key);
    expect(seen()).toMatchObject([['ObjectCreated:Put', { key: encoded }]]);
  });

  it('has a sequencer that grows with each change of a key', async () => {
    const Bucket = await bucket(toFunction());
    for (let round = 0; round < 20; round++) await put(Bucket, 'k');
    const sequencers = records().map(({ s3: { object } }) => String(object.sequencer));
    expect([...new Set(sequencers)].sort()).toEqual(sequencers);
    expect(sequencers).toHaveLength(20);
  });

  it('reaches nobody without a configuration, or with another type of event', async () => {
    await put(await bucket(), 'k');
    await put(await bucket(toFunction({ Events: ['s3:ObjectCreated:Copy', 's3:ObjectRemoved:*'] })), 'k');
    expect(received).toEqual({ functions: [], queues: [], topics: [], buses: [] });
  });

  it('by another service makes the same event', async () => {
    const Bucket = await bucket(toFunction());
    const { faces } = server.services.find(({ name }) => name === 's3') ?? {};
    const object = { bucket: Bucket, key: 'k', content: 'something', type: 'text/plain' };
    await faces?.objects?.write(someone({ region }), object);
    expect(seen()).toEqual([['ObjectCreated:Put', expect.objectContaining({ size: 9, eTag: md5 })]]);
    await expect(faces?.objects?.write(someone({ region }), { ...object, bucket: 'none' })).rejects.toThrow(
      'The specified bucket does not exist',
    );
  });

  it('that is refused makes no event', async () => {
    const Bucket = await bucket(toFunction());
    await put(Bucket, 'k');
    records();
    await expect(put(Bucket, 'k', { IfNoneMatch: '*' })).rejects.toThrow('pre-conditions');
    expect(records()).toEqual([]);
  });
});

describe('a filter', () => {
  const filtered = (rules: { Name: string; Value: string }[]) =>
    bucket(toFunction({ Filter: { Key: { FilterRules: rules } } }));
  const keys = async (Bucket: string, ...all: string[]) => {
    for (const key of all) await put(Bucket, key);
    return records().map(({ s3: { object } }) => object.key);
  };

  it('lets keys with its prefix pass', async () => {
    const Bucket = await filtered([{ Name: 'prefix', Value: 'in/' }]);
    expect(await keys(Bucket, 'in/a', 'out/in/a', 'in', 'in/b')).toEqual(['in/a', 'in/b']);
  });

  it('lets keys with its suffix pass', async () => {
    const Bucket = await filtered([{ Name: 'Suffix', Value: '.txt' }]);
    expect(await keys(Bucket, 'a.txt', 'b.txt.gz', 'c.TXT')).toEqual(['a.txt']);
  });

  it('lets keys pass that have both', async () => {
    const Bucket = await filtered([
      { Name: 'PREFIX', Value: 'in/' },
      { Name: 'suffix', Value: '.txt' },
    ]);
    expect(await keys(Bucket, 'in/a.txt', 'in/b', 'c.txt')).toEqual(['in/a.txt']);
  });

  it('compares with the key as it is, not as it is encoded', async () => {
    const Bucket = await filtered([{ Name: 'prefix', Value: 'a b/ü' }]);
    expect(await keys(Bucket, 'a b/ü1')).toEqual(['a+b/%C3%BC1']);
  });
});

describe('each operation', () => {
  it('CopyObject makes ObjectCreated:Copy in the bucket of the copy', async () => {
    const Bucket = await bucket(toFunction());
    const source = await bucket();
    await put(source, 'a');
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${source}/a` }));
    expect(seen()).toEqual([['ObjectCreated:Copy', { key: 'b', size: 9, eTag: md5, sequencer }]]);
  });

  it('CompleteMultipartUpload makes its event, and parts make none', async () => {
    const Bucket = await bucket(toFunction());
    const Key = 'test-key';
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: 'x'.repeat(6144) }),
    );
    expect(records()).toEqual([]);
    await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    const eTag = expect.stringMatching(/^[0-9a-f]{32}-1$/);
    expect(seen()).toEqual([
      ['ObjectCreated:CompleteMultipartUpload', { key: Key, size: 6144, eTag, sequencer }],
    ]);
  });

  it('DeleteObject makes ObjectRemoved:Delete with key and sequencer, and none for a key that is not there', async () => {
    const Bucket = await bucket(toFunction());
    await put(Bucket, 'a');
    records();
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(seen()).toEqual([['ObjectRemoved:Delete', { key: 'a', sequencer }]]);
  });

  it('DeleteObjects makes one event for each key, also for those that are not there', async () => {
    const Bucket = await bucket(toFunction());
    for (const key of ['a', 'b', 'c']) await put(Bucket, key);
    records();
    const keys = ['a', 'b', 'c', 'not-there'];
    const Objects = keys.map((Key) => ({ Key }));
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(received.functions.every(({ event }) => event.Records.length === 1)).toBe(true);
    expect(seen()).toEqual(keys.map((key) => ['ObjectRemoved:Delete', { key, sequencer }]));
  });

  it('tagging makes events of version 2.3 without size and sequencer', async () => {
    const Bucket = await bucket(toFunction());
    const Key = 'a';
    await put(Bucket, Key);
    records();
    const Tagging = { TagSet: [{ Key: 'a', Value: '1' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }));
    await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
    expect(received.functions.map(({ event }) => event.Records[0]?.eventVersion)).toEqual(['2.3', '2.3']);
    expect(seen()).toEqual([
      ['ObjectTagging:Put', { key: 'a', eTag: md5 }],
      ['ObjectTagging:Delete', { key: 'a', eTag: md5 }],
    ]);
  });

  it('in a bucket with versions carries the version', async () => {
    const Bucket = await bucket(toFunction());
    const version = (Status: 'Enabled' | 'Suspended') =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
    await version('Enabled');
    const Key = 'k';
    const { VersionId: first } = await put(Bucket, Key);
    const { VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: first }));
    await version('Suspended');
    await put(Bucket, Key);
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker }));
    expect(seen()).toEqual([
      ['ObjectCreated:Put', { key: Key, size: 9, eTag: md5, versionId: first, sequencer }],
      [
        'ObjectRemoved:DeleteMarkerCreated',
        { key: Key, eTag: 'd41d8cd98f00b204e9800998ecf8427e', versionId: marker, sequencer },
      ],
      ['ObjectRemoved:Delete', { key: Key, versionId: first, sequencer }],
      ['ObjectCreated:Put', { key: Key, size: 9, eTag: md5, sequencer }],
      ['ObjectRemoved:Delete', { key: Key, versionId: marker, sequencer }],
    ]);
  });
});

describe('a queue', () => {
  it('receives the record as its body, with the trace of the request', async () => {
    const Bucket = await bucket({
      QueueConfigurations: [{ Id: 'c', QueueArn: queueArn, Events: ['s3:ObjectCreated:Put'] }],
    });
    const trace = 'Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1';
    const command = new PutObjectCommand({ Bucket, Key: 'k', Body: 'something' });
    command.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'] = trace;
        return next(args);
      },
      { step: 'build' },
    );
    await s3.send(command);
    expect(received.queues).toMatchObject([
      { arn: queueArn, message: { trace }, source: { principal: 's3.amazonaws.com' } },
    ]);
    expect(JSON.parse(received.queues[0]?.message.body ?? '')).toMatchObject({
      Records: [{ eventName: 'ObjectCreated:Put', s3: { configurationId: 'c', object: { key: 'k' } } }],
    });
  });
});

describe('a topic', () => {
  it('receives the record as a message with a subject', async () => {
    const Bucket = await bucket({ TopicConfigurations: [{ TopicArn: topicArn, Events: all }] });
    await put(Bucket, 'k');
    expect(received.topics).toMatchObject([{ arn: topicArn, subject: 'Amazon S3 Notification' }]);
    expect(JSON.parse(received.topics[0]?.text ?? '')).toMatchObject({
      Records: [{ eventName: 'ObjectCreated:Put' }],
    });
  });
});

describe('EventBridge', () => {
  it('receives every event, beside the other destinations, with the key as it is', async () => {
    const Bucket = await bucket({
      ...toFunction({ Events: ['s3:ObjectCreated:*'] }),
      EventBridgeConfiguration: {},
    });
    const { $metadata } = await put(Bucket, 'a b/ü');
    await s3.send(
      new PutObjectTaggingCommand({
        Bucket,
        Key: 'a b/ü',
        Tagging: { TagSet: [{ Key: 'a', Value: '1' }] },
      }),
    );
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a b/ü' }));
    expect(records()).toHaveLength(1);
    const shared = {
      version: '0',
      bucket: { name: Bucket },
      requester: account,
      'request-id': expect.any(String),
      'source-ip-address': '127.0.0.1',
    };
    const sequence = expect.stringMatching(/^[0-9A-F]{18}$/);
    const key = 'a b/ü';
    expect(JSON.parse(JSON.stringify(received.buses))).toStrictEqual(
      [
        {
          detailType: 'Object Created',
          detail: {
            ...shared,
            'request-id': $metadata.requestId,
            object: { key, size: 9, etag: md5, sequencer: sequence },
            reason: 'PutObject',
          },
        },
        { detailType: 'Object Tags Added', detail: { ...shared, object: { key, etag: md5 } } },
        {
          detailType: 'Object Deleted',
          detail: {
            ...shared,
            object: { key, sequencer: sequence },
            reason: 'DeleteObject',
            'deletion-type': 'Permanently Deleted',
          },
        },
      ].map((event) => ({
        region,
        event: {
          source: 'aws.s3',
          resources: [`arn:aws:s3:::${Bucket}`],
          time: expect.any(Number),
          ...event,
        },
      })),
    );
  });

  it('learns of copies, versions and delete markers', async () => {
    const Bucket = await bucket({ EventBridgeConfiguration: {} });
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const { VersionId } = await put(Bucket, 'a');
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` }));
    const { VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(received.buses.map(({ event }) => event.detail)).toMatchObject([
      { reason: 'PutObject', object: { 'version-id': VersionId } },
      { reason: 'CopyObject', object: { key: 'b' } },
      {
        reason: 'DeleteObject',
        'deletion-type': 'Delete Marker Created',
        object: { 'version-id': marker, etag: 'd41d8cd98f00b204e9800998ecf8427e' },
      },
    ]);
  });
});

describe('a function that S3 may no longer invoke', () => {
  it('is not invoked, the upload succeeds, and the log says so once', async () => {
    const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const Bucket = await bucket(toFunction());
      permitted.delete(functionArn);
      await put(Bucket, 'a');
      await put(Bucket, 'b');
      expect(records()).toEqual([]);
      expect(log.mock.calls.map(([text]) => String(text).replace(/^\S+ /, ''))).toEqual([
        `S3 does not send the notifications of bucket ${Bucket} to ${functionArn}: no\n`,
      ]);
      permitted.add(functionArn);
      await put(Bucket, 'c');
      expect(seen()).toHaveLength(1);
    } finally {
      permitted.add(functionArn);
      log.mockRestore();
    }
  });
});
