// Uploads by a signed form (PostObject): answers, conditions of the policy, events.
import { createHmac } from 'node:crypto';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { textOf } from './fixture.ts';
import { functionArn, notifyingS3, region } from './notifications/fixture.ts';

const { s3, server, bucket, records } = await notifyingS3();
const notifying = () =>
  bucket({
    LambdaFunctionConfigurations: [{ LambdaFunctionArn: functionArn, Events: ['s3:ObjectCreated:*'] }],
  });

interface Given {
  Bucket: string;
  fields?: Record<string, string>;
  conditions?: unknown[];
  content?: string;
  /** Milliseconds from now. */
  expiresIn?: number;
  secret?: string;
  fileName?: string;
}

/** Posts a form as a browser does, with the fields that generate_presigned_post makes. */
async function post(given: Given) {
  const {
    Bucket,
    fields = { key: 'k' },
    expiresIn = 60_000,
    content = 'something',
    fileName = 'f.txt',
  } = given;
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const date = stamp.slice(0, 8);
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${server.credentials.accessKeyId}/${date}/${region}/s3/aws4_request`,
    'x-amz-date': stamp,
  };
  const conditions = [
    { bucket: Bucket },
    ...Object.entries({ ...fields, ...signing }).map(([name, value]) => ({ [name]: value })),
  ];
  const document = {
    expiration: new Date(Date.now() + expiresIn).toISOString(),
    conditions: given.conditions ?? conditions,
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const secret = given.secret ?? server.credentials.secretAccessKey;
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
  const form = new FormData();
  const all = { ...fields, ...signing, policy, 'x-amz-signature': hmac(key, policy).toString('hex') };
  for (const [name, value] of Object.entries(all)) form.set(name, value);
  form.set('file', new Blob([content]), fileName);
  const answer = await fetch(`${server.endpoint}/${Bucket}`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const body = await answer.text();
  const [, code] = /<Code>(.*?)<\/Code>/.exec(body) ?? [];
  const [, message] = /<Message>(.*?)<\/Message>/s.exec(body) ?? [];
  return { status: answer.status, headers: answer.headers, body, refusal: code && `${code}: ${message}` };
}

describe('a form', () => {
  it('uploads its file, and makes ObjectCreated:Post', async () => {
    const Bucket = await notifying();
    const key = `in/$${'{filename}'}`;
    const fields = { key, 'Content-Type': 'text/plain', 'x-amz-meta-a': 'b' };
    const conditions = [
      { bucket: Bucket },
      ['starts-with', '$key', 'in/'],
      ['starts-with', '$Content-Type', ''],
      { 'x-amz-meta-a': 'b' },
      ...['$x-amz-algorithm', '$x-amz-credential', '$x-amz-date'].map((name) => ['starts-with', name, '']),
    ];
    const { status, headers } = await post({ Bucket, fields, conditions });
    expect(status).toBe(204);
    expect(headers.get('etag')).toBe('"437b930db84b8079c2dd804a71936b5f"');
    expect(headers.get('location')).toBe(`${server.endpoint}/${Bucket}/in/f.txt`);
    const Key = 'in/f.txt';
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { a: 'b' },
    });
    expect(await textOf(await s3.send(new GetObjectCommand({ Bucket, Key })))).toBe('something');
    expect(records()).toMatchObject([
      { eventName: 'ObjectCreated:Post', s3: { object: { key: 'in/f.txt', size: 9 } } },
    ]);
  });

  it('keeps bytes as they are', async () => {
    const Bucket = await bucket();
    const content = '\r\n--x\r\n\r\n\u0000ü--';
    await post({ Bucket, content });
    expect(await textOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe(content);
  });

  it('is answered as it asks for', async () => {
    const Bucket = await bucket();
    const asked = (more: Record<string, string>) => post({ Bucket, fields: { key: 'k', ...more } });
    expect(await asked({ success_action_status: '200' })).toMatchObject({ status: 200, body: '' });
    const created = await asked({ success_action_status: '201' });
    expect(created.status).toBe(201);
    expect(created.body).toContain(
      `<PostResponse><Location>${server.endpoint}/${Bucket}/k</Location><Bucket>${Bucket}</Bucket><Key>k</Key><ETag>&quot;437b930db84b8079c2dd804a71936b5f&quot;</ETag></PostResponse>`,
    );
    expect((await asked({ success_action_status: '404' })).status).toBe(204);
    const moved = await asked({ success_action_redirect: 'http://127.0.0.1/done?a=1' });
    expect(moved.status).toBe(303);
    expect(moved.headers.get('location')).toContain(`http://127.0.0.1/done?a=1&bucket=${Bucket}&key=k&etag=`);
  });

  it('is refused with another signature, and nothing is stored', async () => {
    const Bucket = await notifying();
    expect(await post({ Bucket, secret: 'other' })).toMatchObject({
      status: 403,
      refusal: expect.stringContaining('SignatureDoesNotMatch'),
    });
    expect(records()).toEqual([]);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'k' }))).rejects.toThrow();
  });

  it.each<[string, Partial<Given>, string]>([
    ['an expired policy', { expiresIn: -1000 }, 'AccessDenied: Invalid according to Policy: Policy expired.'],
    [
      'another key',
      { conditions: [{ key: 'other' }] },
      'AccessDenied: Invalid according to Policy: Policy Condition failed: [&quot;eq&quot;, &quot;$key&quot;, &quot;other&quot;]',
    ],
    [
      'another prefix',
      { conditions: [['starts-with', '$key', 'in/']] },
      'AccessDenied: Invalid according to Policy: Policy Condition failed: [&quot;starts-with&quot;, &quot;$key&quot;, &quot;in/&quot;]',
    ],
    [
      'a field that the policy does not name',
      { conditions: [{ key: 'k' }] },
      'AccessDenied: Invalid according to Policy: Extra input fields: x-amz-algorithm,x-amz-credential,x-amz-date',
    ],
    [
      'a file that is too large',
      { conditions: [['content-length-range', 1, 5]] },
      'EntityTooLarge: Your proposed upload exceeds the maximum allowed size',
    ],
    [
      'a file that is too small',
      { conditions: [['content-length-range', 10, 20]] },
      'EntityTooSmall: Your proposed upload is smaller than the minimum allowed size',
    ],
  ])('is refused with %s', async (_what, given, refusal) => {
    const Bucket = await bucket();
    expect(await post({ Bucket, ...given })).toMatchObject({ refusal });
  });

  /** As generate_presigned_post of boto3 makes it in older regions. */
  async function older(Bucket: string, secret = server.credentials.secretAccessKey) {
    const conditions = [{ bucket: Bucket }, { key: 'k' }];
    const expiration = new Date(Date.now() + 60_000).toISOString();
    const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
    const form = new FormData();
    const fields = {
      key: 'k',
      AWSAccessKeyId: server.credentials.accessKeyId,
      policy,
      signature: createHmac('sha1', secret).update(policy).digest('base64'),
    };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob(['something']), 'f');
    const answer = await fetch(`${server.endpoint}/${Bucket}`, { method: 'POST', body: form });
    return { status: answer.status, body: await answer.text() };
  }

  it('has a signature of version 2 for a bucket in an older region', async () => {
    const Bucket = await bucket();
    expect((await older(Bucket)).status).toBe(204);
    expect(await textOf(await s3.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toBe('something');
    expect(await older(Bucket, 'other')).toMatchObject({
      status: 403,
      body: expect.stringContaining('<Code>SignatureDoesNotMatch</Code>'),
    });
  });

  it('is refused with a signature of version 2 in a newer region', async () => {
    const Bucket = 'newer-region';
    const CreateBucketConfiguration = { LocationConstraint: 'eu-central-1' } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    expect(await older(Bucket)).toMatchObject({
      status: 400,
      body: expect.stringContaining(
        '<Message>The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.</Message>',
      ),
    });
  });

  it('for a bucket that does not exist is refused', async () => {
    expect(await post({ Bucket: 'not-there' })).toMatchObject({
      status: 404,
      refusal: 'NoSuchBucket: The specified bucket does not exist',
    });
  });
});
