// Multipart uploads to the local S3.
import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it, vi } from 'vitest';
import { localS3, refusal } from './fixture.ts';

const { s3, files } = await localS3();
const Bucket = 'uploads';
await s3.send(new CreateBucketCommand({ Bucket }));
const least = 5 * 1024 * 1024;
const [one, two, three] = [Buffer.alloc(least, 1), Buffer.alloc(least + 1, 2), Buffer.from('the end')];

async function begin(Key: string, more: object = {}) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const at = { Bucket, Key, UploadId };
  return {
    at,
    part: async (PartNumber: number, Body: Uint8Array, extra: object = {}) => ({
      ...(await s3.send(new UploadPartCommand({ ...at, PartNumber, Body, ...extra }))),
      PartNumber,
    }),
    complete: (Parts: object[], extra: object = {}) =>
      s3.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts }, ...extra })),
    abort: () => s3.send(new AbortMultipartUploadCommand(at)),
    list: (extra: object = {}) => s3.send(new ListPartsCommand({ ...at, ...extra })),
  };
}

describe('a multipart upload', () => {
  it('makes one object, whose ETag is computed from those of the parts', async () => {
    const upload = await begin('whole', { Metadata: { a: 'b' } });
    // In any order, and the second part twice.
    const last = await upload.part(3, three);
    await upload.part(2, one);
    const parts = [await upload.part(1, one), await upload.part(2, two), last];
    const listed = await upload.list();
    expect(listed.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, one.length],
      [2, two.length],
      [3, three.length],
    ]);
    const { ETag } = await upload.complete(parts);
    const md5 = (data: Uint8Array) => createHash('md5').update(data).digest();
    const tag = md5(Buffer.concat([one, two, three].map(md5))).toString('hex');
    expect(ETag).toBe(`"${tag}-3"`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'whole' }));
    expect(got.Metadata).toEqual({ a: 'b' });
    const content = await got.Body?.transformToByteArray();
    expect(Buffer.compare(content ?? Buffer.alloc(0), Buffer.concat([one, two, three]))).toBe(0);
    const Range = `bytes=${one.length - 1}-${one.length}`;
    const across = await s3.send(new GetObjectCommand({ Bucket, Key: 'whole', Range }));
    expect([...((await across.Body?.transformToByteArray()) ?? [])]).toEqual([1, 2]);
    const second = await s3.send(new GetObjectCommand({ Bucket, Key: 'whole', PartNumber: 3 }));
    expect(second).toMatchObject({ PartsCount: 3, ContentLength: three.length });
    expect(await second.Body?.transformToString()).toBe('the end');
    expect(await refusal(upload.list())).toMatch(/^NoSuchUpload 404/);
  });

  it('is refused where S3 refuses it', async () => {
    const upload = await begin('refused');
    const small = await upload.part(1, three);
    const big = await upload.part(2, one);
    expect(await refusal(upload.part(0, three))).toMatch(/^InvalidArgument 400: Part number/);
    expect(await refusal(upload.part(10_001, three))).toMatch(/^InvalidArgument 400: Part number/);
    expect(await refusal(upload.complete([]))).toMatch(/^MalformedXML 400/);
    expect(await refusal(upload.complete([small, big]))).toBe(
      'EntityTooSmall 400: Your proposed upload is smaller than the minimum allowed size',
    );
    expect(await refusal(upload.complete([big, small]))).toMatch(/^InvalidPartOrder 400/);
    expect(await refusal(upload.complete([{ ...small, ETag: big.ETag }]))).toMatch(/^InvalidPart 400/);
    expect(await refusal(upload.complete([{ PartNumber: 9, ETag: small.ETag }]))).toMatch(/^InvalidPart 400/);
    const elsewhere = new ListPartsCommand({ ...upload.at, Key: 'other' });
    expect(await refusal(s3.send(elsewhere))).toMatch(/^NoSuchUpload 404/);
    await upload.complete([small]);
  });

  it('has checksums of its parts, and of the whole', async () => {
    const composite = await begin('composite', { ChecksumAlgorithm: 'SHA256' });
    const part = await composite.part(1, three, { ChecksumAlgorithm: 'SHA256' });
    const sha = (data: Uint8Array) => createHash('sha256').update(data).digest();
    expect(part.ChecksumSHA256).toBe(sha(three).toString('base64'));
    expect((await composite.list()).Parts?.[0]?.ChecksumSHA256).toBe(part.ChecksumSHA256);
    const done = await composite.complete([part]);
    expect(done.ChecksumSHA256).toBe(`${sha(sha(three)).toString('base64')}-1`);

    const whole = await begin('full', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = [await whole.part(1, one), await whole.part(2, three)];
    const reference = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'reference',
        Body: Buffer.concat([one, three]),
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    expect(await refusal(whole.complete(parts, { ChecksumCRC32: 'AAAAAA==' }))).toMatch(/^BadDigest 400/);
    expect((await whole.complete(parts)).ChecksumCRC32).toBe(reference.ChecksumCRC32);
  });

  it('accepts copies of objects as parts', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'abcdef' }));
    const upload = await begin('copied');
    const CopySource = `/${Bucket}/source`;
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({ ...upload.at, PartNumber: 1, CopySource, CopySourceRange: 'bytes=1-3' }),
    );
    await upload.complete([{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'copied' }));
    expect(await got.Body?.transformToString()).toBe('bcd');
  });

  it('is listed while it is open, and leaves nothing after it is aborted', async () => {
    const before = (await files()).length;
    const uploads = [await begin('p/1'), await begin('p/2'), await begin('q')];
    await uploads[0]?.part(1, three);
    await uploads[0]?.part(2, three);
    const list = (more: object) => s3.send(new ListMultipartUploadsCommand({ Bucket, ...more }));
    expect((await list({ Prefix: 'p/' })).Uploads?.map(({ Key }) => Key)).toEqual(['p/1', 'p/2']);
    const page = await list({ MaxUploads: 1 });
    expect(page).toMatchObject({ IsTruncated: true, NextKeyMarker: 'p/1' });
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    expect((await list({ KeyMarker, UploadIdMarker })).Uploads?.map(({ Key }) => Key)).toEqual(['p/2', 'q']);
    expect((await list({ Delimiter: '/' })).CommonPrefixes).toEqual([{ Prefix: 'p/' }]);
    expect(await uploads[0]?.list({ MaxParts: 1 })).toMatchObject({
      IsTruncated: true,
      NextPartNumberMarker: '1',
    });
    for (const upload of uploads) await upload.abort();
    expect((await list({})).Uploads ?? []).toEqual([]);
    await vi.waitFor(async () => expect(await files()).toHaveLength(before));
  });

  it('removes the files of the parts with the object', async () => {
    const before = (await files()).length;
    const upload = await begin('gone');
    const parts = [await upload.part(1, one), await upload.part(2, three)];
    await upload.part(3, three);
    await upload.complete(parts);
    await vi.waitFor(async () => expect(await files()).toHaveLength(before + 2));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    await vi.waitFor(async () => expect(await files()).toHaveLength(before));
  });
});
