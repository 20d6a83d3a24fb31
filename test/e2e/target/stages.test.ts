// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of slsctl.yml
// A stage is never guessed: it is named, or the default of slsctl.yml, or the command stops before it does anything.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startInProcess } from '../../local/in-process.ts';
import { slsctl } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { folderWith } from '../../support/project.ts';
import { untouchable } from '../../support/proxy.ts';

const keys = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', AWS_REGION: 'us-east-1' };
const code = 'exports.handler = async () => 1;\n';
const functions = 'functions: { hello: { runtime: nodejs22.x, handler: index.handler } }\n';
const project = (more: string) =>
  folderWith({ 'index.js': code, 'slsctl.yml': `project: p\n${more}${functions}` });

/** Runs a command at an endpoint that must not be called. */
async function refused(more: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const { endpoint, calls, close } = await untouchable();
  onTestFinished(close);
  const cwd = await project(more);
  const ran = await slsctl(args, { cwd, env: { ...keys, AWS_ENDPOINT_URL: endpoint, ...env } });
  expect([ran.code, calls(), ran.stdout]).toEqual([2, 0, '']);
  return ran.stderr;
}

const stages = 'stages: { dev: {}, prod: {} }\n';
const any = 'stages: { prod: {}, "*": {} }\n';

describe('a stage', () => {
  it.each([
    [['plan']],
    [['deploy', '--yes']],
    [['destroy', '--yes']],
    [['status']],
    [['invoke']],
    [['logs']],
    [['env', 'set', 'A=1']],
    [['rollback']],
    [['package']],
  ])('must be named for %j when the file has stages', async (args) => {
    expect(await refused(stages, args)).toBe(
      'error: which stage? slsctl.yml has dev, prod\n next: pass --stage dev, set SLSCTL_STAGE=dev, or write defaultStage: dev into slsctl.yml\n',
    );
    expect(await refused(any, args)).toContain('slsctl.yml has prod, any other name\n');
  });

  it.each([
    ['--stage', stages, ['plan', '--stage', 'prdo'], {}, '--stage is "prdo"; slsctl.yml has dev, prod'],
    [
      'SLSCTL_STAGE',
      stages,
      ['plan'],
      { SLSCTL_STAGE: 'prdo' },
      'SLSCTL_STAGE is "prdo"; slsctl.yml has dev, prod',
    ],
    [
      '--stage, where there are none',
      '',
      ['deploy', '--stage', 'dev'],
      {},
      '--stage is "dev"; slsctl.yml has no stages',
    ],
    [
      'SLSCTL_STAGE, where there are none',
      '',
      ['status'],
      { SLSCTL_STAGE: 'dev' },
      'SLSCTL_STAGE is "dev"; slsctl.yml has no stages',
    ],
    [
      'a bad name',
      any,
      ['plan', '--stage', 'a b'],
      {},
      '--stage is "a b"; allowed: letters, digits, - and _, at most 64',
    ],
    ['*', any, ['plan', '--stage', '*'], {}, '--stage is "*"; allowed: letters, digits, - and _, at most 64'],
    [
      'an empty name',
      stages,
      ['plan', '--stage', ''],
      {},
      '--stage is ""; allowed: letters, digits, - and _, at most 64',
    ],
    ['list --stage', stages, ['list', '--stage', 'prdo'], {}, '--stage is "prdo"; slsctl.yml has dev, prod'],
  ])('that the file does not have is refused: %s', async (_, more, args, env, message) => {
    expect(await refused(more, args, env)).toContain(`error: ${message}\n`);
  });

  it.each([
    ['tset', `defaultStage: tset\n${stages}`, 'slsctl.yml:2:15: defaultStage is "tset"; allowed: dev, prod'],
    [
      'dev, without stages',
      'defaultStage: dev\n',
      'slsctl.yml:2:15: defaultStage is "dev"; allowed: a name under stages, and there is none',
    ],
    ['*', `defaultStage: "*"\n${any}`, 'slsctl.yml:2:15: defaultStage is "*"; allowed: prod, any other name'],
    [
      'a variable that is not set',
      `defaultStage: "\${env:NOBODY_SET_IT}"\n${any}`,
      'slsctl.yml:2:15: defaultStage: ${env:NOBODY_SET_IT} has no value: NOBODY_SET_IT is not set in this shell',
    ],
    [
      'a list',
      `defaultStage: [dev]\n${any}`,
      'slsctl.yml:2:15: defaultStage is ["dev"]; allowed: the name of a stage',
    ],
  ])('by default must be one of stages: %s', async (_, more, message) => {
    expect(await refused(more, ['plan'])).toContain(`error: ${message}`);
  });

  it('is needed by ${stage}, where it is used', async () => {
    const used = 'defaults:\n  environment: { A: "x-${stage}" }\n';
    expect(await refused(used, ['plan'])).toBe(
      'error: slsctl.yml:3:21: defaults.environment.A: ${stage} has no value, because no stage is named; pass --stage, or write stages: { dev: {} } and defaultStage: dev\n',
    );
    expect(await refused('region: "${stage}-1"\n', ['list'])).toContain(
      'slsctl.yml:2:9: region: ${stage} has no value',
    );
    expect(await refused(`region: "\${stage}-1"\n${stages}`, ['list'])).toContain(
      'slsctl.yml:2:9: region: ${stage} has no value',
    );
  });
});

describe('the stage that is used', () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startInProcess();
  });
  afterAll(() => aws?.stop());

  /** The stage of a plan's target, and the text of a variable. */
  async function used(more: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) {
    const environment = 'defaults: { environment: { OWN: "${stage}", ALL: yes-it-is } }\n';
    const cwd = await project(`${environment}${more}`);
    const words = ['plan', '-o', 'json', '--show-values', ...args];
    const { stdout, stderr } = await slsctl(words, { cwd, env: { ...aws.env, ...env } });
    expect(stderr).toMatch(/^(next|$)/);
    const { target, changes } = JSON.parse(stdout);
    const fields = changes.flatMap(({ changes }: { changes: { path: string; to: string }[] }) => changes);
    const own = fields.find(({ path }: { path: string }) => path === 'Environment.Variables.OWN');
    return [target.stage, own.to];
  }

  it.each([
    ['--stage', stages, ['--stage', 'prod'], {}, 'prod'],
    ['SLSCTL_STAGE', stages, [], { SLSCTL_STAGE: 'prod' }, 'prod'],
    ['--stage over SLSCTL_STAGE', stages, ['--stage', 'prod'], { SLSCTL_STAGE: 'dev' }, 'prod'],
    ['SLSCTL_STAGE over defaultStage', `defaultStage: dev\n${stages}`, [], { SLSCTL_STAGE: 'prod' }, 'prod'],
    ['defaultStage', `defaultStage: dev\n${stages}`, [], {}, 'dev'],
    [
      'defaultStage, where SLSCTL_STAGE is empty',
      `defaultStage: dev\n${stages}`,
      [],
      { SLSCTL_STAGE: '' },
      'dev',
    ],
    ['a person’s own', `defaultStage: "\${env:WHO}"\n${any}`, [], { WHO: 'sam' }, 'sam'],
    ['any other name', any, ['--stage', 'feature-7'], {}, 'feature-7'],
    ['a stage without a value', 'stages:\n  dev:\n  prod:\n', ['--stage', 'dev'], {}, 'dev'],
  ])('is %s', async (_, more, args, env, stage) => {
    expect(await used(more, args, env)).toEqual([stage, stage]);
  });

  it('has the overlay * only when it is not listed', async () => {
    const overlays =
      'stages:\n  prod: { defaults: { memorySize: 512 } }\n  "*": { defaults: { timeout: 9, memorySize: 256 } }\n';
    const cwd = await project(overlays);
    const planned = async (stage: string) => {
      const { stdout } = await slsctl(['plan', '--stage', stage], { cwd, env: aws.env });
      return [/MemorySize +(\d+)/.exec(stdout)?.[1], /Timeout +(\d+)/.exec(stdout)?.[1]];
    };
    expect(await planned('prod')).toEqual(['512', '30']);
    expect(await planned('mine')).toEqual(['256', '9']);
  });

  it('by * is not written into the file as a stage of its own', async () => {
    const cwd = await project(any);
    const { code, stderr } = await slsctl(['env', 'set', 'AB=1', '--stage', 'mine'], { cwd, env: aws.env });
    expect([code, stderr]).toEqual([0, expect.anything()]);
    const text = await readFile(join(cwd, 'slsctl.yml'), 'utf8');
    expect(text).toMatch(/"\*": \{ functions: \{ hello: \{ environment: \{ AB: "?1"? \} \} \} \}/);
    expect(text).not.toContain('mine');
  });

  it('is repeated in the next command only when it was typed', async () => {
    const cwd = await project(stages);
    const next = async (args: string[], env: NodeJS.ProcessEnv = {}) =>
      /next: (.*)/.exec((await slsctl(['plan', ...args], { cwd, env: { ...aws.env, ...env } })).stderr)?.[1];
    expect(await next(['--stage', 'prod'])).toBe('slsctl deploy --stage prod');
    expect(await next([], { SLSCTL_STAGE: 'prod' })).toBe('slsctl deploy');
    expect(await next(['--stage', 'prod'], { SLSCTL_STAGE: 'prod' })).toBe('slsctl deploy');
    expect(await next(['--stage', 'prod'], { SLSCTL_STAGE: 'dev' })).toBe('slsctl deploy --stage prod');
  });

  it.each([
    [['list']],
    [['list', '--orphans']],
    [['destroy', '--orphans', '--yes']],
    [['init', '--list']],
    [['schema']],
  ])('is not asked for by %j', async (args) => {
    expect(await slsctl(args, { cwd: await project(stages), env: aws.env })).toMatchObject({ code: 0 });
  });

  it('is not needed by list, which keeps the guard of the account', async () => {
    const run = async (more: string) => {
      const { code, stderr } = await slsctl(['list'], { cwd: await project(more), env: aws.env });
      return [code, /allowedAccounts has [^\n]*/.exec(stderr)?.[0]];
    };
    const dev = 'dev: { allowedAccounts: ["111111111111"] }';
    const prod = 'prod: { allowedAccounts: ["222222222222"] }';
    expect(await run(`stages: { ${dev}, ${prod} }\n`)).toEqual([
      3,
      'allowedAccounts has 111111111111, 222222222222',
    ]);
    expect(await run(`stages: { ${dev}, prod: {} }\n`)).toEqual([0, undefined]);
    expect(await run(`allowedAccounts: ["333333333333"]\nstages: { ${dev}, prod: {} }\n`)).toEqual([
      3,
      'allowedAccounts has 111111111111, 333333333333',
    ]);
    expect(await run('allowedAccounts: 333333333333\nstages: { prod: {} }\n')).toEqual([2, undefined]);
  });

  it('keeps references of its own, which other stages do not need', async () => {
    const cwd = await project(
      'stages: { dev: { allowedAccounts: ["${env:ACCOUNT}"] }, prod: { region: us-east-1 } }\n',
    );
    const run = async (args: string[], env = {}) => {
      const { code, stderr } = await slsctl(args, { cwd, env: { ...aws.env, ...env } });
      return [code, /allowedAccounts[^\n]*/.exec(stderr)?.[0]];
    };
    expect(await run(['plan', '--stage', 'prod'])).toEqual([0, undefined]);
    const guard = 'allowedAccounts has 111111111111';
    expect(await run(['plan', '--stage', 'dev'], { ACCOUNT: '111111111111' })).toEqual([3, guard]);
    const every = await project(
      'stages: { dev: { allowedAccounts: ["${env:ACCOUNT}"] }, prod: { allowedAccounts: ["222222222222"] } }\n',
    );
    const { code, stderr } = await slsctl(['list'], {
      cwd: every,
      env: { ...aws.env, ACCOUNT: '111111111111' },
    });
    expect(stderr).toContain('allowedAccounts has 111111111111, 222222222222');
    expect(code).toBe(3);
    expect(await slsctl(['list'], { cwd: every, env: aws.env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ACCOUNT is not set in this shell'),
    });
  });

  it('keeps its resources apart from orphans: stages of * are declared, and what has no stage is not', async () => {
    const cwd = await project('');
    const on = (...args: string[]) => slsctl([...args, '-o', 'json'], { cwd, env: aws.env });
    await on('deploy');
    await writeFile(join(cwd, 'slsctl.yml'), `project: p\n${any}${functions}`);
    await on('deploy', '--stage', 'mine');
    const { orphans } = JSON.parse((await on('list', '--orphans')).stdout);
    expect(orphans.find(({ name }: { name: string }) => name === 'hello')).toMatchObject({
      why: 'slsctl.yml is never deployed without a stage',
    });
    expect(orphans.filter(({ stage }: { stage?: string }) => stage === 'mine')).toEqual([]);
    await on('destroy', '--yes', '--stage', 'mine');
    await on('destroy', '--orphans', '--confirm', 'p');
    expect(JSON.parse((await on('list')).stdout).resources).toEqual([]);
  });
});
