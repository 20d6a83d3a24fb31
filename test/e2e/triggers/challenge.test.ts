// The article's challenge: an upload by the real `aws` CLI calls the function, and nothing remains; and the lesson on it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSlsctl, type Ran, run } from '../../support/cli.ts';
import { everything, type LocalAws, startLocal } from '../../support/local.ts';
import { editProject, folderWith, removeFolder, temporaryFolder } from '../../support/project.ts';
import { awsCli } from '../../support/tools.ts';

const aws = await awsCli();

let local: LocalAws;
beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local?.stop());

describe.skipIf(!aws)('the challenge, with the AWS CLI', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder('challenge');
    await writeFile(join(folder, 'hello.txt'), 'Hello!\n');
    await expectSlsctl(['init', 'shop', '--template', 's3-python'], { cwd: folder, env: local.env });
  });
  afterAll(() => removeFolder(folder));

  const project = (...args: string[]) => expectSlsctl(args, { cwd: join(folder, 'shop'), env: local.env });

  async function cli(...args: string[]): Promise<string> {
    const words = ['--endpoint-url', local.endpoint, ...args, '--output', 'json'];
    const ran: Ran = await run(aws as string, words, { cwd: folder, env: { ...local.env, AWS_PAGER: '' } });
    if (ran.code !== 0) throw new Error(`aws ${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  }

  /** The lines that the function printed about uploads, once this one is among them. */
  async function printed(text: string): Promise<string> {
    for (;;) {
      const { stdout } = await project('logs', '--since', '5m', '--format', 'raw');
      if (stdout.includes(text)) return stdout;
      await sleep(100);
    }
  }

  it.each([
    ['a bucket of the project', 'shop-uploads-000000000000-us-east-1', undefined],
    ['a bucket that is there already', 'inbox', 'inbox'],
  ])('with %s', async (_, bucket, other) => {
    if (other !== undefined) {
      await cli('s3', 'mb', `s3://${other}`);
      await editProject(join(folder, 'shop'), [
        [['buckets'], undefined],
        [['functions', 'shop', 'triggers', 0, 's3', 'bucket'], other],
        [['functions', 'shop', 'environment'], undefined],
      ]);
    }
    await project('deploy');
    const { stdout: plan } = await project('plan', '--exit-code');
    expect(plan).toContain('Nothing to change');
    const greeting = await project('invoke', '--payload', '{"name": "Sam"}');
    expect(JSON.parse(JSON.parse(greeting.stdout).body)).toEqual({ message: 'Hello, Sam!' });

    await cli('s3', 'cp', 'hello.txt', `s3://${bucket}/elsewhere/ignored.txt`);
    await cli('s3', 'cp', 'hello.txt', `s3://${bucket}/incoming/hello world.txt`);
    await printed(`Hello, incoming/hello world.txt! It arrived in ${bucket}.`);

    await project('env', 'set', 'GREETING_PREFIX=Welcome');
    await cli('s3', 'cp', 'hello.txt', `s3://${bucket}/incoming/again.txt`);
    const lines = await printed(`Welcome, incoming/again.txt! It arrived in ${bucket}.`);
    expect(lines).not.toContain('ignored.txt');

    const { stdout: receipt } = await project('destroy', '--yes', '--delete-data');
    expect(receipt).toContain('Nothing remains.');
    expect(JSON.parse(await cli('lambda', 'list-functions')).Functions).toEqual([]);
    expect(JSON.parse(await cli('iam', 'list-roles')).Roles).toEqual([]);
    const buckets = JSON.parse(await cli('s3api', 'list-buckets')).Buckets as { Name: string }[];
    expect(buckets.map(({ Name }) => Name)).toEqual(other === undefined ? [] : [other]);
    if (other !== undefined) {
      expect(await cli('s3api', 'get-bucket-notification-configuration', '--bucket', other)).toBe('');
    }
  });
});

describe('walkthrough --challenge', () => {
  it('meets the challenge, live, and leaves nothing', async () => {
    const { stdout } = await expectSlsctl(['walkthrough', '--challenge'], { cwd: await folderWith() });
    for (let step = 1; step <= 5; step++) expect(stdout).toContain(`Step ${step}: `);
    expect(stdout).toContain('Hello, incoming/hello.txt! It arrived in my-first-function-uploads-');
    expect(stdout).toContain('Welcome, incoming/again.txt! It arrived in my-first-function-uploads-');
    expect(stdout).toMatch(/instead of: aws s3api put-bucket-notification-configuration /);
    expect(stdout).toContain('Nothing remains.');
    expect(stdout).not.toContain('still calls');
  });

  it('is one JSON document with every command', async () => {
    const args = ['walkthrough', '--challenge', '--output', 'json', '--endpoint-url', local.endpoint];
    const env = { ...local.env, AWS_ENDPOINT_URL: undefined };
    const { stdout } = await expectSlsctl(args, { cwd: await folderWith(), env });
    const { steps } = JSON.parse(stdout) as { steps: { step: number; command: string; exitCode: number }[] };
    expect(new Set(steps.map(({ step }) => step))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(steps.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(steps.map(({ command }) => command)).toContain('slsctl trigger list');
    expect(await everything(local.env)).toEqual([]);
  });
});
