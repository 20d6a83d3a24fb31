// Moves of URL and permissions from one qualifier to another.
import * as sdk from '@aws-sdk/client-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { interposed } from '../../support/proxy.ts';
import { FunctionName, open, publicAt, TrafficProject, uploads } from './fixture.ts';

const project = new TrafficProject();
const denied = {
  status: 403,
  headers: { 'x-amzn-errortype': 'AccessDeniedException' },
  body: JSON.stringify({ Message: 'no' }),
};

describe('a move', () => {
  const settings = { url: open, permissions: { uploads }, aliases: { live: {} } };

  it('from $LATEST to the alias says the old address, asks, and makes the new one first', async () => {
    await project.write({ url: open, permissions: { uploads } });
    await project.on(['deploy']);
    const old = await project.addressAt();
    await project.lambda.send(
      new sdk.AddPermissionCommand({
        FunctionName,
        StatementId: 'theirs',
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
      }),
    );
    await project.write(settings);
    const { stdout } = await project.on(['plan', '--exit-code'], 10);
    expect(stdout).toContain('create function URL hello:live');
    expect(stdout).toContain('delete function URL hello');
    expect(stdout).toContain(
      `lost: the address ${old}; its callers must use the new address of hello:live, which the deployment shows`,
    );
    expect(stdout).toContain('delete former permissions hello\n');
    expect(stdout).toContain('lost: calls of hello that these allow; let the callers call hello:live');
    const refused = await project.on(['deploy'], 2);
    expect(refused.stderr).toContain(`the address ${old}`);
    expect(refused.stderr).toContain('--yes');
    expect(await project.hanging()).toEqual([...publicAt('$LATEST'), '$LATEST: theirs'].sort());

    project.proxy.take();
    await project.on(['deploy', '--yes']);
    const done = project.proxy.mutations().filter((one) => /\/(url|policy)/.test(one));
    const at = (request: RegExp) => done.findIndex((one) => request.test(one));
    const removed = done.filter((one) => one.startsWith('DELETE'));
    expect(removed).toHaveLength(4);
    const made = done.slice(0, at(/^DELETE/));
    expect(made).toHaveLength(4);
    expect(made.every((one) => one.startsWith('POST') && one.includes('Qualifier=live'))).toBe(true);
    expect(await project.hanging()).toEqual(['$LATEST: theirs', ...publicAt('live')]);
    expect(await project.addressAt('live')).not.toBe(old);
    await project.on(['plan', '--exit-code']);
  });

  it('from one alias to another, and back to $LATEST', async () => {
    await project.write(settings);
    await project.on(['deploy']);
    const first = await project.addressAt('live');
    const pinned = { live: {}, old: { version: '1' } };
    const at = (qualifier: string) => ({
      url: { ...open, qualifier },
      permissions: { uploads: { ...uploads, qualifier } },
      aliases: pinned,
    });
    await project.write(at('old'));
    expect((await project.on(['plan', '--exit-code'], 10)).stdout).toContain(`lost: the address ${first}`);
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual(publicAt('old'));
    await project.on(['plan', '--exit-code']);
    await project.write(at('$LATEST'));
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual(publicAt('$LATEST'));
    await project.on(['plan', '--exit-code']);
    await project.write({ ...settings, aliases: pinned });
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual(publicAt('live'));
    await project.on(['plan', '--exit-code']);
  });

  it('to an alias of another name makes the new address before the alias goes', async () => {
    await project.write(settings);
    await project.on(['deploy']);
    const first = await project.addressAt('live');
    await project.write({ ...settings, aliases: { prod: {} } });
    const { stdout } = await project.on(['plan', '--exit-code'], 10);
    expect(stdout).toContain(`its address ${first}`);
    project.proxy.take();
    await project.on(['deploy', '--yes']);
    const done = project.proxy.mutations();
    const last = done.findLastIndex((one) => /Qualifier=prod/.test(one));
    const removal = done.findIndex((one) => one.startsWith('DELETE'));
    expect(last).toBeGreaterThanOrEqual(0);
    expect(removal).toBeGreaterThan(last);
    expect(await project.hanging()).toEqual(publicAt('prod'));
    await project.on(['plan', '--exit-code']);
    await project.write({ ...settings, aliases: { prod: null, live: {} } });
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual(publicAt('live'));
    await project.on(['plan', '--exit-code']);
  });

  it('continues after a deployment that ended halfway', async () => {
    await project.write({ url: open, permissions: { uploads } });
    await project.on(['deploy']);
    await project.write(settings);
    const denying = await interposed(project.local.endpoint, async ({ method, path }) =>
      method === 'DELETE' && /\/url/.test(path) ? denied : undefined,
    );
    onTestFinished(() => denying.close());
    const args = ['deploy', '--yes', '--endpoint-url', denying.endpoint];
    await expectSlsctl(args, { cwd: project.folder, env: project.local.env, code: 1 });
    expect(await project.hanging()).toContain('$LATEST: url');
    const { stdout } = await project.on(['plan', '--exit-code'], 10);
    expect(stdout).toContain(`its callers must use ${await project.addressAt('live')}`);
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual(publicAt('live'));
  });

  it('converges after a failure of any of its changes', async () => {
    let changes = 0;
    for (let failing = 0; failing <= changes; failing++) {
      await project.write({ url: open, permissions: { uploads } });
      await project.on(['deploy', '--yes']);
      await project.write(settings);
      changes = 0;
      const denying = await interposed(project.local.endpoint, async ({ method, path, operation }) => {
        const isChange = /^(POST|PUT|DELETE)$/.test(method) && /^\/20/.test(path) && !operation;
        return isChange && changes++ === failing ? denied : undefined;
      });
      const args = ['deploy', '--yes', '--endpoint-url', denying.endpoint];
      const ran = await slsctl(args, { cwd: project.folder, env: project.local.env });
      await denying.close();
      // The last round, in which nothing fails.
      if (failing === changes) expect(ran).toMatchObject({ code: 0 });
      else {
        expect({ failing, code: ran.code }).toEqual({ failing, code: 1 });
        await project.on(['deploy', '--yes']);
      }
      expect(await project.hanging()).toEqual(publicAt('live'));
      await project.on(['plan', '--exit-code']);
    }
    expect(changes).toBeGreaterThan(8);
  });

  it('leaves alone what slsctl did not put on an alias', async () => {
    await project.write(settings);
    await project.on(['deploy']);
    const old = { FunctionName, Name: 'old', FunctionVersion: '1' };
    await project.lambda.send(new sdk.CreateAliasCommand(old));
    const theirs = { FunctionName, Qualifier: 'old' };
    await project.lambda.send(new sdk.CreateFunctionUrlConfigCommand({ ...theirs, AuthType: 'AWS_IAM' }));
    await project.lambda.send(
      new sdk.AddPermissionCommand({
        ...theirs,
        StatementId: 'uploads',
        Action: 'lambda:InvokeFunction',
        Principal: 's3.amazonaws.com',
      }),
    );
    await project.write({ ...settings, aliases: { live: {}, old: { version: '1' } } });
    const { stdout } = await project.on(['plan']);
    expect(stdout).not.toContain('hello:old\n');
    await project.on(['deploy']);
    expect(await project.hanging()).toEqual([...publicAt('live'), 'old: uploads', 'old: url'].sort());
    await project.on(['plan', '--exit-code']);
  });

  it('ends with url: null and permissions: null, wherever slsctl had put them', async () => {
    const queue = { principal: 'sns.amazonaws.com', qualifier: 'old' };
    const aliases = { live: {}, old: { version: '1' } };
    await project.write({ url: open, permissions: { uploads, queue }, aliases });
    await project.on(['deploy']);
    await project.write({ url: null, permissions: { uploads: null, queue: null }, aliases });
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual([]);
    await project.on(['plan', '--exit-code']);
    await project.write({ url: open, permissions: { uploads, queue }, aliases });
    await project.on(['deploy']);
    await project.write({ url: null, permissions: null, aliases });
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual([]);
    await project.on(['plan', '--exit-code']);
  });

  it('is not made by commands for a part of the function', async () => {
    await project.write({ url: open, permissions: { uploads } });
    await project.on(['deploy']);
    await project.write(settings);
    await project.on(['deploy', '--code-only']);
    await project.on(['env', 'set', 'STAGE=test']);
    await project.write({ url: open, permissions: { uploads } });
    const set = await project.on(['alias', 'set', 'live']);
    expect(set.stderr).toContain(
      'the next deployment moves URL and permission uploads of hello to alias live; the URL gets another address',
    );
    expect(await project.hanging()).toEqual(publicAt('$LATEST'));
    await project.on(['deploy', '--yes']);
    const removed = await project.on(['alias', 'delete', 'live', '--yes']);
    expect(removed.stderr).toContain('moves URL and permission uploads of hello to $LATEST');
    await project.on(['deploy', '--yes']);
    expect(await project.hanging()).toEqual(publicAt('$LATEST'));
  });
});
