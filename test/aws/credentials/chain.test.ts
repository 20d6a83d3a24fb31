// The credentials that sign a call, from the environment and the shared files.
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { credentialProvider } from '../../../src/aws/credentials/chain.ts';
import { Settings } from '../../../src/aws/settings.ts';
import { folderWith } from '../../support/project.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIDOFTHEKEYS', AWS_SECRET_ACCESS_KEY: 'a' };
const files = {
  credentials: '[default]\naws_access_key_id = AKIDOFDEFAULT\naws_secret_access_key = b\n',
  config: '[profile team]\naws_access_key_id = AKIDOFTEAM\naws_secret_access_key = c\n',
};

/** A provider in a folder with these files, and nothing of the machine. */
async function providerIn(
  content: Partial<typeof files>,
  env: NodeJS.ProcessEnv,
  options: { profile?: string; warn?: (text: string) => void } = {},
) {
  const cwd = await folderWith({ credentials: '', config: '', ...content });
  const settings = await Settings.load({
    cwd,
    env: {
      AWS_CONFIG_FILE: 'config',
      AWS_SHARED_CREDENTIALS_FILE: 'credentials',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    profile: options.profile,
  });
  return { provider: credentialProvider(settings, options) };
}

describe('the credentials', () => {
  it.each<[what: string, env: NodeJS.ProcessEnv, profile: string | undefined, key: string]>([
    ['keys of the environment come before the default profile', keys, undefined, 'AKIDOFTHEKEYS'],
    ['the default profile comes where there are no keys', {}, undefined, 'AKIDOFDEFAULT'],
    ['AWS_PROFILE comes before keys', { ...keys, AWS_PROFILE: 'team' }, undefined, 'AKIDOFTEAM'],
    ['--profile comes before keys', keys, 'team', 'AKIDOFTEAM'],
    ['--profile comes before AWS_PROFILE', { AWS_PROFILE: 'default' }, 'team', 'AKIDOFTEAM'],
  ])('%s', async (_, env, profile, key) => {
    const { provider } = await providerIn(files, env, { profile });
    expect((await provider()).accessKeyId).toBe(key);
  });

  it('from the environment have the session token and the account', async () => {
    const env = { ...keys, AWS_SESSION_TOKEN: 'token', AWS_ACCOUNT_ID: '123456789012' };
    const { provider } = await providerIn({}, env);
    expect(await provider()).toEqual({
      accessKeyId: 'AKIDOFTHEKEYS',
      secretAccessKey: 'a',
      sessionToken: 'token',
      accountId: '123456789012',
    });
  });

  it('from AWS_PROFILE are used with a warning when keys are set too', async () => {
    const warn = vi.fn();
    await providerIn(files, keys, { profile: 'team', warn });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('profile team is used'));
    warn.mockClear();
    await providerIn(files, {}, { profile: 'team', warn });
    await providerIn(files, keys, { warn });
    expect(warn).not.toHaveBeenCalled();
  });

  it('of a container are read from the URL and with the token in the environment', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          AccessKeyId: 'AKIDOFTHECONTAINER',
          SecretAccessKey: 'd',
          Token: 'session',
          Expiration: '2099-01-01T00:00:00Z',
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    const { port } = server.address() as AddressInfo;
    const { provider } = await providerIn(
      {},
      {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/role`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret',
      },
    );
    expect(await Promise.all([provider(), provider()])).toMatchObject([
      { accessKeyId: 'AKIDOFTHECONTAINER', sessionToken: 'session' },
      { accessKeyId: 'AKIDOFTHECONTAINER' },
    ]);
    await provider();
    expect(asked).toEqual(['/role secret']);
  });

  it('fail with the SDK’s kind of error when no source has them', async () => {
    const { provider } = await providerIn({}, {});
    await expect(provider()).rejects.toMatchObject({
      name: 'CredentialsProviderError',
      message: 'Could not load credentials from any providers',
    });
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
    const { provider } = await providerIn({ config }, {});
    await give('AKIDFIRST', 4);
    expect((await provider()).accessKeyId).toBe('AKIDFIRST');
    await give('AKIDSECOND', 60);
    expect((await provider()).accessKeyId).toBe('AKIDFIRST');
    await expect.poll(async () => (await provider()).accessKeyId, { timeout: 60_000 }).toBe('AKIDSECOND');
  });
});
