// Unusual but valid projects, and unusual mistakes, on the local AWS.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as iamSdk from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import type { Ran } from '../../support/cli.ts';
import { expectSlsctl, slsctl } from '../../support/in-process.ts';
import { type Clients, clientsOf, type LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';

const handler = 'def handler(event, context):\n    return event\n';
const RoleName = 'hello-us-east-1';

let local: LocalAws;
let clients: Clients;
beforeAll(async () => {
  local = await startInProcess();
  clients = await clientsOf(local.env);
});
afterAll(() => local?.stop());

const hello = (settings: object = {}) => ({ runtime: 'python3.12', handler: 'app.handler', ...settings });

/** A folder with one function, `hello`, that has these settings. */
async function projectWith(settings: object = {}): Promise<string> {
  const content = stringify({ project: 'odd', functions: { hello: hello(settings) } });
  return folderWith({ 'app.py': handler, 'slsctl.yml': content });
}
const rewrite = (folder: string, functions: object) =>
  writeFile(join(folder, 'slsctl.yml'), stringify({ project: 'odd', functions }));
const on = (cwd: string, args: string[], more: Record<string, string> = {}): Promise<Ran> =>
  slsctl(args, { cwd, env: { ...local.env, ...more } });
const done = (cwd: string, ...args: string[]): Promise<Ran> => expectSlsctl(args, { cwd, env: local.env });
const live = (FunctionName = 'hello') => clients.lambda.send(new sdk.GetFunctionCommand({ FunctionName }));

describe('values in slsctl.yml', () => {
  it('may be empty, in variables and in tags', async () => {
    const folder = await projectWith();
    await done(folder, 'deploy');
    await rewrite(folder, { hello: hello({ environment: { EMPTY: '' }, tags: { empty: '' } }) });
    expect((await done(folder, 'plan')).stdout).toMatch(/EMPTY/);
    await done(folder, 'deploy');
    const { Configuration, Tags } = await live();
    expect(Configuration?.Environment?.Variables).toEqual({ EMPTY: '' });
    expect(Tags).toMatchObject({ empty: '' });
    await done(folder, 'plan', '--exit-code');
    await done(folder, 'destroy', '--yes');
  });

  it('may have line breaks, quotes and characters of any script, up to 4 KB, and are shown on one line', async () => {
    const environment = {
      LINES: 'one\n\ttwo "three" $HOME `x`\\',
      SIGNS: 'ü 漢字 🎉',
      BIG: 'x'.repeat(3900),
    };
    const folder = await projectWith({ environment });
    await done(folder, 'deploy');
    expect((await live()).Configuration?.Environment?.Variables).toMatchObject(environment);
    const { stdout } = await done(folder, 'env', 'list', '--show-values');
    expect(stdout).toContain(JSON.stringify(environment.LINES));
    await done(folder, 'plan', '--exit-code');
    await done(folder, 'destroy', '--yes');
  });
});

describe('names in slsctl.yml', () => {
  it('may be names of JavaScript’s own object members', async () => {
    const folder = await folderWith({
      'app.py': handler,
      'slsctl.yml': [
        'project: odd',
        'functions:',
        '  constructor: { runtime: python3.12, handler: app.handler }',
        '  __proto__: { runtime: python3.12, handler: app.handler }',
        '',
      ].join('\n'),
    });
    await done(folder, 'deploy');
    await done(folder, 'plan', '--exit-code');
    expect((await live('__proto__')).Configuration?.FunctionName).toBe('__proto__');
    await done(folder, 'destroy', '--yes');
  });

  it.each([
    [
      'functions',
      'project: odd\nfunctions:\n  "hé llo": { runtime: python3.12, handler: app.handler }\n',
      'hé llo',
    ],
    ['tags', stringify({ project: 'odd', functions: { hello: hello({ tags: { 'a;b': '1' } }) } }), 'a;b'],
  ])('are refused with the allowed names: %s', async (_, content, name) => {
    const folder = await folderWith({ 'app.py': handler, 'slsctl.yml': content });
    const { code, stderr } = await on(folder, ['plan']);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/slsctl\.yml:\d+:\d+: /);
    expect(stderr).toContain(name);
    expect(stderr).toMatch(/allowed: .*letters, digits/);
  });
});

describe('slsctl.yml files', () => {
  it.each([
    ['a YAML alias within itself', 'project: &a [*a]\n'],
    [
      'YAML aliases that expand to too much',
      `a: &a [x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f', 'g']
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdef'[index]}`).join(', ')}]`)
        .join('\n')}\n`,
    ],
    ['a list', '- project: odd\n'],
    ['a word', 'odd\n'],
  ])('without a valid project are refused: %s', async (_, content) => {
    const folder = await folderWith({ 'slsctl.yml': content });
    const { code, stderr } = await on(folder, ['plan']);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/^error: slsctl\.yml/);
    expect(stderr).not.toMatch(/Invalid input|call stack/);
  });
});

describe('execution roles', () => {
  it('that do not exist are named', async () => {
    const role = 'arn:aws:iam::000000000000:role/nobody';
    const folder = await projectWith({ role });
    const { code, stderr } = await on(folder, ['deploy']);
    expect(code, stderr).toBe(1);
    expect(stderr).toContain(`Lambda cannot assume the role ${role} of function hello`);
    expect(stderr).toContain('lambda.amazonaws.com');
    expect(stderr).toMatch(/next: .*aws iam get-role --role-name nobody/);
    await done(folder, 'destroy', '--yes');
  });

  it('edited by hand are corrected; additions are shown, and --prune removes them', async () => {
    const folder = await projectWith();
    await done(folder, 'deploy');
    const { iam } = clients;
    const open = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    const byHand = { RoleName, PolicyName: 'by-hand' };
    await iam.send(new iamSdk.PutRolePolicyCommand({ ...byHand, PolicyDocument: open }));
    await iam.send(new iamSdk.PutRolePolicyCommand({ RoleName, PolicyName: 'slsctl', PolicyDocument: open }));
    const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    await iam.send(new iamSdk.DetachRolePolicyCommand({ RoleName, PolicyArn: basic }));

    const { stdout } = await done(folder, 'plan');
    expect(stdout).toContain('InlinePolicy.slsctl');
    expect(stdout).toContain('AWSLambdaBasicExecutionRole');
    expect(stdout).toContain('inline policy by-hand was not made by slsctl; kept (--prune removes it)');
    await done(folder, 'deploy');
    expect((await done(folder, 'plan', '--exit-code')).stdout).toContain('by-hand');
    const inline = () => iam.send(new iamSdk.ListRolePoliciesCommand({ RoleName }));
    expect((await inline()).PolicyNames).toEqual(['by-hand']);
    await done(folder, 'deploy', '--prune');
    expect((await inline()).PolicyNames).toEqual([]);
    await done(folder, 'destroy', '--yes');
  });
});

describe('a resource deleted by another user', () => {
  it('is created again by the next deploy', async () => {
    const folder = await projectWith();
    await done(folder, 'deploy');
    await clients.lambda.send(new sdk.DeleteFunctionCommand({ FunctionName: 'hello' }));
    expect((await done(folder, 'plan')).stdout).toMatch(/create function hello/);
    await done(folder, 'deploy');
    await done(folder, 'plan', '--exit-code');
    await done(folder, 'destroy', '--yes');
  });
});

describe('commands for versions and aliases', () => {
  it('report a function that is not deployed, with a command that keeps the global options', async () => {
    const folder = await folderWith({
      'app.py': handler,
      'slsctl.yml': stringify({ project: 'odd', functions: { nobody: hello() } }),
    });
    const missing = await on(folder, ['invoke', '--endpoint-url', local.endpoint]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(
      `slsctl deploy --endpoint-url ${local.endpoint}: creates what the project declares`,
    );
    const version = await on(folder, ['invoke', '--qualifier', '12', '--endpoint-url', local.endpoint]);
    expect(version.code).toBe(1);
    expect(version.stderr).toContain(
      `next: slsctl versions nobody --endpoint-url ${local.endpoint}: the versions`,
    );
  });

  it('are named when they do not exist, with a command that lists the existing ones', async () => {
    const folder = await projectWith();
    await done(folder, 'deploy');
    for (const qualifier of ['nobody', '12']) {
      const { code, stderr } = await on(folder, ['invoke', '--qualifier', qualifier]);
      expect(code).toBe(1);
      expect(stderr).toContain(`:${qualifier}`);
      expect(stderr).toMatch(/next: .*slsctl versions/);
    }
    await rewrite(folder, { hello: hello({ aliases: { live: { version: 7 } } }) });
    const { code, stderr } = await on(folder, ['deploy']);
    expect(code).toBe(1);
    expect(stderr).toContain('version 7 of hello does not exist');
    await done(folder, 'destroy', '--yes');
  });
});
