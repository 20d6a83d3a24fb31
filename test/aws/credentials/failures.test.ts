// What is said when credentials fail: each failure is named by its own cause.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeError } from '../../../src/errors/describe-error.ts';
import { folderWith } from '../../support/project.ts';
import { base, keepToken, role, sso } from './profiles.ts';
import { type Answer, type AskedOfSts, endpoint, providerIn, refusal, type Setup } from './provider-in.ts';

/** A profile whose process runs this JavaScript. */
async function processProfile(script: string): Promise<string> {
  const file = join(await folderWith({ 'give.mjs': script }), 'give.mjs');
  return `[profile p]\ncredential_process = "${process.execPath}" "${file}"\n`;
}

const prints = (value: object) => `console.log(${JSON.stringify(JSON.stringify(value))})`;
const keysOf = { Version: 1, AccessKeyId: 'AKIDPRINTED', SecretAccessKey: 'hunter2-of-the-process' };

describe('a failure names its own cause:', () => {
  it.each<[what: string, script: string, message: string, reason?: string]>([
    [
      'the exit code and the first line',
      'console.error("sign in first\\nat x"); process.exit(7)',
      'failed: exit 7',
      'sign in first',
    ],
    ['what is not JSON', 'console.log("hunter2-of-the-process")', 'did not print a JSON object'],
    ['a version', prints({ ...keysOf, Version: 2 }), 'has Version 2; allowed: 1'],
    ['no version', prints({ ...keysOf, Version: undefined }), 'has no Version; allowed: 1'],
    ['a key', prints({ ...keysOf, SecretAccessKey: undefined }), 'has no SecretAccessKey'],
    [
      'an end',
      prints({ ...keysOf, Expiration: '2020-01-01T00:00:00Z' }),
      'gave credentials that have expired',
      'their Expiration is 2020-01-01T00:00:00Z',
    ],
  ])('%s of a credential process', async (_, script, message, reason) => {
    const { provider } = await providerIn({ config: await processProfile(script), profile: 'p' });
    const error = await provider().catch((thrown) => thrown);
    expect(error).toMatchObject({ exitCode: 3, message: expect.stringContaining(message) });
    expect(error.message).toContain('the credential_process of profile p');
    expect(error.reason).toBe(reason);
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  it('a credential process that does not exist', async () => {
    const config = '[profile p]\ncredential_process = /no/such/program --now\n';
    const { provider } = await providerIn({ config, profile: 'p' });
    const message =
      process.platform === 'win32'
        ? 'the credential_process of profile p failed'
        : 'the credential_process of profile p cannot be started';
    await expect(provider()).rejects.toThrow(message);
  });

  it.each<[what: string, config: string, profile: string, message: string]>([
    [
      'a source that does not exist',
      `[profile r]\nrole_arn = ${role}\nsource_profile = nowhere\n`,
      'r',
      'source_profile "nowhere" of profile r does not exist',
    ],
    [
      'sources in a circle',
      `[profile a]\nrole_arn = ${role}\nsource_profile = b\n[profile b]\nrole_arn = ${role}\nsource_profile = a\n`,
      'a',
      'source_profile goes round in a circle: a → b → a',
    ],
    [
      'a profile that is its own source without keys',
      `[profile a]\nrole_arn = ${role}\nsource_profile = a\n`,
      'a',
      'source_profile goes round in a circle: a → a',
    ],
    [
      'a role without a source',
      `[profile r]\nrole_arn = ${role}\n`,
      'r',
      'profile r has role_arn, and neither source_profile nor credential_source',
    ],
    [
      'two sources',
      `${base}[profile r]\nrole_arn = ${role}\nsource_profile = base\ncredential_source = Environment\n`,
      'r',
      'profile r has both source_profile and credential_source',
    ],
    [
      'a source of no known kind',
      `[profile r]\nrole_arn = ${role}\ncredential_source = Desk\n`,
      'r',
      'credential_source of profile r is "Desk"; allowed: Environment, EcsContainer, Ec2InstanceMetadata',
    ],
    [
      'a source in the environment that is not there',
      `[profile r]\nrole_arn = ${role}\ncredential_source = Environment\n`,
      'r',
      'credential_source Environment of profile r has no credentials',
    ],
    [
      'a source without credentials',
      `[profile bare]\nregion = us-east-1\n[profile r]\nrole_arn = ${role}\nsource_profile = bare\n`,
      'r',
      'source_profile "bare" of profile r has no credentials',
    ],
    ['an SSO session that nobody began', sso, 'sso', 'nobody has signed in for profile sso with SSO'],
    [
      'an SSO session that does not exist',
      '[profile sso]\nsso_session = gone\nsso_account_id = 1\nsso_role_name = r\n',
      'sso',
      'sso_session "gone" of profile sso does not exist',
    ],
    [
      'a field of SSO that is missing',
      '[profile sso]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 1\n',
      'sso',
      'profile sso uses SSO, and has no sso_role_name',
    ],
    [
      'a web identity without a role',
      '[profile w]\nweb_identity_token_file = token\n',
      'w',
      'web_identity_token_file of profile w is set, and no role is',
    ],
  ])('%s', async (_, config, profile, message) => {
    const { provider } = await providerIn({ config, profile });
    await expect(provider()).rejects.toMatchObject({ name: 'UserError', exitCode: 3, message });
  });

  it('a role that may not be assumed, and a source that STS refuses', async () => {
    const config = `${base}[profile r]\nrole_arn = ${role}\nsource_profile = base\n`;
    const failing = async (answer: (asked: AskedOfSts) => Answer) => {
      const { url } = await endpoint(answer);
      const { provider } = await providerIn({ config, profile: 'r', env: { AWS_ENDPOINT_URL: url } });
      return provider().catch((error) => error);
    };
    expect(
      await failing(refusal('AccessDenied', 'User: arn:x is not authorized to perform: sts:AssumeRole')),
    ).toMatchObject({
      exitCode: 3,
      message: `profile r may not assume ${role}`,
      reason: 'User: arn:x is not authorized to perform: sts:AssumeRole',
    });
    expect(await failing(refusal('InvalidClientTokenId', 'The security token is invalid.'))).toMatchObject({
      exitCode: 3,
      message: 'STS refuses the credentials of base, by which profile r assumes its role',
    });
    expect(await failing(refusal('ExpiredToken', 'The security token is expired'))).toMatchObject({
      exitCode: 3,
      message: 'the credentials of base, by which profile r assumes its role, have expired',
    });
  });

  it.each<[what: string, answer: () => Answer, profile: string, message: string]>([
    [
      'a session that lasts too long',
      refusal('ValidationError', 'The requested DurationSeconds exceeds the MaxSessionDuration', 400),
      'r',
      `STS gives profile r no session of ${role}`,
    ],
    [
      'exported keys that STS refuses',
      refusal('SignatureDoesNotMatch', 'The signature does not match'),
      'e',
      'STS refuses the credentials of Environment, by which profile e assumes its role',
    ],
  ])('%s', async (_, answer, profile, message) => {
    const { url } = await endpoint(answer);
    const config = `${base}[profile r]\nrole_arn = ${role}\nsource_profile = base\n[profile e]\nrole_arn = ${role}\ncredential_source = Environment\n`;
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDENV', AWS_SECRET_ACCESS_KEY: 's' };
    const { provider } = await providerIn({ config, profile, env: { AWS_ENDPOINT_URL: url, ...keys } });
    const error = await provider().catch((thrown) => thrown);
    expect(error).toMatchObject({ exitCode: 3, message });
    expect(error.next ?? '').not.toMatch(/aws configure/);
  });

  it.each<[what: string, code: string, status: number, said: RegExp]>([
    ['fails', 'InternalFailure', 500, /the service failed/],
    ['is too busy', 'Throttling', 429, /throttling/],
  ])('a service that %s refuses nobody', async (_, code, status, said) => {
    const { url } = await endpoint(({ path }) => {
      if (path === '/') return refusal(code, 'Sorry', status)();
      const headers = { 'x-amzn-errortype': code, 'content-type': 'application/json' };
      return { status, body: '{"message":"Sorry"}', headers };
    });
    const config = `${base}[profile r]\nrole_arn = ${role}\nsource_profile = base\n${sso}`;
    const env = { AWS_ENDPOINT_URL: url, AWS_WEB_IDENTITY_TOKEN_FILE: 'token', AWS_ROLE_ARN: role };
    const failing = async (setup: Setup) => {
      const { provider, home } = await providerIn({ config, env: { AWS_ENDPOINT_URL: url }, ...setup });
      await writeFile(join(home, 'token'), 'x');
      await keepToken(home, { expiresAt: '2099-01-01T00:00:00Z' });
      return provider().catch((error) => describeError(error).message);
    };
    const answers = [{ profile: 'r' }, { env }, { profile: 'sso' }].map(failing);
    const messages = await Promise.all(answers);
    const calls = ['AssumeRole', 'AssumeRoleWithWebIdentity', 'GetRoleCredentials'];
    expect(messages).toEqual(calls.map((call) => expect.stringContaining(call)));
    expect(messages).toEqual(calls.map(() => expect.stringMatching(said)));
  });

  it('a refresh that fails costs nothing while the token is still good', async () => {
    const { url } = await endpoint(({ path }) => {
      if (path === '/token') return { status: 500, body: '{}' };
      const expiration = Date.now() + 3_600_000;
      const roleCredentials = { accessKeyId: 'ASIASSO', secretAccessKey: 's', sessionToken: 't', expiration };
      return { body: JSON.stringify({ roleCredentials }), headers: { 'content-type': 'application/json' } };
    });
    const env = { AWS_ENDPOINT_URL: url };
    const { provider, home } = await providerIn({ config: sso, profile: 'sso', env });
    await keepToken(home, { expiresAt: new Date(Date.now() + 300_000).toISOString() });
    expect(await provider()).toMatchObject({ accessKeyId: 'ASIASSO' });
  });

  it('an SSO session that has expired, and one that the service ends', async () => {
    const { url } = await endpoint(() => ({
      status: 401,
      body: '{"message": "Session token not found or invalid"}',
      headers: { 'x-amzn-errortype': 'UnauthorizedException', 'content-type': 'application/json' },
    }));
    const setup = { config: sso, profile: 'sso', env: { AWS_ENDPOINT_URL: url } };
    const past = await providerIn(setup);
    await keepToken(past.home, { expiresAt: '2020-01-01T00:00:00Z', refreshToken: undefined });
    const expired = {
      exitCode: 3,
      message: 'the SSO session of profile sso has expired',
      next: 'aws sso login --profile sso',
    };
    await expect(past.provider()).rejects.toMatchObject(expired);
    const ended = await providerIn(setup);
    await keepToken(ended.home, { expiresAt: '2099-01-01T00:00:00Z' });
    await expect(ended.provider()).rejects.toMatchObject(expired);
  });

  it('a web identity whose token is not there, and one that is refused', async () => {
    const { url } = await endpoint(refusal('InvalidIdentityToken', 'Incorrect token audience', 400));
    const env = { AWS_ENDPOINT_URL: url, AWS_WEB_IDENTITY_TOKEN_FILE: 'token', AWS_ROLE_ARN: role };
    const { provider, home } = await providerIn({ env });
    const missing = await providerIn({ env, home: await folderWith({ config: '' }) });
    await expect(missing.provider()).rejects.toMatchObject({
      exitCode: 3,
      message: `the web identity token file ${join(missing.home, 'token')} does not exist`,
      reason: 'AWS_WEB_IDENTITY_TOKEN_FILE names it',
    });
    await writeFile(join(home, 'token'), 'x');
    await expect(provider()).rejects.toMatchObject({
      exitCode: 3,
      message: `AWS refuses the web identity token for ${role}`,
      reason: 'InvalidIdentityToken: Incorrect token audience',
    });
  });

  it.each<[what: string, answer: Answer, reason: RegExp]>([
    [
      'that refuses',
      { status: 403, body: '{"Code":"AccessDenied","Message":"no role"}' },
      /AccessDenied: no role/,
    ],
    ['without credentials', { body: '{}' }, /./],
  ])('a container %s', async (_, answer, reason) => {
    const { url } = await endpoint(() => answer);
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/role` };
    const { provider } = await providerIn({ env });
    await expect(provider()).rejects.toMatchObject({
      exitCode: 3,
      message: `the container gives no AWS credentials: ${url}/role`,
      reason: expect.stringMatching(reason),
    });
  });
});
