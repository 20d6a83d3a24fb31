// Lists of the local S3, compared with a simple model.
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { localS3, refusal } from './fixture.ts';

const { s3 } = await localS3();
const Bucket = 'listed';
await s3.send(new CreateBucketCommand({ Bucket }));

const key = fc.string({
  unit: fc.constantFrom('a', 'b', '/', ' ', '+', 'é', '\u{ff5e}'),
  minLength: 1,
  maxLength: 6,
});

/** In the order of their bytes: each key, or its common prefix up to the delimiter. */
function wanted(keys: readonly string[], prefix: string, delimiter: string | undefined): string[] {
  const inOrder = [...keys]
    .filter((one) => one.startsWith(prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const cut = inOrder.map((one) => {
    const at = delimiter ? one.indexOf(delimiter, prefix.length) : -1;
    return at < 0 ? one : one.slice(0, at + 1);
  });
  return [...new Set(cut)];
}

it('lists of objects are complete, in order and without repetition, whatever the page size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 12 }),
      fc.constantFrom('', 'a', 'a/', '/', 'b '),
      fc.constantFrom(undefined, '/', 'b'),
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      async (keys, Prefix, Delimiter, MaxKeys, second) => {
        await Promise.all(keys.map((Key) => s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
        try {
          const found: string[] = [];
          let next: string | undefined;
          do {
            const common = { Bucket, Prefix, Delimiter, MaxKeys };
            const page = second
              ? await s3.send(new ListObjectsV2Command({ ...common, ContinuationToken: next }))
              : await s3.send(new ListObjectsCommand({ ...common, Marker: next }));
            const items = [
              ...(page.Contents ?? []).map(({ Key = '' }) => Key),
              ...(page.CommonPrefixes ?? []).map((one) => one.Prefix ?? ''),
            ];
            expect(items.length).toBeLessThanOrEqual(MaxKeys);
            found.push(...items);
            const marker = 'NextMarker' in page ? page.NextMarker : page.Contents?.at(-1)?.Key;
            next =
              'NextContinuationToken' in page
                ? page.NextContinuationToken
                : page.IsTruncated
                  ? marker
                  : undefined;
          } while (next !== undefined);
          const expected = wanted(keys, Prefix, Delimiter);
          expect([...found].sort()).toEqual([...expected].sort());
        } finally {
          await Promise.all(keys.map((Key) => s3.send(new DeleteObjectCommand({ Bucket, Key }))));
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('lists of objects start after a key, report their count, and can be URL-encoded', async () => {
  for (const Key of ['a b+', 'a/1', 'b']) await s3.send(new PutObjectCommand({ Bucket, Key, Body: '12' }));
  const list = (more: object) => s3.send(new ListObjectsV2Command({ Bucket, ...more }));
  expect(await list({ StartAfter: 'a/1' })).toMatchObject({ KeyCount: 1, Contents: [{ Key: 'b', Size: 2 }] });
  expect((await list({ EncodingType: 'url', Prefix: 'a ' })).Contents?.[0]?.Key).toBe('a%20b%2B');
  expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  expect(await refusal(list({ MaxKeys: -1 }))).toMatch(/^InvalidArgument 400/);
  expect(await refusal(list({ ContinuationToken: 'nonsense' }))).toMatch(/^InvalidArgument 400/);
});
