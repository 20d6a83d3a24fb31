// Uploads in parts behind lost answers: the object is whole, and nothing stays behind.
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAws } from '../../src/aws/create.ts';
import { unfinishedUploads } from '../../src/aws/unfinished.ts';
import { upload } from '../../src/aws/upload.ts';
import { startInProcess } from '../local/in-process.ts';
import { type FaultyProxy, faultyProxy } from '../support/faulty-proxy.ts';
import type { LocalAws } from '../support/local.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';

const Bucket = 'uploads';
const content = randomBytes(17 * 1024 * 1024);

let local: LocalAws;
let proxy: FaultyProxy;
let folder: string;

beforeAll(async () => {
  [local, folder] = await Promise.all([startInProcess(), temporaryFolder('upload')]);
  proxy = await faultyProxy(local.endpoint);
  await writeFile(join(folder, 'zip'), content);
  const s3 = await client();
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  await proxy?.close();
  await local?.stop();
  if (folder) await removeFolder(folder);
});

async function client(attempts = '5') {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = local.env;
  const aws = await createAws({
    cwd: folder,
    env: { AWS_MAX_ATTEMPTS: attempts },
    region: 'us-east-1',
    endpoint: proxy.endpoint,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  });
  return aws.s3();
}

describe.each(['cut before', 'cut after', '500 after', '503'] as const)('%s', (fault) => {
  it.each([
    ['each request', /./, '5'],
    ['the start', /^POST .*\/start$/, '1'],
    ['a part', /^PUT .*\/part$/, '1'],
    ['the end', /^POST .*\/end$/, '1'],
  ])('at %s', async (where, name, attempts) => {
    const Key = `${fault} ${where}`.replaceAll(' ', '-');
    const s3 = await client(attempts);
    let disturbed = false;
    proxy.disturb(({ name: path, again, query }) => {
      const step = query.includes('uploads') ? 'start' : query.includes('partNumber') ? 'part' : 'end';
      if (again || !name.test(`${path}/${step}`) || (attempts === '1' && disturbed)) return undefined;
      disturbed = true;
      return fault;
    });
    const file = join(folder, 'zip');
    const sha256 = createHash('sha256').update(content).digest('base64');
    await upload(s3, { bucket: Bucket, key: Key, file, size: content.length, sha256 });
    expect(disturbed).toBe(true);
    const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(ContentLength).toBe(content.length);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.compare(content, Buffer.from((await Body?.transformToByteArray()) ?? []))).toBe(0);
    const left = [];
    for await (const one of unfinishedUploads(s3, Bucket)) left.push(one);
    expect(left).toEqual([]);
  });
});
