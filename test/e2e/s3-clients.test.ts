// The local S3 with independent clients: the AWS CLI and boto3; and an object that should not be held in memory.
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/cli.ts';
import { clientSettings, type LocalAws, startLocal } from '../support/local.ts';
import { removeFolder, temporaryFolder } from '../support/project.ts';
import { awsCli, motoServer } from '../support/tools.ts';

let local: LocalAws;
let folder: string;
const megabyte = 1024 * 1024;

beforeAll(async () => {
  [local, folder] = await Promise.all([startLocal(), temporaryFolder('s3')]);
  await mkdir(join(folder, 'tree', 'deep'), { recursive: true });
  await writeFile(join(folder, 'tree', 'a +ü.txt'), 'a');
  await writeFile(join(folder, 'tree', 'deep', 'b'), 'b');
  // Above 8 MB the clients upload and download in parts.
  await writeFile(join(folder, 'big'), Buffer.alloc(20 * megabyte, 'slsctl '));
});
afterAll(async () => {
  await local?.stop();
  if (folder) await removeFolder(folder);
});

const cli = await awsCli();
describe.skipIf(!cli)('the AWS CLI on the local S3', () => {
  async function aws(...args: string[]) {
    const words = ['--endpoint-url', local.endpoint, ...args];
    const ran = await run(cli as string, words, { cwd: folder, env: { ...local.env, AWS_PAGER: '' } });
    return { ...ran, text: ran.stdout + ran.stderr };
  }

  it('creates a bucket, copies, lists, synchronizes, and removes everything', async () => {
    expect((await aws('s3', 'mb', 's3://cli')).text).toContain('make_bucket: cli');
    expect((await aws('s3', 'cp', 'big', 's3://cli/x/big', '--no-progress')).code).toBe(0);
    expect((await aws('s3', 'cp', 's3://cli/x/big', 'back', '--no-progress')).code).toBe(0);
    expect((await readFile(join(folder, 'back'))).equals(await readFile(join(folder, 'big')))).toBe(true);
    expect((await aws('s3', 'ls', 's3://cli')).stdout.trim()).toBe('PRE x/');
    const first = await aws('s3', 'sync', 'tree', 's3://cli/tree', '--no-progress');
    expect(first.stdout.match(/^upload: /gm)).toHaveLength(2);
    expect((await aws('s3', 'sync', 'tree', 's3://cli/tree')).stdout).toBe('');
    expect((await aws('s3', 'cp', 's3://cli/x/big', 's3://cli/copy', '--no-progress')).code).toBe(0);
    expect((await aws('s3', 'ls', 's3://cli', '--recursive')).stdout.trim().split('\n')).toHaveLength(4);
    expect((await aws('s3', 'rb', 's3://cli')).text).toContain('BucketNotEmpty');
    expect((await aws('s3', 'rb', 's3://cli', '--force')).text).toContain('remove_bucket: cli');
  });

  it('can call every operation by its name', async () => {
    await aws('s3api', 'create-bucket', '--bucket', 'api');
    await aws(
      's3api',
      'put-object',
      '--bucket',
      'api',
      '--key',
      'k',
      '--body',
      'tree/deep/b',
      '--metadata',
      'a=b',
    );
    const head = JSON.parse((await aws('s3api', 'head-object', '--bucket', 'api', '--key', 'k')).stdout);
    expect(head).toMatchObject({ ContentLength: 1, Metadata: { a: 'b' } });
    const tags = 'TagSet=[{Key=a,Value=b}]';
    await aws('s3api', 'put-bucket-tagging', '--bucket', 'api', '--tagging', tags);
    const listed = await aws('resourcegroupstaggingapi', 'get-resources', '--resource-type-filters', 's3');
    expect(JSON.parse(listed.stdout).ResourceTagMappingList).toEqual([
      { ResourceARN: 'arn:aws:s3:::api', Tags: [{ Key: 'a', Value: 'b' }] },
    ]);
    expect((await aws('s3api', 'get-bucket-cors', '--bucket', 'api')).text).toContain(
      'not supported locally',
    );
    // The CLI finds out where the bucket is, and asks again.
    const elsewhere = await aws(
      's3api',
      'head-object',
      '--bucket',
      'api',
      '--key',
      'k',
      '--region',
      'eu-west-1',
    );
    expect(elsewhere.code).toBe(0);
  });
});

const moto = await motoServer();
describe.skipIf(!moto)('boto3 on the local S3', () => {
  it('puts, gets, uploads and presigns objects', async () => {
    const script = `
import boto3, os, urllib.request
from botocore.config import Config
s3 = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'], config=Config(signature_version='s3v4'))
s3.create_bucket(Bucket='boto')
for algorithm in ('CRC32', 'SHA1', 'SHA256'):
    s3.put_object(Bucket='boto', Key='k é/' + algorithm, Body=b'hello', ChecksumAlgorithm=algorithm, Metadata={'a': 'b'})
got = s3.get_object(Bucket='boto', Key='k é/SHA1', Range='bytes=1-3')
assert got['Body'].read() == b'ell' and got['Metadata'] == {'a': 'b'}, got
pages = s3.get_paginator('list_objects_v2').paginate(Bucket='boto', PaginationConfig={'PageSize': 2})
assert [o['Key'] for p in pages for o in p['Contents']] == ['k é/CRC32', 'k é/SHA1', 'k é/SHA256']
url = s3.generate_presigned_url('get_object', {'Bucket': 'boto', 'Key': 'k é/SHA1'})
assert urllib.request.urlopen(url).read() == b'hello'
s3.upload_file('big', 'boto', 'big')
s3.download_file('boto', 'big', 'back')
assert open('back', 'rb').read() == open('big', 'rb').read()
try:
    s3.put_object(Bucket='boto', Key='big', Body=b'', IfNoneMatch='*')
except s3.exceptions.ClientError as error:
    assert error.response['Error']['Code'] == 'PreconditionFailed', error
boto3.resource('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL']).Bucket('boto').objects.all().delete()
s3.delete_bucket(Bucket='boto')
print('done')
`;
    // The interpreter of moto has boto3.
    const python = join(dirname(moto as string), process.platform === 'win32' ? 'python.exe' : 'python');
    const ran = await run(python, ['-c', script], { cwd: folder, env: local.env });
    expect(ran.stdout.trim(), ran.stderr).toBe('done');
  });
});

describe('a large object on the local S3', () => {
  it.skipIf(process.platform !== 'linux')('is not held in memory', async () => {
    const s3 = new S3Client(clientSettings(local.env));
    const size = 400 * megabyte;
    const file = join(folder, 'large');
    await writeFile(file, Buffer.alloc(size, 'large '));
    const info = JSON.parse(await readFile(join(local.home, 'local', 'server.json'), 'utf8'));
    await s3.send(new CreateBucketCommand({ Bucket: 'large' }));
    await s3.send(
      new PutObjectCommand({ Bucket: 'large', Key: 'k', Body: createReadStream(file), ContentLength: size }),
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'large', Key: 'k' }));
    let received = 0;
    for await (const part of Body as AsyncIterable<Uint8Array>) received += part.length;
    expect(received).toBe(size);
    const status = await readFile(`/proc/${info.pid}/status`, 'utf8');
    const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
    expect(peak).toBeLessThan(320);
    s3.destroy();
  });
});
