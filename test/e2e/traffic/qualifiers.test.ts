// URL and permissions of a function hang on the alias that follows the deployments, or on the named qualifier.
import * as sdk from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { FunctionName, open, publicAt, TrafficProject, uploads } from './fixture.ts';

const project = new TrafficProject();

describe('URL and permissions', () => {
  it('hang on the alias that follows the deployments', async () => {
    await project.write({
      url: open,
      permissions: { uploads },
      aliases: { live: {}, old: { version: '1' } },
    });
    await project.on(['deploy']);
    expect(await project.hanging()).toEqual(publicAt('live'));
    await project.on(['plan', '--exit-code']);
  });

  it('hang on $LATEST where no alias follows the deployments', async () => {
    await project.write({ url: open, permissions: { uploads } });
    await project.on(['deploy']);
    await project.on(['versions', '--publish']);
    await project.write({ url: open, permissions: { uploads }, aliases: { old: { version: '1' } } });
    await project.on(['deploy']);
    expect(await project.hanging()).toEqual(publicAt('$LATEST'));
    await project.on(['plan', '--exit-code']);
  });

  it('hang on the qualifier that their entry names', async () => {
    const queue = { principal: 'sns.amazonaws.com', qualifier: 'old' };
    await project.write({
      url: { ...open, qualifier: '$LATEST' },
      permissions: { uploads, queue },
      aliases: { live: {}, old: { version: '1' } },
    });
    await project.on(['deploy']);
    expect(await project.hanging()).toEqual([
      '$LATEST: FunctionURLAllowPublicAccess',
      '$LATEST: FunctionURLInvokeAllowPublicAccess',
      '$LATEST: url',
      'live: uploads',
      'old: queue',
    ]);
    await project.on(['plan', '--exit-code']);
  });

  it('need a qualifier when several aliases follow the deployments', async () => {
    await project.write({ url: open, permissions: { uploads }, aliases: { live: {}, beta: {} } });
    project.proxy.take();
    const { stderr } = await project.on(['plan'], 2);
    expect(stderr).toContain(
      'functions.hello.url needs a qualifier, since several aliases follow the deployments; allowed: qualifier: live, beta or $LATEST',
    );
    expect(stderr).toContain('functions.hello.permissions has uploads, which needs a qualifier');
    expect(stderr).toMatch(/slsctl\.yml:\d+:\d+/);
    expect(project.proxy.take()).toEqual([]);
    await project.write({
      url: { ...open, qualifier: 'beta' },
      permissions: { uploads: { ...uploads, qualifier: 'live' } },
      aliases: { live: {}, beta: {} },
    });
    await project.on(['plan']);
  });

  it.each([
    ['beta', 'has the qualifier beta, but the function declares no such alias; allowed: live or $LATEST'],
    ['3', '$LATEST, or the name of an alias of the function'],
    ['no blanks', '$LATEST, or the name of an alias of the function'],
  ])('refuse the qualifier %j', async (qualifier, message) => {
    await project.write({ url: { ...open, qualifier }, aliases: { live: {}, gone: null } });
    expect((await project.on(['plan'], 2)).stderr).toContain(message);
    await project.write({ permissions: { uploads: { ...uploads, qualifier } }, aliases: { live: {} } });
    expect((await project.on(['plan'], 2)).stderr).toContain(message);
  });

  it('refuse a qualifier with the aliases removed by null', async () => {
    await project.write({ url: { ...open, qualifier: 'live' }, aliases: { live: null } });
    expect((await project.on(['plan'], 2)).stderr).toContain('allowed: $LATEST');
  });
});

describe('drift', () => {
  it('of a URL and of statements on an alias is found and undone', async () => {
    await project.write({ url: open, permissions: { uploads }, aliases: { live: {} } });
    await project.on(['deploy']);
    const at = { FunctionName, Qualifier: 'live' };
    await project.lambda.send(new sdk.RemovePermissionCommand({ ...at, StatementId: 'uploads' }));
    await project.lambda.send(new sdk.UpdateFunctionUrlConfigCommand({ ...at, AuthType: 'AWS_IAM' }));
    const { stdout } = await project.on(['plan', '--exit-code'], 10);
    expect(stdout).toContain('update function URL hello:live');
    expect(stdout).toContain('update permissions hello:live');
    await project.on(['deploy']);
    expect(await project.hanging()).toEqual(publicAt('live'));
    const { functions } = await project.answer(['status']);
    expect(functions[0].changes).toBe(0);
  });

  it('of other statements on the alias is noted, and ended by --prune', async () => {
    await project.write({ permissions: { uploads }, aliases: { live: {} } });
    await project.on(['deploy']);
    await project.lambda.send(
      new sdk.AddPermissionCommand({
        FunctionName,
        Qualifier: 'live',
        StatementId: 'theirs',
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
      }),
    );
    expect((await project.on(['plan'])).stdout).toContain('Statement.theirs is live but not declared; kept');
    await project.on(['deploy', '--prune']);
    expect(await project.hanging()).toEqual(['live: uploads']);
  });
});
