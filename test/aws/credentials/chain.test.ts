// The credentials that sign a call, in the order of the aws CLI.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { folderWith } from '../../support/project.ts';
import { endpoint, providerIn, type Setup } from './provider-in.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIDOFTHEKEYS', AWS_SECRET_ACCESS_KEY: 'a' };
const files = {
  credentials: '[default]\naws_access_key_id = AKIDOFDEFAULT\naws_secret_access_key = b\n',
  config: `
[profile team]
aws_access_key_id = AKIDOFTEAM
aws_secret_access_key = c
[profile other]
aws_access_key_id = AKIDOFOTHER
aws_secret_access_key = d
`,
};

describe('the credentials', () => {
  it.each<[what: string, setup: Setup, key: string]>([
    ['exported keys come before the default profile', { env: keys }, 'AKIDOFTHEKEYS'],
    ['the default profile comes where there are no keys', {}, 'AKIDOFDEFAULT'],
    ['exported keys come before AWS_PROFILE', { env: { ...keys, AWS_PROFILE: 'team' } }, 'AKIDOFTHEKEYS'],
    ['--profile comes before keys', { env: keys, profile: 'team' }, 'AKIDOFTEAM'],
    ['--profile comes before AWS_PROFILE', { env: { AWS_PROFILE: 'other' }, profile: 'team' }, 'AKIDOFTEAM'],
    ['AWS_PROFILE comes before the default profile', { env: { AWS_PROFILE: 'team' } }, 'AKIDOFTEAM'],
    [
      'AWS_PROFILE comes before AWS_DEFAULT_PROFILE',
      { env: { AWS_PROFILE: 'team', AWS_DEFAULT_PROFILE: 'other' } },
      'AKIDOFTEAM',
    ],
    ['AWS_DEFAULT_PROFILE names a profile too', { env: { AWS_DEFAULT_PROFILE: 'other' } }, 'AKIDOFOTHER'],
    ['profile of slsctl.yml comes before the default profile', { projectProfile: 'team' }, 'AKIDOFTEAM'],
    [
      'AWS_PROFILE comes before profile of slsctl.yml',
      { projectProfile: 'team', env: { AWS_PROFILE: 'other' } },
      'AKIDOFOTHER',
    ],
    [
      'exported keys come before profile of slsctl.yml',
      { projectProfile: 'team', env: keys },
      'AKIDOFTHEKEYS',
    ],
    ['exported keys need no profile of slsctl.yml', { projectProfile: 'absent', env: keys }, 'AKIDOFTHEKEYS'],
    [
      '--profile comes before profile of slsctl.yml',
      { projectProfile: 'other', profile: 'team' },
      'AKIDOFTEAM',
    ],
    ['an empty AWS_PROFILE names none', { env: { AWS_PROFILE: '' } }, 'AKIDOFDEFAULT'],
    ['a secret without its key id is not a key', { env: { AWS_SECRET_ACCESS_KEY: 'a' } }, 'AKIDOFDEFAULT'],
  ])('%s', async (_, setup, key) => {
    const { provider } = await providerIn({ ...files, ...setup });
    expect((await provider()).accessKeyId).toBe(key);
  });

  it('from the environment have the session token and the account', async () => {
    const env = { ...keys, AWS_SESSION_TOKEN: 'token', AWS_ACCOUNT_ID: '123456789012' };
    const { provider } = await providerIn({ env });
    expect(await provider()).toEqual({
      accessKeyId: 'AKIDOFTHEKEYS',
      secretAccessKey: 'a',
      sessionToken: 'token',
      accountId: '123456789012',
    });
  });

  it('of a container are read from the URL and with the token in the environment', async () => {
    const { url, asked } = await endpoint(() => ({
      body: JSON.stringify({
        AccessKeyId: 'AKIDOFTHECONTAINER',
        SecretAccessKey: 'd',
        Token: 'session',
        Expiration: '2099-01-01T00:00:00Z',
      }),
    }));
    const { provider } = await providerIn({
      projectProfile: 'absent',
      env: {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/role`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret',
      },
    });
    expect(await Promise.all([provider(), provider()])).toMatchObject([
      { accessKeyId: 'AKIDOFTHECONTAINER', sessionToken: 'session' },
      { accessKeyId: 'AKIDOFTHECONTAINER' },
    ]);
    await provider();
    expect(asked.map(({ path, headers }) => `${path} ${headers.authorization}`)).toEqual(['/role secret']);
  });

  it('of the profile of slsctl.yml come before those of a container', async () => {
    const { provider } = await providerIn({
      ...files,
      projectProfile: 'team',
      env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/role' },
    });
    expect((await provider()).accessKeyId).toBe('AKIDOFTEAM');
  });

  it('that expire within minutes stay in use while new ones are requested', async () => {
    const folder = await folderWith();
    const given = join(folder, 'given.json');
    const give = (key: string, minutes: number) =>
      writeFile(
        given,
        JSON.stringify({
          ...{ Version: 1, AccessKeyId: key, SecretAccessKey: 'e' },
          Expiration: new Date(Date.now() + minutes * 60_000).toISOString(),
        }),
      );
    const print = join(folder, 'print.mjs');
    await writeFile(
      print,
      `import { readFileSync } from 'node:fs';\nconsole.log(readFileSync(${JSON.stringify(given)}, 'utf8'));\n`,
    );
    const config = `[default]\ncredential_process = "${process.execPath}" "${print}"\n`;
    const { provider } = await providerIn({ config });
    await give('AKIDFIRST', 4);
    expect((await provider()).accessKeyId).toBe('AKIDFIRST');
    await give('AKIDSECOND', 60);
    expect((await provider()).accessKeyId).toBe('AKIDFIRST');
    await expect.poll(async () => (await provider()).accessKeyId, { timeout: 60_000 }).toBe('AKIDSECOND');
  });
});

describe('an error', () => {
  it.each<[what: string, setup: Setup, message: string, reason?: RegExp]>([
    ['says that there are no credentials', {}, 'no AWS credentials were found', /AWS_EC2_METADATA_DISABLED/],
    [
      'names the profile that has none',
      { config: '[profile bare]\nregion = us-east-1\n', profile: 'bare' },
      'no AWS credentials were found',
      /profile bare has none/,
    ],
    [
      'names the variable that is missing',
      { env: { AWS_ACCESS_KEY_ID: 'AKID' } },
      'AWS_ACCESS_KEY_ID is exported, and AWS_SECRET_ACCESS_KEY is not',
    ],
    [
      'says when exported keys have expired',
      { env: { ...keys, AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00+00:00' } },
      'the exported AWS credentials have expired at 2020-01-01T00:00:00+00:00',
    ],
    [
      'names the field that a profile lacks',
      { config: '[profile half]\naws_access_key_id = AKID\n', profile: 'half' },
      'profile half has aws_access_key_id, and no aws_secret_access_key',
    ],
  ])('%s', async (_, setup, message, reason = /^/) => {
    const { provider } = await providerIn(setup);
    await expect(provider()).rejects.toMatchObject({ name: 'UserError', exitCode: 3, message });
    await expect(provider()).rejects.toHaveProperty('message', message);
    if (reason.source !== '^') {
      await expect(provider()).rejects.toHaveProperty('reason', expect.stringMatching(reason));
    }
  });

  it.each<[from: string, setup: Setup]>([
    ['AWS_PROFILE', { env: { ...keys, AWS_PROFILE: 'absent' } }],
    ['AWS_DEFAULT_PROFILE', { env: { AWS_DEFAULT_PROFILE: 'absent' } }],
    ['slsctl.yml', { projectProfile: 'absent' }],
  ])('names a profile that does not exist, and that %s names it', async (from, setup) => {
    await expect(providerIn({ ...files, ...setup })).rejects.toMatchObject({
      exitCode: 3,
      message: 'there is no AWS profile "absent"',
      reason: `${from} names it; there are: default, other, team`,
    });
  });
});

it.each([
  ['true', undefined],
  ['TRUE', undefined],
  ['false', 'AKIDOFMACHINE'],
  ['0', 'AKIDOFMACHINE'],
])(
  'credentials of the machine with AWS_EC2_METADATA_DISABLED=%s are as in the aws CLI',
  async (word, key) => {
    const expires = { Expiration: '2099-01-01T00:00:00Z' };
    const role = { AccessKeyId: 'AKIDOFMACHINE', SecretAccessKey: 's', Token: 't', ...expires };
    const { url } = await endpoint(({ path }) => {
      if (path.endsWith('/token')) return { body: 'token' };
      return { body: path.endsWith('/role') ? JSON.stringify({ Code: 'Success', ...role }) : 'role' };
    });
    // The SDK looks for the address in the environment of the process.
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', url);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { provider } = await providerIn({ env: { AWS_EC2_METADATA_DISABLED: word } });
    const found = await provider().catch(({ reason }) => reason);
    const disabled = expect.stringContaining('AWS_EC2_METADATA_DISABLED turns those of the machine off');
    expect(found).toEqual(key === undefined ? disabled : expect.objectContaining({ accessKeyId: key }));
  },
);
