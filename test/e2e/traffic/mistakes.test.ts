// Wrong or concurrent use of versions, aliases, canaries and concurrency: the messages and the advice.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteAliasCommand,
  GetAliasCommand,
  type LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, startSlsctl } from '../../support/in-process.ts';
import { clientsOf, type LocalAws } from '../../support/local.ts';
import { editProject, removeFolder, temporaryFolder } from '../../support/project.ts';

const config = `project: mistakes
defaults: { runtime: python3.12, handler: app.handler }
functions:
  one:
    code: one
    aliases: { live: {} }
  two:
    code: two
`;

let aws: LocalAws;
let folder: string;
let lambda: LambdaClient;

beforeAll(async () => {
  [aws, folder] = await Promise.all([startInProcess(), temporaryFolder('mistakes')]);
  ({ lambda } = await clientsOf(aws.env));
  await writeFile(join(folder, 'slsctl.yml'), config);
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name));
    await code(1, name);
  }
  await on(['deploy']);
});
afterAll(async () => {
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const options = () => ({ cwd: folder, env: aws.env });
const on = (args: string[], code = 0) => expectSlsctl(args, { ...options(), code });
const code = (answer: number, name = 'one') =>
  writeFile(join(folder, name, 'app.py'), `def handler(event, context):\n    return ${answer}\n`);
const file = () => readFile(join(folder, 'slsctl.yml'), 'utf8');
const live = { FunctionName: 'one', Name: 'live' };

describe('a canary that another user ends', () => {
  async function overtaken(answer: number, by: () => Promise<unknown>) {
    await code(answer);
    const running = await startSlsctl(['deploy', 'one', '--canary', '10%', '--bake', '3s'], options());
    await running.saw('requests,');
    await by();
    const { code: exit, stderr } = await running.done;
    expect(exit, stderr).toBe(1);
    return stderr;
  }

  it('reports the version that the alias serves now, and leaves it alone', async () => {
    const stderr = await overtaken(2, () =>
      lambda.send(new UpdateAliasCommand({ ...live, FunctionVersion: '2', RoutingConfig: {} })),
    );
    expect(stderr).toContain(
      'one:live was changed by another deployment or user while version 2 was watched',
    );
    expect(stderr).toContain('it points to version 2 now');
    expect(stderr).toMatch(/next: slsctl alias list one/);
    expect(stderr).not.toMatch(/shares its requests|still sends|rollback/);
  });

  it('reports that the alias was deleted', async () => {
    const stderr = await overtaken(3, () => lambda.send(new DeleteAliasCommand(live)));
    expect(stderr).toContain(
      'one:live was changed by another deployment or user while version 3 was watched',
    );
    expect(stderr).toContain('it does not exist any more');
    await on(['deploy']);
  });

  it('is noted by the deployment that ends it', async () => {
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } };
    await lambda.send(new UpdateAliasCommand({ ...live, RoutingConfig }));
    const said =
      'version 2 gets 10 % of the requests, by a canary that is running or was interrupted; this deployment ends it';
    expect((await on(['plan'])).stdout).toContain(said);
    const { stderr } = await on(['deploy', 'one']);
    expect(stderr).toContain(said);
    await on(['plan', '--exit-code']);
  });
});

describe('more concurrency than the account has', () => {
  it('is refused before slsctl.yml is written, with the available concurrency', async () => {
    await on(['concurrency', 'set', 'two', '--reserved', '300']);
    const before = await file();
    const { stderr } = await on(['concurrency', 'set', 'one', '--reserved', '601'], 1);
    expect(stderr).toContain('601 is more than can be reserved for one: at most 600');
    expect(stderr).toMatch(/cause: .*1000.*300.*100/);
    expect(stderr).toMatch(/next: .*slsctl concurrency set one --reserved 600/);
    expect(await file()).toBe(before);
    await on(['concurrency', 'set', 'one', '--reserved', '600']);
    await on(['concurrency', 'set', 'one', '--reserved', '599']);
    await on(['concurrency', 'set', 'two', '--reserved', 'none']);
  });

  it('is refused by a deployment with the same message', async () => {
    await editProject(folder, [[['functions', 'two', 'reservedConcurrentExecutions'], 302]]);
    const { stderr } = await on(['deploy'], 1);
    expect(stderr).toContain('302 is more than can be reserved for two: at most 301');
    await editProject(folder, [[['functions', 'two', 'reservedConcurrentExecutions'], undefined]]);
    await on(['concurrency', 'set', 'one', '--reserved', 'none']);
  });
});

describe('a project of several functions', () => {
  it('suggested commands name the function', async () => {
    const cases: [args: string[], next: RegExp, exit: number][] = [
      [
        ['deploy', '--canary', '10%'],
        /slsctl alias set two live.*or only: slsctl deploy one --canary 10%/,
        2,
      ],
      [['rollback', 'one', '--to', '99'], /slsctl versions one.*slsctl rollback one --to VERSION/, 1],
      [['rollback', 'two'], /slsctl alias set two live/, 2],
      [['rollback', 'one', '--alias', 'nope'], /slsctl alias list one/, 1],
      [['alias', 'set', 'one', 'live', '--to', '99'], /slsctl versions one/, 1],
      [['alias', 'set', 'one', 'live', '--weight', '1=50%'], /--to VERSION/, 2],
      [['concurrency', 'set', 'two', '--provisioned', '1'], /slsctl alias set two live/, 2],
      [['invoke', 'one', '--qualifier', '99'], /slsctl versions one/, 1],
    ];
    for (const [args, next, exit] of cases) {
      const { stderr } = await on(args, exit);
      expect({ args, next: /next: .*/.exec(stderr)?.[0] }).toEqual({
        args,
        next: expect.stringMatching(next),
      });
    }
    expect((await on(['rollback', 'one', '--to', '99'], 1)).stderr).toContain('there is no version 99');
    expect((await on(['alias', 'list', 'two'])).stderr).toContain('slsctl alias set two live');
  });

  it('a rollback without a function name asks, lists the moves, and skips functions without an earlier version', async () => {
    const both = (value: unknown) =>
      editProject(folder, [
        [['functions', 'one', 'aliases'], value],
        [['functions', 'two', 'aliases'], value],
      ]);
    const versionOf = async (FunctionName: string) =>
      (await lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' }))).FunctionVersion;
    await both({ live: {} });
    await on(['deploy']);
    await code(7);
    await on(['deploy']);
    const before = await Promise.all(['one', 'two'].map(versionOf));
    const one = await on(['rollback'], 2);
    expect(one.stderr).toMatch(/one:live +\d+ → \d+\n/);
    expect(one.stderr).toContain('this rolls back this function, and there is no terminal to ask on');
    const alone = await on(['rollback', '--output', 'json', '--yes']);
    expect(alone.stderr).toContain('two:live stays: alias two:live has no version to go back to');
    expect(JSON.parse(alone.stdout).rollbacks).toMatchObject([{ function: 'one', from: before[0] }]);

    await code(7, 'two');
    await on(['deploy']);
    const asked = await on(['rollback'], 2);
    expect(asked.stderr).toMatch(/one:live +\d+ → \d+\ntwo:live +2 → 1\n/);
    expect(asked.stderr).toMatch(/next: name the functions, or run it again with --yes/);
    expect(await versionOf('two')).toBe('2');
    await on(['rollback', '--yes']);
    expect(await versionOf('two')).toBe('1');
    expect((await on(['rollback'])).stdout).toMatch(
      /one:live +serves .* already.*\ntwo:live +serves version 1/,
    );
    await on(['deploy']);
    await both(undefined);
    await on(['deploy', '--yes']);
  });

  it('an alias at a missing version is refused with the version', async () => {
    await editProject(folder, [[['functions', 'two', 'aliases'], { live: { version: 99 } }]]);
    const { stderr } = await on(['deploy'], 1);
    expect(stderr).toContain('version 99 of two does not exist');
    expect(stderr).toContain('slsctl versions two, then slsctl alias set two live --to VERSION');
  });
});

describe('misplaced fields', () => {
  it('of a function in defaults are refused with the right place', async () => {
    await writeFile(join(folder, 'slsctl.yml'), config.replace('defaults: {', 'defaults: { code: src,'));
    const { stderr } = await on(['plan'], 2);
    expect(stderr).toContain('defaults.code is not known; code belongs to a function: functions.NAME.code');
  });
});
