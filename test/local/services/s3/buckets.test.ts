// Buckets of the local S3: names, regions, owners, configurations, tags.
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { createS3Service } from '../../../../src/local/services/s3/service.ts';
import { folderWith } from '../../../support/project.ts';
import { account, callerOf, someone } from '../../call.ts';
import { alone } from '../../composed.ts';
import { localS3, refusal } from './fixture.ts';

const { s3, client, server } = await localS3();
const elsewhere = client({ region: 'eu-west-1' });

describe('buckets', () => {
  it('are created, found, listed and deleted', async () => {
    expect(await s3.send(new CreateBucketCommand({ Bucket: 'first' }))).toMatchObject({ Location: '/first' });
    expect(await s3.send(new HeadBucketCommand({ Bucket: 'first' }))).toMatchObject({
      BucketRegion: 'us-east-1',
    });
    // In us-east-1, an owner may create its bucket again.
    await s3.send(new CreateBucketCommand({ Bucket: 'first' }));
    const { Buckets } = await s3.send(new ListBucketsCommand({ Prefix: 'fir' }));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['first']);
    await s3.send(new DeleteBucketCommand({ Bucket: 'first' }));
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket: 'first' })))).toBe(
      'NoSuchBucket 404: The specified bucket does not exist',
    );
    expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: 'first' })))).toMatch(/^NotFound 404/);
  });

  it.each(['ab', 'Upper', '-a-', 'a..b', '10.0.0.1', 'xn--a', 'a_b', 'x'.repeat(64)])(
    'may not have the name %s',
    async (Bucket) => {
      expect(await refusal(s3.send(new CreateBucketCommand({ Bucket })))).toBe(
        'InvalidBucketName 400: The specified bucket is not valid.',
      );
    },
  );

  it('are in the region of the request, or from us-east-1 in any region', async () => {
    const at = (LocationConstraint?: string) =>
      new CreateBucketCommand({
        Bucket: 'placed',
        CreateBucketConfiguration: { LocationConstraint: LocationConstraint as never },
      });
    // The SDK would add the region by itself.
    expect(await server.ask({ service: 's3', method: 'PUT', path: '/placed' })).toMatchObject({
      status: 400,
      code: 'IllegalLocationConstraintException',
      message:
        'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
    });
    expect(await refusal(elsewhere.send(at('us-west-2')))).toMatch(
      /^IllegalLocationConstraintException 400: The us-west-2/,
    );
    expect(await refusal(s3.send(at('us-east-1')))).toMatch(/^InvalidLocationConstraint 400/);
    await elsewhere.send(at('eu-west-1'));
    expect(await refusal(elsewhere.send(at('eu-west-1')))).toMatch(/^BucketAlreadyOwnedByYou 409/);
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: 'placed' }));
    expect(LocationConstraint).toBe('eu-west-1');
    expect(await refusal(s3.send(new PutObjectCommand({ Bucket: 'placed', Key: 'a', Body: 'a' })))).toBe(
      "AuthorizationHeaderMalformed 400: The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
    );
    await elsewhere.send(new DeleteBucketCommand({ Bucket: 'placed' }));
  });

  it('belong to one account', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'mine' }));
    const head = (ExpectedBucketOwner: string) =>
      new HeadBucketCommand({ Bucket: 'mine', ExpectedBucketOwner });
    await s3.send(head(account));
    expect(await refusal(s3.send(head('999999999999')))).toMatch(/403/);
    const service = alone(createS3Service, { dir: await folderWith() });
    const owner = callerOf(service, someone({ region: 'us-east-1' }));
    const other = callerOf(service, someone({ region: 'us-east-1', account: '999999999999' }));
    await owner('CreateBucket', { Bucket: 'taken' });
    await expect(other('CreateBucket', { Bucket: 'taken' })).rejects.toMatchObject({
      code: 'BucketAlreadyExists',
      status: 409,
    });
    await expect(other('HeadBucket', { Bucket: 'taken' })).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    });
    expect((await other('ListBuckets', {})).Buckets).toEqual([]);
  });

  it('cannot be deleted while they contain objects', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'full' }));
    await s3.send(new PutObjectCommand({ Bucket: 'full', Key: 'a', Body: 'a' }));
    expect(await refusal(s3.send(new DeleteBucketCommand({ Bucket: 'full' })))).toBe(
      'BucketNotEmpty 409: The bucket you tried to delete is not empty',
    );
  });
});

describe('the configuration of a bucket', async () => {
  const Bucket = 'configured';
  await s3.send(new CreateBucketCommand({ Bucket }));

  it("has AWS's defaults for new buckets", async () => {
    const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(Object.values(block.PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    const { ServerSideEncryptionConfiguration } = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
      SSEAlgorithm: 'AES256',
    });
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  });

  it('keeps lifecycle rules, and checks them', async () => {
    const put = (rule: object) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: {
            Rules: [{ Status: 'Enabled', Filter: { Prefix: '' }, ...rule } as never],
          },
        }),
      );
    const get = () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(await refusal(get())).toBe(
      'NoSuchLifecycleConfiguration 404: The lifecycle configuration does not exist',
    );
    expect(await refusal(put({}))).toMatch(/^InvalidRequest 400: At least one action/);
    expect(await refusal(put({ Expiration: { Days: 0 } }))).toMatch(/^InvalidArgument 400: 'Days'/);
    const rule = {
      ID: 'uploads',
      Status: 'Enabled',
      Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'x', Value: 'ü<&>' }] } },
      Expiration: { Days: 3 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
    };
    await put(rule);
    expect((await get()).Rules).toEqual([rule]);
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    expect(await refusal(get())).toMatch(/^NoSuchLifecycleConfiguration/);
  });

  it('keeps access, encryption, versioning and notifications', async () => {
    await s3.send(
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    );
    const block = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(block.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    });
    const Rules = [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const }, BucketKeyEnabled: true },
    ];
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    const encryption = () => s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect((await encryption()).ServerSideEncryptionConfiguration?.Rules).toEqual(Rules);
    await s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
    expect(JSON.stringify((await encryption()).ServerSideEncryptionConfiguration)).toContain('AES256');
    await s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    );
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Suspended');
    const one = {
      Id: 'n',
      LambdaFunctionArn: `arn:aws:lambda:us-east-1:${account}:function:f`,
      Events: ['s3:ObjectCreated:*' as const],
      Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'in/' }] } },
    };
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { LambdaFunctionConfigurations: [one] },
        SkipDestinationValidation: true,
      }),
    );
    const { LambdaFunctionConfigurations } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket }),
    );
    const Filter = { Key: { FilterRules: [{ Name: 'Prefix', Value: 'in/' }] } };
    expect(LambdaFunctionConfigurations).toEqual([{ ...one, Filter }]);
  });

  it('keeps a policy as its original text', async () => {
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] }, undefined, 2);
    const get = () => s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(await refusal(get())).toBe('NoSuchBucketPolicy 404: The bucket policy does not exist');
    expect(await refusal(s3.send(new PutBucketPolicyCommand({ Bucket, Policy: 'no' })))).toMatch(
      /^MalformedPolicy 400/,
    );
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect((await get()).Policy).toBe(Policy);
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await refusal(get())).toMatch(/^NoSuchBucketPolicy/);
  });

  it('has tags that the Resource Groups Tagging API finds', async () => {
    const put = (TagSet: { Key: string; Value: string }[]) =>
      s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
    const get = () => s3.send(new GetBucketTaggingCommand({ Bucket }));
    expect(await refusal(get())).toBe('NoSuchTagSet 404: The TagSet does not exist');
    const twice = [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    expect(await refusal(put(twice))).toBe('InvalidTag 400: Cannot provide multiple Tags with the same key');
    expect(await refusal(put([{ Key: 'aws:a', Value: '' }]))).toMatch(/^InvalidTag 400: System tags/);
    await put([{ Key: 'team', Value: 'ü' }]);
    expect((await get()).TagSet).toEqual([{ Key: 'team', Value: 'ü' }]);
    await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    expect(await refusal(get())).toMatch(/^NoSuchTagSet/);

    const service = alone(createS3Service, { dir: await folderWith() });
    const call = callerOf(service);
    const CreateBucketConfiguration = {
      LocationConstraint: 'eu-central-1' as const,
      Tags: [{ Key: 'made', Value: 'with it' }],
    };
    await call('CreateBucket', { Bucket: 'tagged', CreateBucketConfiguration });
    const [found] = service.tagged?.list(someone()) ?? [];
    expect(found).toMatchObject({ arn: 'arn:aws:s3:::tagged', type: 's3:bucket', tags: { made: 'with it' } });
    found?.retag({ other: 'x' });
    expect((await call('GetBucketTagging', { Bucket: 'tagged' })).TagSet).toEqual([
      { Key: 'other', Value: 'x' },
    ]);
  });

  it('refuses a configuration that is not supported, and names it', async () => {
    expect(await refusal(s3.send(new GetBucketWebsiteCommand({ Bucket })))).toMatch(
      /^NotImplemented 501: s3:GetBucketWebsite is not supported locally/,
    );
  });
});
