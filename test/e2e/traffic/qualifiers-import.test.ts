// The import of a function with a URL and permissions on its aliases.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { expectSlsctl } from '../../support/in-process.ts';
import { interposed } from '../../support/proxy.ts';
import { open, TrafficProject } from './fixture.ts';

const project = new TrafficProject();

describe('the import of a function', () => {
  /** Imports the function, which has an alias live, and checks that its plan is empty. */
  async function imported() {
    const target = join(project.folder, 'imported');
    const at = { cwd: target, env: project.local.env };
    const { stdout, stderr } = await project.on([
      'init',
      'imported',
      '--from-function',
      'hello',
      '-o',
      'json',
    ]);
    await expectSlsctl(['plan', '--exit-code'], at);
    const { functions } = parse(await readFile(join(target, 'slsctl.yml'), 'utf8'));
    return { hello: functions.hello, stderr, leftOut: JSON.parse(stdout).leftOut };
  }

  beforeEach(async () => {
    await project.write({ aliases: { live: {} } });
    await project.on(['deploy']);
  });

  it('writes the qualifiers of a URL and of statements on an alias', async () => {
    await Promise.all([project.makeUrl('live'), project.permit('queue', 'live')]);
    await project.permit('uploads');
    const { hello, leftOut } = await imported();
    expect(hello.url).toEqual({ authType: 'AWS_IAM', qualifier: 'live' });
    expect(hello.permissions).toEqual({
      queue: { principal: 's3.amazonaws.com', qualifier: 'live' },
      uploads: { principal: 's3.amazonaws.com' },
    });
    expect(leftOut).toEqual([]);
  });

  it('leaves out a second URL and a second statement of the same id', async () => {
    for (const qualifier of [undefined, 'live']) {
      await project.makeUrl(qualifier);
      await project.permit('uploads', qualifier);
    }
    const { hello, stderr } = await imported();
    expect(hello.url).toEqual({ authType: 'AWS_IAM' });
    expect(hello.permissions).toEqual({ uploads: { principal: 's3.amazonaws.com' } });
    expect(stderr).toContain('url of hello:live is not in slsctl.yml');
    expect(stderr).toContain('permissions.uploads of hello:live is not in slsctl.yml');
  });

  it('knows the statements of a public URL on an alias', async () => {
    await project.write({ url: open, aliases: { live: {} } });
    await project.on(['deploy']);
    const { hello } = await imported();
    expect(hello.url).toEqual({ ...open, qualifier: 'live' });
    expect(hello).not.toHaveProperty('permissions');
  });

  it.each([
    ['names what these credentials may not read', 'AccessDeniedException', 0, 'access denied: lambda:'],
    [
      'writes nothing when AWS refuses the credentials',
      'ExpiredTokenException',
      3,
      'credentials have expired',
    ],
  ])('%s', async (_, code, exit, said) => {
    const proxy = await interposed(project.local.endpoint, async ({ method, path }) =>
      method === 'GET' && path.includes('/functions/hello/url')
        ? { status: 403, headers: { 'x-amzn-errortype': code }, body: '{"message":"no"}' }
        : undefined,
    );
    try {
      const args = ['init', 'partly', '--from-function', 'hello', '--endpoint-url', proxy.endpoint];
      const env = { ...project.local.env, AWS_MAX_ATTEMPTS: '1' };
      const { stderr } = await expectSlsctl(args, { cwd: project.folder, env, code: exit });
      expect(stderr).toContain(said);
      expect((await readdir(project.folder)).includes('partly')).toBe(exit === 0);
    } finally {
      await proxy.close();
    }
  });
});
