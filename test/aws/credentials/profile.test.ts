// Credentials of profiles: roles, web identities, IAM Identity Center and processes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shellWords } from '../../../src/aws/credentials/shell-words.ts';
import { base, keepToken, role, sso } from './profiles.ts';
import { type Answer, type AskedOfSts, endpoint, providerIn, session } from './provider-in.ts';

describe('a profile', () => {
  it('assumes its role with the keys of its source', async () => {
    const { url, asked } = await endpoint();
    const config = `${base}[profile r]\nrole_arn = ${role}\nsource_profile = base\nexternal_id = e\nduration_seconds = 900\nrole_session_name = me\n`;
    const { provider } = await providerIn({ config, profile: 'r', env: { AWS_ENDPOINT_URL: url } });
    expect(await provider()).toMatchObject({ accessKeyId: 'ASIASESSION', accountId: '111111111111' });
    expect(asked).toMatchObject([
      {
        key: 'AKIDOFBASE',
        form: { RoleArn: role, ExternalId: 'e', DurationSeconds: '900', RoleSessionName: 'me' },
      },
    ]);
  });

  it('assumes roles one after the other, and may name itself for its own keys', async () => {
    const { url, asked } = await endpoint(({ form }) =>
      session(form.RoleArn?.endsWith('first') ? 'ASIAFIRST' : 'ASIASECOND')({ form }),
    );
    const config = `
[profile self]
aws_access_key_id = AKIDOFSELF
aws_secret_access_key = b
role_arn = arn:aws:iam::111111111111:role/first
source_profile = self
[profile chain]
role_arn = arn:aws:iam::111111111111:role/second
source_profile = hop
[profile hop]
role_arn = arn:aws:iam::111111111111:role/first
source_profile = base
${base}`;
    const env = { AWS_ENDPOINT_URL: url };
    const self = await providerIn({ config, profile: 'self', env });
    expect((await self.provider()).accessKeyId).toBe('ASIAFIRST');
    const chain = await providerIn({ config, profile: 'chain', env });
    expect((await chain.provider()).accessKeyId).toBe('ASIASECOND');
    expect(asked.map(({ key }) => key)).toEqual(['AKIDOFSELF', 'AKIDOFBASE', 'ASIAFIRST']);
  });

  it('assumes its role with exported keys where credential_source says so', async () => {
    const { url, asked } = await endpoint();
    const config = `[profile r]\nrole_arn = ${role}\ncredential_source = Environment\n`;
    const env = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'AKIDEXPORTED', AWS_SECRET_ACCESS_KEY: 'x' };
    const { provider } = await providerIn({ config, profile: 'r', env });
    expect((await provider()).accessKeyId).toBe('ASIASESSION');
    expect(asked[0]?.key).toBe('AKIDEXPORTED');
  });

  it('with a web identity sends its token, unsigned', async () => {
    const { url, asked } = await endpoint();
    const { provider, home } = await providerIn({
      env: {
        AWS_ENDPOINT_URL: url,
        AWS_WEB_IDENTITY_TOKEN_FILE: 'token',
        AWS_ROLE_ARN: role,
        AWS_ROLE_SESSION_NAME: 'ci',
      },
      ...{ credentials: '[default]\naws_access_key_id = AKID\naws_secret_access_key = b\n' },
    });
    await writeFile(join(home, 'token'), 'the-token\n');
    expect((await provider()).accessKeyId).toBe('ASIASESSION');
    expect(asked).toMatchObject([
      { key: '', form: { WebIdentityToken: 'the-token', RoleArn: role, RoleSessionName: 'ci' } },
    ]);
  });

  it('of IAM Identity Center uses the token of `aws sso login`, and refreshes it', async () => {
    const { url, asked } = await endpoint(ssoAnswer());
    const setup = { config: sso, profile: 'sso', env: { AWS_ENDPOINT_URL: url } };
    const { provider, home } = await providerIn(setup);
    const token = await keepToken(home, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect(await provider()).toMatchObject({ accessKeyId: 'ASIASSO', accountId: '111111111111' });
    expect(asked.map(({ path, headers }) => [path, headers['x-amz-sso_bearer_token']])).toEqual([
      ['/token', undefined],
      ['/federation/credentials?account_id=111111111111&role_name=Deployer', 'fresh'],
    ]);
    expect(JSON.parse(await readFile(token, 'utf8'))).toMatchObject({
      accessToken: 'fresh',
      refreshToken: 'next',
      clientId: 'client',
    });
  });

  it('with a process splits its command as the aws CLI does, without a shell', () => {
    expect(shellWords(`/bin/echo '{"a": "b c"}' "x \\"y\\" $HOME" a\\ b ''`)).toEqual([
      '/bin/echo',
      '{"a": "b c"}',
      'x "y" $HOME',
      'a b',
      '',
    ]);
    expect(shellWords('run --a="b c"|d  ')).toEqual(['run', '--a=b c|d']);
  });
});

function ssoAnswer() {
  const json = { 'content-type': 'application/json' };
  return ({ path }: AskedOfSts): Answer =>
    path === '/token'
      ? { headers: json, body: '{"accessToken":"fresh","expiresIn":28800,"refreshToken":"next"}' }
      : {
          headers: json,
          body: '{"roleCredentials":{"accessKeyId":"ASIASSO","secretAccessKey":"s","sessionToken":"t","expiration":4070908800000}}',
        };
}
