// Distributions of CloudFront that run versions of functions.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudFrontClient,
  CreateDistributionCommand,
  type DistributionConfig,
  GetDistributionConfigCommand,
  UpdateDistributionCommand,
} from '@aws-sdk/client-cloudfront';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientSettings } from '../../../support/local.ts';
import { triggerBench } from '../../../support/triggers/bench.ts';

let cloudfront: CloudFrontClient;
let iam: IAMClient;
let distribution: string;
const bench = triggerBench((env) => {
  cloudfront = new CloudFrontClient(clientSettings(env));
  iam = new IAMClient(clientSettings(env));
});

const behavior = { TargetOriginId: 'site', ViewerProtocolPolicy: 'allow-all' as const };
beforeEach(async () => {
  const DistributionConfig: DistributionConfig = {
    CallerReference: bench.name,
    Comment: 'of somebody else',
    Enabled: true,
    Origins: { Quantity: 1, Items: [{ Id: 'site', DomainName: 'example.org' }] },
    DefaultCacheBehavior: behavior,
    CacheBehaviors: { Quantity: 1, Items: [{ PathPattern: '/api/*', ...behavior }] },
  };
  const { Distribution } = await cloudfront.send(new CreateDistributionCommand({ DistributionConfig }));
  distribution = Distribution?.Id as string;
});

const config = async () => cloudfront.send(new GetDistributionConfigCommand({ Id: distribution }));
const associations = async (pattern?: string) => {
  const { DistributionConfig } = await config();
  const found = pattern
    ? DistributionConfig?.CacheBehaviors?.Items?.find(({ PathPattern }) => PathPattern === pattern)
    : DistributionConfig?.DefaultCacheBehavior;
  return found?.LambdaFunctionAssociations?.Items ?? [];
};
const version = (number: number) => `${bench.arn()}:${number}`;
const small = 'timeout: 5\nmemorySize: 128\naliases: { live: {} }\n';
const entry = (fields: string, id = distribution) => `edge: { distribution: ${id}, ${fields} }`;

describe('a distribution', () => {
  it('runs the version of the alias, and the next one after the next deployment', async () => {
    const before = (await config()).DistributionConfig;
    await bench.one([entry('eventType: viewer-request, includeBody: true')], small);
    await bench.deploy();
    const association = { EventType: 'viewer-request', LambdaFunctionARN: version(1), IncludeBody: true };
    expect(await associations()).toEqual([association]);
    expect(await bench.differs()).toBe(false);
    const { DistributionConfig } = await config();
    const none = { LambdaFunctionAssociations: { Quantity: 0 } };
    expect({
      ...DistributionConfig,
      DefaultCacheBehavior: { ...DistributionConfig?.DefaultCacheBehavior, ...none },
    }).toEqual(before);
    await writeFile(join(bench.folder, 'app.py'), 'def handler(event, context):\n    return 2\n');
    expect((await bench.run('plan')).stdout).toContain('edge trigger');
    await bench.deploy();
    expect(await associations()).toEqual([{ ...association, LambdaFunctionARN: version(2) }]);
    expect(await bench.differs()).toBe(false);
  });

  it('may run functions for several behaviors and moments; each goes with its entry', async () => {
    const entries = [
      entry('eventType: viewer-request'),
      entry('eventType: origin-request, behavior: /api/*'),
      entry('eventType: origin-response, behavior: /api/*'),
    ];
    await bench.one(entries, small);
    await bench.deploy();
    expect((await associations('/api/*')).map(({ EventType }) => EventType).sort()).toEqual([
      'origin-request',
      'origin-response',
    ]);
    await bench.one(entries.slice(1, 2), small);
    await bench.deploy();
    expect(await associations()).toEqual([]);
    expect((await associations('/api/*')).map(({ EventType }) => EventType)).toEqual(['origin-request']);
    await bench.run('destroy', '--yes');
    expect(await associations('/api/*')).toEqual([]);
  });

  it('that somebody else changes at the same moment keeps both changes', async () => {
    await bench.one([entry('eventType: viewer-request')], small);
    const [, live] = await Promise.all([bench.deploy(), config()]);
    const changed = { ...(await config()).DistributionConfig, Comment: 'changed' } as DistributionConfig;
    const IfMatch = (await config()).ETag ?? live.ETag;
    await cloudfront.send(
      new UpdateDistributionCommand({ Id: distribution, IfMatch, DistributionConfig: changed }),
    );
    expect(await associations()).toHaveLength(1);
    expect(await bench.differs()).toBe(false);
  });

  it('may assume the role that slsctl makes', async () => {
    await bench.one([entry('eventType: viewer-request')], small);
    await bench.deploy();
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: `${bench.name}-us-east-1` }));
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).Statement).toMatchObject([
      { Principal: { Service: ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] } },
    ]);
  });
});

describe('refused before anything is changed', () => {
  it.each([
    [
      'a distribution that is not there',
      'eventType: viewer-request',
      small,
      'there is no such distribution',
      'E0NOTTHERE0',
    ],
    [
      'a behavior that is not there',
      'eventType: viewer-request, behavior: /x',
      small,
      'has no such behavior',
      '',
    ],
    [
      'a function without an alias',
      'eventType: viewer-request',
      'timeout: 5\nmemorySize: 128\n',
      'no alias that follows',
      '',
    ],
    ['too much memory', 'eventType: viewer-request', small.replace('128', '256'), 'has 256 MB of memory', ''],
    [
      'too long a timeout',
      'eventType: viewer-response',
      small.replace('timeout: 5', 'timeout: 6'),
      'a timeout of 6 s',
      '',
    ],
    [
      'variables',
      'eventType: viewer-request',
      `${small}environment: { TEAM: b }\n`,
      'has environment variables',
      '',
    ],
    [
      'the body of a response',
      'eventType: viewer-response, includeBody: true',
      small,
      'has no body of the request',
      '',
    ],
  ])('%s', async (_case, fields, more, text, id) => {
    await bench.one([entry(fields, id || distribution)], more);
    const { code, stderr } = await bench.attempt('deploy', '--yes');
    expect(stderr).toContain(text);
    expect(code).toBe(2);
    expect(await associations()).toEqual([]);
  });

  it('another region', async () => {
    await bench.one([entry('eventType: viewer-request')], small);
    const { code, stderr } = await bench.attempt('deploy', '--yes', '--region', 'eu-west-1');
    expect(stderr).toContain('CloudFront runs functions of us-east-1 only');
    expect(code).toBe(2);
  });
});
