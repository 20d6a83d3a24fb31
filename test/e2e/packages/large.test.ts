// Packages above 50 MB: uploaded through S3, resumed after an interruption, in slsctl's own bucket or the user's.
import { createServer } from 'node:http';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProxy } from '../../../bench/proxy.js';
import { startInProcess } from '../../local/in-process.ts';
import { run, startSlsctl } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { largeCode, largeProject } from '../../support/large.ts';
import { clientsOf, everything, type LocalAws } from '../../support/local.ts';
import { motoAccount } from '../../support/moto.ts';
import { freePort } from '../../support/port.ts';
import { removeFolder, temporaryFolder } from '../../support/project.ts';
import { awsCli, motoServer } from '../../support/tools.ts';

const own = 'slsctl-000000000000-us-east-1';
let local: LocalAws;
let folder: string;
/** A ready zip of 60 MB, eight parts. */
let zip: string;
let s3: S3Client;

function s3Of(env: Record<string, string>): S3Client {
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = env;
  return new S3Client({
    endpoint: env.AWS_ENDPOINT_URL,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
}

beforeAll(async () => {
  [local, folder] = await Promise.all([startInProcess(), temporaryFolder('large')]);
  s3 = s3Of(local.env);
  await largeCode(join(folder, 'code'));
  const project = await largeProject(join(folder, 'zipped'), 'zipped', '../code');
  zip = join(folder, 'ready.zip');
  await expectSlsctl(['package', '--out', zip], { cwd: project });
}, 120_000);
afterAll(async () => {
  s3?.destroy();
  await local?.stop();
  if (folder) await removeFolder(folder);
});

const slsctl = (cwd: string, args: string[], { code = 0, env = {} }: { code?: number; env?: object } = {}) =>
  expectSlsctl(args, { cwd, code, env: { ...local.env, ...env } });

async function keysIn(bucket: string, client = s3): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key = '' }) => Key);
}

const buckets = async (client = s3) =>
  ((await client.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name);

/** Numbers of the parts that were sent, in order. */
function partsSent(records: { method: string; path: string }[]): number[] {
  return records
    .filter(({ method, path }) => method === 'PUT' && path.includes('partNumber='))
    .map(({ path }) => Number(/partNumber=(\d+)/.exec(path)?.[1]))
    .sort((a, b) => a - b);
}

describe('a package of 60 MB', () => {
  it('goes through slsctl’s own bucket, runs, and destroy leaves the account as before', async () => {
    const before = [await everything(local.env), await buckets()];
    const project = await largeProject(join(folder, 'first'), 'first', '../code');
    const { stderr } = await slsctl(project, ['deploy']);
    expect(stderr).toMatch(/uploading to S3, 60\.\d of 60\.\d MB/);
    expect((await slsctl(project, ['invoke'])).stdout.trim()).toBe(String(60 * 1024 * 1024));

    expect(await keysIn(own)).toEqual([
      expect.stringMatching(/^slsctl\/projects\/first\/[0-9a-f]{64}\.zip$/),
    ]);
    expect((await s3.send(new GetBucketTaggingCommand({ Bucket: own }))).TagSet).toEqual([
      { Key: 'slsctl:bucket', Value: 'uploads' },
    ]);
    const { PublicAccessBlockConfiguration } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: own }),
    );
    expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: own }));
    expect(Rules).toMatchObject([
      {
        Status: 'Enabled',
        Expiration: { Days: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ]);

    // Unchanged, nobody asks S3 at all.
    const proxy = await startProxy({ target: local.endpoint });
    await slsctl(project, ['plan', '--exit-code', '--endpoint-url', proxy.endpoint]);
    await slsctl(project, ['deploy', '--endpoint-url', proxy.endpoint]);
    expect(proxy.take().filter(({ path }) => path.includes(own))).toEqual([]);

    // The same bytes are not sent again, though the function is made anew.
    const { lambda } = await clientsOf(local.env);
    const { DeleteFunctionCommand } = await import('@aws-sdk/client-lambda');
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'first' }));
    await slsctl(project, ['deploy', '--endpoint-url', proxy.endpoint]);
    expect(partsSent(proxy.take())).toEqual([]);
    await proxy.close();

    const { stdout } = await slsctl(project, ['destroy', '--yes']);
    expect(stdout).toContain(`uploads    ${own}`);
    expect(stdout).toContain('Nothing remains.');
    expect([await everything(local.env), await buckets()]).toEqual(before);
  });

  it('is uploaded once for several functions, and may be a layer', async () => {
    const layered = { runtime: 'python3.12', handler: 'app.handler', code: zip };
    const project = await largeProject(join(folder, 'several'), 'one', zip, {
      functions: { one: layered, two: layered },
      layers: { big: { path: zip } },
    });
    const proxy = await startProxy({ target: local.endpoint });
    await slsctl(project, ['deploy', '--endpoint-url', proxy.endpoint]);
    expect(partsSent(proxy.take())).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await proxy.close();
    expect(await keysIn(own)).toHaveLength(1);
    await slsctl(project, ['destroy', '--yes']);
    await slsctl(project, ['layer', 'publish', 'big']);
    expect(await keysIn(own)).toHaveLength(1);
    await slsctl(project, ['destroy', '--yes']);
    expect(await buckets()).toEqual([]);
  });

  it('is removed by destroy without the uploads of others and without their bucket', async () => {
    const [here, there] = await Promise.all([
      largeProject(join(folder, 'here'), 'here', zip),
      largeProject(join(folder, 'there'), 'there', zip, { stages: { prod: {} } }),
    ]);
    await slsctl(here, ['deploy']);
    await slsctl(there, ['deploy', '--stage', 'prod']);
    await slsctl(here, ['destroy', '--yes']);
    expect(await keysIn(own)).toEqual([expect.stringMatching(/^slsctl\/stages\/there\/prod\//)]);
    await slsctl(there, ['destroy', '--yes', '--stage', 'prod']);
    expect(await buckets()).toEqual([]);
  });

  it('continues the upload of a killed run with the missing parts only', async () => {
    const project = await largeProject(join(folder, 'resumed'), 'resumed', zip);
    const slow = await startProxy({ target: local.endpoint, delay: 400 });
    const running = await startSlsctl(['deploy', '--endpoint-url', slow.endpoint], {
      cwd: project,
      env: local.env,
    });
    await running.saw('uploading to S3, 8.0 of');
    running.child.kill('SIGKILL');
    await running.done;
    await slow.close();

    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: own }));
    expect(Uploads).toHaveLength(1);
    const { Key, UploadId } = Uploads[0] ?? {};
    const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket: own, Key, UploadId }));
    const there = Parts.map(({ PartNumber }) => PartNumber as number);
    expect(there.length).toBeGreaterThan(0);
    expect(there.length).toBeLessThan(8);

    const proxy = await startProxy({ target: local.endpoint });
    await slsctl(project, ['deploy', '--endpoint-url', proxy.endpoint]);
    const records = proxy.take();
    await proxy.close();
    const sent = partsSent(records);
    // What was on its way when the first run was killed may have arrived after the look at what is there.
    expect(sent.filter((number) => there.includes(number))).toEqual([]);
    expect(sent.length).toBeLessThanOrEqual(8 - there.length);
    // The same upload, not a new one.
    expect(records.filter(({ method, path }) => method === 'POST' && /\?uploads/.test(path))).toEqual([]);
    expect((await slsctl(project, ['invoke'])).stdout.trim()).toBe(String(60 * 1024 * 1024));
    await slsctl(project, ['destroy', '--yes']);
    expect(await buckets()).toEqual([]);
  });

  it('reports an interrupted upload, and destroy removes its parts', async () => {
    const project = await largeProject(join(folder, 'cut'), 'cut', zip);
    const slow = await startProxy({ target: local.endpoint, delay: 400 });
    const running = await startSlsctl(['deploy', '--endpoint-url', slow.endpoint], {
      cwd: project,
      env: local.env,
    });
    await running.saw('uploading to S3, 8.0 of');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.done;
    expect(code, stderr).toBe(130);
    await slow.close();
    await slsctl(project, ['destroy', '--yes']);
    expect(await buckets()).toEqual([]);
  });
});

describe('the bucket for large packages', () => {
  it('is left alone when another owner has its name', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: own }));
    await s3.send(new PutObjectCommand({ Bucket: own, Key: 'theirs', Body: 'x' }));
    const project = await largeProject(join(folder, 'foreign'), 'foreign', zip);
    const { stderr } = await slsctl(project, ['deploy'], { code: 1 });
    expect(stderr).toContain(`the bucket ${own} cannot take the package: it was not made by slsctl`);
    expect(stderr).toContain('bucket: NAME');
    expect(await keysIn(own)).toEqual(['theirs']);

    // Named in the config it is the user's own.
    await largeProject(project, 'foreign', zip, { bucket: own });
    await slsctl(project, ['deploy']);
    expect(await keysIn(own)).toHaveLength(2);
    await slsctl(project, ['destroy', '--yes']);
    expect(await keysIn(own)).toEqual(['theirs']);
    const { DeleteObjectCommand, DeleteBucketCommand } = await import('@aws-sdk/client-s3');
    await s3.send(new DeleteObjectCommand({ Bucket: own, Key: 'theirs' }));
    await s3.send(new DeleteBucketCommand({ Bucket: own }));
  });

  it.each([
    ['Upper', 2, 'bucket is "Upper"; allowed: the name of an S3 bucket'],
    ['a', 2, 'bucket is "a"; allowed: the name of an S3 bucket'],
    ['no-such-bucket', 1, 'the bucket no-such-bucket that slsctl.yml names does not exist'],
    ['far-away', 1, 'the bucket far-away that slsctl.yml names is not in us-east-1'],
  ])('named %s is refused with exit %i', async (bucket, code, message) => {
    if (bucket === 'far-away') {
      const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
      await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    }
    const project = await largeProject(join(folder, `named-${bucket}`), 'named', zip, { bucket });
    const { stderr } = await slsctl(project, ['deploy'], { code });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    if (code !== 1) return;
    await largeProject(project, 'named', zip);
    await slsctl(project, ['destroy', '--yes']);
  });

  it.each([
    [undefined, 'another account owns it, or these credentials lack s3:GetBucketTagging'],
    ['given-bucket', 'access denied: s3:PutObject on arn:aws:s3:::given-bucket/*'],
  ])('that may not be used is refused with the missing permission: %s', async (bucket, message) => {
    const port = await freePort();
    const denying = createServer((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/xml' });
      response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
    });
    await new Promise<void>((resolve) => denying.listen(port, '127.0.0.1', resolve));
    const project = await largeProject(join(folder, 'denied'), 'denied', zip, { bucket });
    const env = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
    const { stderr } = await slsctl(project, ['deploy'], { code: 1, env });
    expect(stderr).toContain(message);
    const removed = await slsctl(project, ['destroy', '--yes'], { env });
    if (bucket) expect(removed.stderr).toContain('uploads to S3 were not looked for');
    denying.closeAllConnections();
    denying.close();
  });
});

const cli = await awsCli();
describe.skipIf(!cli)('--explain', () => {
  it('prints commands that upload the same package and make the same function', async () => {
    const second = await startInProcess();
    const project = await largeProject(join(folder, 'explained'), 'explained', zip);
    const { stderr } = await slsctl(project, ['deploy', '--explain', '--endpoint-url', local.endpoint]);
    const commands = stderr.split('\n').filter((line) => line.startsWith('aws '));
    expect(commands.filter((line) => line.startsWith('aws s3 cp '))).toHaveLength(1);
    const input = `aws() { "$SLSCTL_TEST_AWS" "$@"; }\n${commands.join('\n').replaceAll(local.endpoint, second.endpoint)}\n`;
    const env = { ...second.env, AWS_PAGER: '', SLSCTL_TEST_AWS: cli };
    const replayed = await run('sh', ['-s'], { cwd: project, env, input });
    const shown = async ({ env: at }: LocalAws) => {
      const { lambda } = await clientsOf(at);
      const { GetFunctionCommand } = await import('@aws-sdk/client-lambda');
      const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: 'explained' }));
      const client = s3Of(at);
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: own }));
      client.destroy();
      return [Configuration?.CodeSha256, Contents.map(({ Key, Size, ETag }) => [Key, Size, ETag])];
    };
    expect(await shown(second), replayed.stderr).toEqual(await shown(local));
    await slsctl(project, ['destroy', '--yes']);
    await second.stop();
  }, 300_000);
});

describe.skipIf(!(await motoServer()))('a large package on moto', () => {
  it('goes through a bucket, too', async () => {
    const { env, account } = await motoAccount();
    const client = s3Of(env);
    const project = join(folder, 'moto');
    await largeProject(project, 'moto-large', '../ready.zip');
    await slsctl(project, ['deploy'], { env });
    const [bucket = ''] = await buckets(client);
    expect(bucket).toBe(`slsctl-${account}-us-east-1`);
    expect(await keysIn(bucket, client)).toHaveLength(1);
    const { TagSet } = await client.send(new GetBucketTaggingCommand({ Bucket: bucket }));
    expect(TagSet).toEqual([{ Key: 'slsctl:bucket', Value: 'uploads' }]);
    await slsctl(project, ['plan', '--exit-code'], { env });
    await slsctl(project, ['destroy', '--yes'], { env });
    expect(await buckets(client)).toEqual([]);
    expect(await everything(env)).toEqual([]);
    client.destroy();
  }, 180_000);
});
