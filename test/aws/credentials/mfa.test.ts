// MFA: the question, the session that is kept, and what is said of a code that fails.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mfa, serial } from './profiles.ts';
import { endpoint, providerIn, refusal, session } from './provider-in.ts';

describe('MFA', () => {
  it('is asked for once for all clients, and the session is kept for the aws CLI and the next command', async () => {
    const { url, asked } = await endpoint();
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return '123 456';
    };
    const setup = { config: mfa, profile: 'mfa', env: { AWS_ENDPOINT_URL: url }, ask };
    const { provider, home, cache } = await providerIn(setup);
    const both = await Promise.all([provider(), provider()]);
    expect(both.map(({ accessKeyId }) => accessKeyId)).toEqual(['ASIASESSION', 'ASIASESSION']);
    expect(questions).toEqual([`MFA code of ${serial} for profile mfa:`]);
    expect(asked).toMatchObject([{ form: { SerialNumber: serial, TokenCode: '123456' } }]);

    // The name that aws-cli 2 gives to the same session.
    const file = join(cache, 'b78d5bae3c9c44065e49a2bfe756e810f1088e26.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      Credentials: { AccessKeyId: 'ASIASESSION', Expiration: '2099-01-01T00:00:00Z' },
    });
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);

    const later = await providerIn({ ...setup, home, ask: undefined });
    expect((await later.provider()).accessKeyId).toBe('ASIASESSION');
    expect(asked).toHaveLength(1);
  });

  it('is asked for again when the kept session ends within minutes', async () => {
    const { url, asked } = await endpoint(session('ASIASHORT', new Date(Date.now() + 600_000).toISOString()));
    const setup = { config: mfa, profile: 'mfa', env: { AWS_ENDPOINT_URL: url }, ask: async () => '123456' };
    const { provider, home } = await providerIn(setup);
    await provider();
    await (await providerIn({ ...setup, home })).provider();
    expect(asked).toHaveLength(2);
  });

  it('that fails is not asked for again in the same command', async () => {
    const { url, asked } = await endpoint(
      refusal('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. '),
    );
    const setup = { config: mfa, profile: 'mfa', env: { AWS_ENDPOINT_URL: url }, ask: async () => '123456' };
    const { provider } = await providerIn(setup);
    await expect(provider()).rejects.toMatchObject({
      exitCode: 3,
      message: 'AWS does not accept the MFA code for profile mfa',
      next: expect.stringContaining('the code that the device shows now'),
    });
    await expect(provider()).rejects.toThrow('does not accept');
    expect(asked).toHaveLength(1);
  });

  it('names the profile and the command to type where there is no terminal', async () => {
    const { provider } = await providerIn({ config: mfa, profile: 'mfa' });
    await expect(provider()).rejects.toMatchObject({
      exitCode: 3,
      message: `profile mfa needs a code of the MFA device ${serial}`,
      next: expect.stringContaining('eval "$(aws configure export-credentials --profile mfa --format env)"'),
    });
  });

  it('is called wrong before any call when it has not 6 digits', async () => {
    const { url, asked } = await endpoint();
    for (const code of ['', '12345', '12345a']) {
      const setup = { config: mfa, profile: 'mfa', env: { AWS_ENDPOINT_URL: url }, ask: async () => code };
      const { provider } = await providerIn(setup);
      await expect(provider()).rejects.toMatchObject({
        exitCode: 2,
        message: `the MFA code ${JSON.stringify(code)} is not one; allowed: 6 digits`,
      });
    }
    expect(asked).toEqual([]);
  });
});
