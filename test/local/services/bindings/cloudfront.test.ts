// Distributions: the ETag that guards them, and the functions that Lambda@Edge takes.
import type { DistributionConfig, LambdaFunctionAssociation } from '@aws-sdk/client-cloudfront';
import { expect, it } from 'vitest';
import { createCloudFrontService } from '../../../../src/local/services/cloudfront/service.ts';
import { account, callerOf } from '../../call.ts';
import { alone } from '../../composed.ts';

const refusal = (promise: Promise<unknown>) =>
  promise.catch((error: Error) => `${error.name}: ${error.message}`);

const config = (associations: LambdaFunctionAssociation[] = []): DistributionConfig => ({
  CallerReference: 'once',
  Comment: '',
  Enabled: true,
  Origins: { Quantity: 1, Items: [{ Id: 'site', DomainName: 'example.org' }] },
  DefaultCacheBehavior: {
    TargetOriginId: 'site',
    ViewerProtocolPolicy: 'allow-all',
    LambdaFunctionAssociations: { Quantity: associations.length, Items: associations },
  },
});

const edge = (region = 'us-east-1', version = ':3') =>
  `arn:aws:lambda:${region}:${account}:function:f${version}`;

async function fixture() {
  const cloudfront = callerOf(alone(createCloudFrontService));
  const { Distribution, ETag } = await cloudfront('CreateDistribution', { DistributionConfig: config() });
  return { cloudfront, Id: Distribution?.Id as string, ETag: ETag as string };
}

it('the configuration is read with an ETag, and written with it only', async () => {
  const { cloudfront, Id, ETag } = await fixture();
  const read = await cloudfront('GetDistributionConfig', { Id });
  expect(read.ETag).toBe(ETag);
  const association = { EventType: 'viewer-request' as const, LambdaFunctionARN: edge(), IncludeBody: true };
  const DistributionConfig = {
    ...(read.DistributionConfig as DistributionConfig),
    DefaultCacheBehavior: config([association]).DefaultCacheBehavior,
  };
  expect(await refusal(cloudfront('UpdateDistribution', { Id, DistributionConfig }))).toMatch(
    /^InvalidIfMatchVersion: /,
  );
  const updated = await cloudfront('UpdateDistribution', { Id, IfMatch: ETag, DistributionConfig });
  expect(updated.ETag).not.toBe(ETag);
  expect(await refusal(cloudfront('UpdateDistribution', { Id, IfMatch: ETag, DistributionConfig }))).toMatch(
    /^PreconditionFailed: /,
  );
  const after = (await cloudfront('GetDistribution', { Id })).Distribution;
  expect(after?.DistributionConfig?.DefaultCacheBehavior?.LambdaFunctionAssociations?.Items).toEqual([
    association,
  ]);
  expect(after?.ARN).toBe(`arn:aws:cloudfront::${account}:distribution/${Id}`);
});

it.each<[string, LambdaFunctionAssociation, string]>([
  [
    'another region',
    { EventType: 'viewer-request', LambdaFunctionARN: edge('eu-west-1') },
    "must be in region 'us-east-1'",
  ],
  [
    'no version',
    { EventType: 'viewer-request', LambdaFunctionARN: edge('us-east-1', '') },
    'must reference a specific function version',
  ],
  [
    '$LATEST',
    { EventType: 'viewer-request', LambdaFunctionARN: edge('us-east-1', ':$LATEST') },
    'must reference a specific function version',
  ],
  [
    'the body of a response',
    { EventType: 'origin-response', LambdaFunctionARN: edge(), IncludeBody: true },
    'The body cannot be included',
  ],
])('a function with %s is refused', async (_case, association, text) => {
  const cloudfront = callerOf(alone(createCloudFrontService));
  const refused = await refusal(
    cloudfront('CreateDistribution', { DistributionConfig: config([association]) }),
  );
  expect(refused).toContain('InvalidLambdaFunctionAssociation: ');
  expect(refused).toContain(text);
});

it('an enabled distribution is not deleted; a disabled one is gone', async () => {
  const { cloudfront, Id, ETag } = await fixture();
  expect(await refusal(cloudfront('DeleteDistribution', { Id, IfMatch: ETag }))).toMatch(
    /^DistributionNotDisabled: /,
  );
  const { DistributionConfig } = await cloudfront('GetDistributionConfig', { Id });
  const disabled = { ...(DistributionConfig as DistributionConfig), Enabled: false };
  const updated = await cloudfront('UpdateDistribution', { Id, IfMatch: ETag, DistributionConfig: disabled });
  await cloudfront('DeleteDistribution', { Id, IfMatch: updated.ETag });
  expect(await refusal(cloudfront('GetDistribution', { Id }))).toBe(
    'NoSuchDistribution: The specified distribution does not exist.',
  );
  expect((await cloudfront('ListDistributions', {})).DistributionList).toMatchObject({ Quantity: 0 });
});

it('the same caller reference makes no second distribution', async () => {
  const { cloudfront } = await fixture();
  expect(await refusal(cloudfront('CreateDistribution', { DistributionConfig: config() }))).toMatch(
    /^DistributionAlreadyExists: /,
  );
});
