// Account, region, stage and endpoint: in the first line of what a command says, and in its question.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { startInProcess } from '../../local/in-process.ts';
import { expectSlsctl, startOnTerminal } from '../../support/in-process.ts';
import type { LocalAws } from '../../support/local.ts';
import { filesIn, folderWith, removeFolder } from '../../support/project.ts';
import { interposed } from '../../support/proxy.ts';

const code = 'exports.handler = async () => 1;\n';
const project = (name: string, functions: number, more: object = {}) =>
  stringify({
    project: name,
    region: 'eu-central-1',
    defaults: { runtime: 'nodejs22.x', handler: 'index.handler', aliases: { live: {} } },
    functions: Object.fromEntries(
      Array.from({ length: functions }, (_, index) => [`${name}${index + 1}`, {}]),
    ),
    stages: { prod: {} },
    ...more,
  });

let aws: LocalAws;
let folder: string;

beforeAll(async () => {
  aws = await startInProcess();
  folder = await filesIn('target', { 'slsctl.yml': project('team', 2), 'index.js': code });
});
afterAll(async () => {
  await aws?.stop();
  if (folder) await removeFolder(folder);
});

const on = (args: string, code = 0, cwd = folder) =>
  expectSlsctl([...args.split(' '), '--stage', 'prod'], { cwd, env: aws.env, code });
const first = (text: string) => text.split('\n')[0];

/** The screen when the question is asked, and the exit code after the answer. */
async function asked(args: string, answer: string, cwd = folder) {
  const terminal = await startOnTerminal([...args.split(' '), '--stage', 'prod'], { cwd, env: aws.env });
  await terminal.saw('[y/N]');
  terminal.type(`${answer}\r`);
  return { exit: await terminal.done, text: terminal.text };
}

describe('the target', () => {
  const place = () => `account 000000000000, eu-central-1, stage prod, endpoint ${aws.endpoint}`;
  const inQuestion = () => `account 000000000000, eu-central-1, endpoint ${aws.endpoint}?`;

  it('is the first line of the answer, or of the progress', async () => {
    for (const [args, stream] of [
      ['plan', 'stdout'],
      ['deploy --dry-run', 'stdout'],
      ['deploy', 'stderr'],
      ['status', 'stdout'],
      ['list', 'stdout'],
      ['list --orphans', 'stdout'],
    ] as const) {
      expect([args, first((await on(args))[stream])]).toEqual([args, `target: ${place()}`]);
    }
    expect((await on('rollback', 1)).stderr).toContain(`target: ${place()}`);
  });

  it('is part of the summary of a deployment', async () => {
    const few = await folderWith({ 'slsctl.yml': project('few', 1), 'index.js': code });
    expect(first((await on('deploy', 0, few)).stdout)).toBe(`target     ${place()}`);
    const many = await folderWith({ 'slsctl.yml': project('many', 6), 'index.js': code });
    expect((await on('deploy', 0, many)).stdout).toMatch(
      new RegExp(`6 functions, [\\d.]+ s, in account 000000000000, eu-central-1, endpoint ${aws.endpoint}\n`),
    );
    const gone = await on('destroy --yes', 0, few);
    expect(first(gone.stderr)).toBe(`target: ${place()}`);
    const { endpoint } = aws;
    expect(gone.stdout).toContain(
      `Nothing remains. (few, stage prod, in account 000000000000, eu-central-1, endpoint ${endpoint})\n`,
    );
    await on('destroy --yes', 0, many);
  });

  it('is in every question', async () => {
    await on('deploy');
    for (const [args, question] of [
      ['destroy', `Remove 8 things of team, stage prod, from ${inQuestion()}`],
      ['alias delete team1 live', `Delete alias live of team1-prod, in ${inQuestion()}`],
    ] as const) {
      const { exit, text } = await asked(args, 'n');
      expect([args, exit]).toEqual([args, 1]);
      expect(text.replaceAll(/\n(?=\S)/g, '\n')).toContain(question);
    }
    await writeFile(join(folder, 'slsctl.yml'), project('team', 1));
    const removing = await asked('deploy', 'n');
    expect(removing.text).toContain(`Remove 2 things of team, stage prod, in ${inQuestion()}`);
  });

  it('is unknown where STS does not answer, and the command goes on', async () => {
    const proxy = await interposed(aws.endpoint, async ({ operation }) =>
      operation === 'GetCallerIdentity' ? { status: 403, body: '<ErrorResponse/>' } : undefined,
    );
    onTestFinished(() => proxy.close());
    const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
    const { stdout, stderr } = await expectSlsctl(['list'], { cwd: folder, env });
    expect(first(stdout)).toBe(`target: account unknown, eu-central-1, endpoint ${proxy.endpoint}`);
    expect(stderr).toBe('');
  });

  it('is not asked of STS for the local AWS, nor by a text command that does not show it', async () => {
    const env = { SLSCTL_HOME: aws.home };
    const local = await expectSlsctl(['list', '--local', '--explain'], { cwd: folder, env });
    expect(first(local.stdout)).toBe('target: local, eu-central-1');
    expect(local.stderr).not.toContain('get-caller-identity');
    expect((await on('env list team1 --explain')).stderr).not.toContain('get-caller-identity');
  });
});

describe('status and list', () => {
  it('have no line that is wider than the terminal; in a pipe nothing is left out', async () => {
    const name = `a-function-with-a-name-of-${'many-'.repeat(7)}`;
    const wide = await folderWith({
      'slsctl.yml': `project: a-project-with-a-long-name\nfunctions: { ${name}: { runtime: nodejs22.x, handler: index.handler }, b: { runtime: nodejs22.x, handler: index.handler } }\n`,
      'index.js': code,
    });
    const options = { cwd: wide, env: { ...aws.env, AWS_REGION: 'ap-northeast-3' } };
    await expectSlsctl(['deploy', name], options);
    for (const args of [['status'], ['list']]) {
      const terminal = await startOnTerminal(args, { ...options, columns: 80 });
      expect([args, await terminal.done]).toEqual([args, 0]);
      const rows = terminal.text.split('\n').filter((line) => !line.startsWith('target: '));
      expect([args, rows.filter((line) => line.length > 80)]).toEqual([args, []]);
      expect(
        rows.find((line) => line.includes('…')),
        args.join(' '),
      ).toBeDefined();
    }
    const { stdout } = await expectSlsctl(['status'], options);
    expect(stdout).toMatch(new RegExp(`^${name}  Active +nodejs22.x  256 MB  30 s `, 'm'));
    expect(stdout).toContain('LAST MODIFIED');
    await expectSlsctl(['destroy', '--yes'], options);
  });
});

describe('the list above the question of destroy', () => {
  it('counts by kind, and is folded when it is longer than a screen', async () => {
    const many = await folderWith({ 'slsctl.yml': project('large', 8), 'index.js': code });
    await on('deploy', 0, many);
    const { text } = await asked('destroy', 'n', many);
    expect(text).toContain(
      'This removes 32 things: 8 roles, 8 sets of policies, 8 functions, 8 log groups\n',
    );
    expect(text).toContain('  - 8 functions\n      lost of each: its versions');
    expect(text).not.toContain('function large1');
    expect(text).toContain('--verbose lists each of them');
    expect((await asked('destroy --verbose', 'n', many)).text).toContain('- function large8-prod\n');
    await on('destroy --yes', 0, many);
  });
});
