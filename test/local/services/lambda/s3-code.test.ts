// Code of functions and layers from S3.
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { account } from '../../call.ts';
import { localS3 } from '../s3/fixture.ts';
import { region, role, zip } from './control.ts';

const { server, client } = await localS3();
const s3 = client({ region });
const Bucket = 'code';
await s3.send(new CreateBucketCommand({ Bucket }));
await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'a/code.zip', Body: zip }));
await s3.send(new PutObjectCommand({ Bucket, Key: 'a/code.zip', Body: 'no zip' }));
const far = client({ region: 'eu-west-1' });
await far.send(new CreateBucketCommand({ Bucket: 'far' }));

const create = (Code: object) =>
  server.ask({
    service: 'lambda',
    path: '/2015-03-31/functions',
    body: JSON.stringify({
      FunctionName: 'f',
      Role: role,
      Runtime: 'python3.12',
      Handler: 'index.handler',
      Code,
    }),
  });
const S3Key = 'a/code.zip';

it.each([
  ['no bucket', { S3Bucket: 'none', S3Key }, 'NoSuchBucket', 'The specified bucket does not exist'],
  ['no key', { S3Bucket: Bucket, S3Key: 'b' }, 'NoSuchKey', 'The specified key does not exist.'],
  [
    'no version',
    { S3Bucket: Bucket, S3Key, S3ObjectVersion: 'x' },
    'NoSuchVersion',
    'The specified version does not exist.',
  ],
  [
    'another region',
    { S3Bucket: 'far', S3Key },
    'PermanentRedirect',
    'The bucket is in this region: eu-west-1. Please use this region to retry the request',
  ],
])('code from S3 is refused in the words of S3: %s', async (_, code, errorCode, text) => {
  expect(await create(code)).toMatchObject({
    status: 400,
    code: 'InvalidParameterValueException',
    message: `Error occurred while GetObject. S3 Error Code: ${errorCode}. S3 Error Message: ${text}`,
  });
});

it('code from S3 is refused when it is not a zip', async () => {
  expect(await create({ S3Bucket: Bucket, S3Key })).toMatchObject({
    message: 'Could not unzip uploaded file. Please check your file, then try to upload again.',
  });
});

it('code from S3 creates and updates functions and layers like a zip in the request', async () => {
  const place = { S3Bucket: Bucket, S3Key, S3ObjectVersion: VersionId };
  const direct = JSON.parse((await create({ ZipFile: zip.toString('base64') })).body);
  await server.ask({ service: 'lambda', method: 'DELETE', path: '/2015-03-31/functions/f' });
  const made = JSON.parse((await create(place)).body);
  expect(made).toMatchObject({ CodeSha256: direct.CodeSha256, CodeSize: zip.length });
  const path = '/2015-03-31/functions/f/code';
  const updated = await server.ask({ service: 'lambda', method: 'PUT', path, body: JSON.stringify(place) });
  expect(JSON.parse(updated.body)).toMatchObject({ CodeSha256: direct.CodeSha256 });
  const missing = JSON.stringify({ ...place, S3ObjectVersion: undefined, S3Key: 'b' });
  expect(await server.ask({ service: 'lambda', method: 'PUT', path, body: missing })).toMatchObject({
    status: 400,
    message: expect.stringContaining('S3 Error Code: NoSuchKey.'),
  });
  const layer = await server.ask({
    service: 'lambda',
    path: '/2018-10-31/layers/l/versions',
    body: JSON.stringify({ Content: place }),
  });
  expect(JSON.parse(layer.body)).toMatchObject({
    Content: { CodeSha256: direct.CodeSha256 },
    LayerVersionArn: `arn:aws:lambda:${region}:${account}:layer:l:1`,
  });
});
