// The region, the endpoints and the client settings, from the environment and the shared files.
import { describe, expect, it } from 'vitest';
import { Settings } from '../../src/aws/settings.ts';
import { folderWith } from '../support/project.ts';

const config = `
[default]
region = eu-west-1
use_fips_endpoint = true

[profile team]
region = eu-west-2
endpoint_url = http://127.0.0.1:1111
services = own
max_attempts = 7

[profile bare]
ignore_configured_endpoint_urls = true
endpoint_url = http://127.0.0.1:3333

[services own]
cloudwatch_logs =
  endpoint_url = http://127.0.0.1:2222
`;

async function settingsWith(env: NodeJS.ProcessEnv, profile?: string) {
  const cwd = await folderWith({ config, credentials: '[team]\nregion = ap-south-1\n' });
  return Settings.load({
    cwd,
    env: {
      AWS_CONFIG_FILE: 'config',
      AWS_SHARED_CREDENTIALS_FILE: 'credentials',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    profile,
  });
}

describe('the region', () => {
  it.each<[what: string, env: NodeJS.ProcessEnv, profile: string | undefined, region: string]>([
    [
      'is that of AWS_REGION first',
      { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' },
      'team',
      'us-east-1',
    ],
    [
      'is that of AWS_DEFAULT_REGION without AWS_REGION',
      { AWS_DEFAULT_REGION: 'us-east-2' },
      'team',
      'us-east-2',
    ],
    ['is that of the default profile without variables', {}, undefined, 'eu-west-1'],
    ['is that of the profile; the credentials file comes before the config file', {}, 'team', 'ap-south-1'],
    ['is that of the profile in AWS_PROFILE', { AWS_PROFILE: 'team' }, undefined, 'ap-south-1'],
  ])('%s', async (_, env, profile, region) => {
    expect(await (await settingsWith(env, profile)).region()).toBe(region);
  });

  it('is an error when neither environment nor profile has one', async () => {
    const settings = await settingsWith({}, 'bare');
    await expect(settings.region()).rejects.toMatchObject({
      message: 'no AWS region is set',
      reason: expect.stringContaining("nor profile 'bare' names one"),
    });
    await expect(settings.region('us east')).rejects.toThrow("region 'us east' is not a region name");
  });
});

describe('the endpoint', () => {
  it.each<[what: string, env: NodeJS.ProcessEnv, profile: string | undefined, endpoint: string | undefined]>([
    ['is AWS’s own when none is set', {}, undefined, undefined],
    ['is that of the profile when only the profile has one', {}, 'team', 'http://127.0.0.1:1111'],
    [
      'is the service’s own variable before the general one',
      { AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:1', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' },
      'team',
      'http://127.0.0.1:1',
    ],
    [
      'is that of the environment before that of the profile',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:2' },
      'team',
      'http://127.0.0.1:2',
    ],
    ['is AWS’s own when the profile ignores endpoints', {}, 'bare', undefined],
    [
      'is AWS’s own when the environment ignores endpoints',
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' },
      'team',
      undefined,
    ],
  ])('%s', async (_, env, profile, endpoint) => {
    expect((await settingsWith(env, profile)).endpoint('Lambda')).toBe(endpoint);
  });

  it('of one service in the profile’s services section comes before that of the profile', async () => {
    expect((await settingsWith({}, 'team')).endpoint('CloudWatch Logs')).toBe('http://127.0.0.1:2222');
  });

  it('is an error that names its source when it is not a URL', async () => {
    const settings = await settingsWith({ AWS_ENDPOINT_URL: 'here' });
    expect(() => settings.endpoint('Lambda')).toThrow('the endpoint set for Lambda is "here"');
  });
});

describe('AWS clients', () => {
  it('make as many attempts as AWS_MAX_ATTEMPTS says', async () => {
    const of = async (env: NodeJS.ProcessEnv, profile?: string) =>
      (await settingsWith(env, profile)).client(5).maxAttempts;
    expect(await of({}, 'team')).toBe(5);
    expect(await of({ AWS_MAX_ATTEMPTS: '2' }, 'team')).toBe(2);
    expect(await of({ AWS_MAX_ATTEMPTS: 'many' }, 'team')).toBe(7);
  });

  it('use the kinds of endpoints that the environment or the profile asks for', async () => {
    expect((await settingsWith({})).client(5)).toMatchObject({
      profile: 'default',
      useFipsEndpoint: true,
      useDualstackEndpoint: false,
    });
    const env = { AWS_USE_FIPS_ENDPOINT: 'false', AWS_USE_DUALSTACK_ENDPOINT: 'true' };
    expect((await settingsWith(env)).client(5)).toMatchObject({
      useFipsEndpoint: false,
      useDualstackEndpoint: true,
    });
  });
});

it('an unknown --profile is an error that names the known profiles', async () => {
  await expect(settingsWith({}, 'nobody')).rejects.toMatchObject({
    message: 'there is no AWS profile "nobody"',
    reason: 'there are: bare, default, team',
    exitCode: 3,
  });
});
