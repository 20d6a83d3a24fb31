// Objects of the local S3: bytes, headers, conditions, ranges, checksums, copies, versions.
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { localS3, refusal, textOf } from './fixture.ts';

const { s3, files, server } = await localS3();
const Bucket = 'things';
await s3.send(new CreateBucketCommand({ Bucket }));
const put = (Key: string, Body: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key: string, more: object = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }));

describe('objects', () => {
  it('are returned as they were put, with their properties', async () => {
    const Key = ' a/ü +%25//?&.txt';
    const said = {
      ContentType: 'text/x',
      CacheControl: 'no-store',
      ContentDisposition: 'inline',
      ContentEncoding: 'gzip',
      Metadata: { one: '1' },
      Tagging: 'a=1&b=x%20y',
    };
    const { ETag } = await put(Key, 'hello', said);
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const { Tagging: _, ...headers } = said;
    const got = await get(Key);
    expect(got).toMatchObject({ ...headers, ETag, ContentLength: 5, TagCount: 2, AcceptRanges: 'bytes' });
    expect(await textOf(got)).toBe('hello');
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ...headers,
      ContentLength: 5,
    });
    const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
    expect(TagSet).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'x y' },
    ]);
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [] } }));
    expect((await get(Key)).TagCount).toBeUndefined();
    const overridden = await get(Key, { ResponseContentType: 'text/plain' });
    expect(overridden.ContentType).toBe('text/plain');
    expect(await refusal(get(Key, { ResponseContentType: 'a\r\nb: c' }))).toMatch(/^InvalidRequest 400/);
  });

  it('are refused with their key when they do not exist', async () => {
    expect(await refusal(get('nothing'))).toBe('NoSuchKey 404: The specified key does not exist.');
    expect(await refusal(s3.send(new HeadObjectCommand({ Bucket, Key: 'nothing' })))).toMatch(
      /^NotFound 404/,
    );
    expect(await refusal(put('k'.repeat(1025), ''))).toBe('KeyTooLongError 400: Your key is too long');
    expect(
      await refusal(
        s3.send(new PutObjectCommand({ Bucket: 'no-such', Key: 'a', Body: 'x'.repeat(300_000) })),
      ),
    ).toMatch(/^NoSuchBucket 404/);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'nothing' }));
  });

  it.each([
    ['bytes=0-0', 'h', 'bytes 0-0/5'],
    ['bytes=1-3', 'ell', 'bytes 1-3/5'],
    ['bytes=3-', 'lo', 'bytes 3-4/5'],
    ['bytes=-2', 'lo', 'bytes 3-4/5'],
    ['bytes=2-100', 'llo', 'bytes 2-4/5'],
    ['bytes=3-1', 'hello', undefined],
    ['lines=1-2', 'hello', undefined],
  ])('answer the range %s', async (Range, text, ContentRange) => {
    await put('ranged', 'hello');
    const got = await get('ranged', { Range });
    expect(got.ContentRange).toBe(ContentRange);
    expect(got.$metadata.httpStatusCode).toBe(ContentRange ? 206 : 200);
    expect(await textOf(got)).toBe(text);
  });

  it('have no range beyond their end', async () => {
    await put('ranged', 'hello');
    expect(await refusal(get('ranged', { Range: 'bytes=5-' }))).toBe(
      'InvalidRange 416: The requested range is not satisfiable',
    );
  });

  it('are read and written under conditions', async () => {
    const { ETag } = await put('conditional', 'one');
    const failed = /^PreconditionFailed 412/;
    expect(await refusal(get('conditional', { IfMatch: '"other"' }))).toMatch(failed);
    expect(await refusal(get('conditional', { IfNoneMatch: ETag }))).toMatch(/304/);
    expect(await refusal(get('conditional', { IfModifiedSince: new Date(Date.now() + 1000) }))).toMatch(
      /304/,
    );
    expect(await refusal(get('conditional', { IfUnmodifiedSince: new Date(0) }))).toMatch(failed);
    expect(await textOf(await get('conditional', { IfMatch: ETag, IfModifiedSince: new Date(0) }))).toBe(
      'one',
    );
    expect(await refusal(put('conditional', 'two', { IfNoneMatch: '*' }))).toMatch(failed);
    expect(await refusal(put('conditional', 'two', { IfMatch: '"other"' }))).toMatch(failed);
    expect(await refusal(put('unwritten', 'two', { IfMatch: ETag }))).toMatch(/^NoSuchKey 404/);
    await put('unwritten', 'two', { IfNoneMatch: '*' });
    await put('conditional', 'two', { IfMatch: ETag });
    expect(await textOf(await get('conditional'))).toBe('two');
  });

  it('are created by only one of two concurrent writers', async () => {
    const writes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        put('raced', String(index).repeat(200_000), { IfNoneMatch: '*' }),
      ),
    );
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'are checked against %s',
    async (ChecksumAlgorithm) => {
      const stored = await put(ChecksumAlgorithm, 'hello', { ChecksumAlgorithm });
      const name = `Checksum${ChecksumAlgorithm}` as const;
      expect(stored[name]).toMatch(/^[\w+/=]{8,}$/);
      const got = await get(ChecksumAlgorithm, { ChecksumMode: 'ENABLED' });
      expect(got[name]).toBe(stored[name]);
      expect(await textOf(got)).toBe('hello');
      expect(await refusal(put(ChecksumAlgorithm, 'changed', { [name]: stored[name] }))).toBe(
        `BadDigest 400: The ${ChecksumAlgorithm} you specified did not match the calculated checksum.`,
      );
      expect(await textOf(await get(ChecksumAlgorithm))).toBe('hello');
    },
  );

  it('are checked against Content-MD5', async () => {
    expect(await refusal(put('md5', 'hello', { ContentMD5: 'XUFAKrxLKna5cZ2REBfFkQ==' }))).toMatch(
      /^BadDigest 400: The Content-MD5/,
    );
    expect(await refusal(put('md5', 'hello', { ContentMD5: 'short' }))).toMatch(/^InvalidDigest 400/);
    await put('md5', 'hello', { ContentMD5: 'XUFAKrxLKna5cZ2REBfFkg==' });
  });

  it('are deleted many at a time', async () => {
    await Promise.all(['d/1', 'd/2', 'd/3'].map((key) => put(key, key)));
    const remove = (keys: string[], Quiet?: boolean) =>
      s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet } }));
    const { Deleted, Errors } = await remove(['d/1', 'd/none']);
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['d/1', 'd/none']);
    expect(Errors ?? []).toEqual([]);
    expect((await remove(['d/2', 'd/3'], true)).Deleted ?? []).toEqual([]);
    expect(await refusal(remove([]))).toMatch(/^MalformedXML 400/);
    expect(await refusal(get('d/3'))).toMatch(/^NoSuchKey/);
  });

  it('are copied with their headers, or with new ones', async () => {
    const CopySource = `${Bucket}/from%20%C3%BC`;
    await put('from ü', 'content', { Metadata: { a: '1' }, ContentType: 'text/a', Tagging: 't=1' });
    const copy = (more: object) => s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource, ...more }));
    await copy({});
    await put('from ü', 'changed');
    const first = await get('to');
    expect(first).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/a', TagCount: 1 });
    expect(await textOf(first)).toBe('content');
    await copy({ MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
    expect(await get('to')).toMatchObject({ Metadata: { b: '2' } });
    expect(await refusal(copy({ Key: 'from ü' }))).toMatch(
      /^InvalidRequest 400: This copy request is illegal/,
    );
    expect(await refusal(copy({ CopySource: `${Bucket}/none` }))).toMatch(/^NoSuchKey/);
    expect(await refusal(copy({ CopySourceIfNoneMatch: '*' }))).toMatch(/^PreconditionFailed 412/);
  });

  it('leave no file behind when they are replaced, refused or deleted', async () => {
    await put('only', 'x');
    const before = (await files()).length;
    await put('only', 'y');
    await refusal(put('only', 'z', { ChecksumSHA1: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }));
    await put('more', 'z');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'more' }));
    await vi.waitFor(async () => expect(await files()).toHaveLength(before));
  });

  it('are refused when the body differs from the signed one', async () => {
    const answer = await server.ask({
      service: 's3',
      method: 'PUT',
      path: `/${Bucket}/signed`,
      headers: { 'x-amz-content-sha256': 'a'.repeat(64) },
      body: 'hello',
    });
    expect(answer).toMatchObject({ status: 400 });
  });
});

describe('objects with versions', async () => {
  const versioned = 'versioned';
  await s3.send(new CreateBucketCommand({ Bucket: versioned }));
  const at = { Bucket: versioned, Key: 'k' };
  const set = (Status: 'Enabled' | 'Suspended') =>
    s3.send(new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status } }));

  it('keep their earlier versions', async () => {
    await s3.send(new PutObjectCommand({ ...at, Body: 'zero' }));
    await set('Enabled');
    const one = await s3.send(new PutObjectCommand({ ...at, Body: 'one' }));
    const two = await s3.send(new PutObjectCommand({ ...at, Body: 'two' }));
    expect(one.VersionId).not.toBe(two.VersionId);
    const read = async (VersionId?: string) =>
      textOf(await s3.send(new GetObjectCommand({ ...at, VersionId })));
    expect(await Promise.all([read(), read(one.VersionId), read('null')])).toEqual(['two', 'one', 'zero']);

    const marker = await s3.send(new DeleteObjectCommand(at));
    expect(marker.DeleteMarker).toBe(true);
    expect(await refusal(read())).toMatch(/^NoSuchKey 404/);
    expect(await refusal(read(marker.VersionId))).toMatch(/^MethodNotAllowed 405/);
    expect(await refusal(read('other'))).toMatch(/^NoSuchVersion 404/);
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: versioned }));
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([
      two.VersionId,
      one.VersionId,
      'null',
    ]);
    expect(listed.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);

    await s3.send(new DeleteObjectCommand({ ...at, VersionId: marker.VersionId }));
    expect(await read()).toBe('two');
    await s3.send(new DeleteObjectCommand({ ...at, VersionId: two.VersionId }));
    expect(await read()).toBe('one');
    await set('Suspended');
    const { VersionId } = await s3.send(new PutObjectCommand({ ...at, Body: 'again' }));
    expect(VersionId).toBeUndefined();
    expect((await s3.send(new GetObjectCommand(at))).VersionId).toBe('null');
    const CopySource = `${versioned}/k`;
    const copied = await s3.send(new CopyObjectCommand({ Bucket: versioned, Key: 'copied', CopySource }));
    expect([copied.VersionId, copied.CopySourceVersionId]).toStrictEqual(['null', undefined]);
    expect(await Promise.all([read('null'), read(one.VersionId)])).toEqual(['again', 'one']);
  });
});
