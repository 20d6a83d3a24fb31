// The end of a command that gets a signal, or whose output has no reader any more.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetAliasCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { type Running, startSlsctl } from '../support/cli.ts';
import { expectSlsctl } from '../support/in-process.ts';
import { everything } from '../support/local.ts';
import { editProject, replaceIn } from '../support/project.ts';
import { interposed } from '../support/proxy.ts';
import { recordedProject } from '../support/recorded-project.ts';

const { aws, folder, name, lambda, stop } = await recordedProject('ending');
afterAll(stop);

const options = { cwd: folder, env: aws.env };
const on = (args: string[], code = 0) => expectSlsctl(args, { ...options, code });
const start = (args: string[], env = {}) => startSlsctl(args, { cwd: folder, env: { ...aws.env, ...env } });

/** Closes a stream as `head` does, before anything is read of it. */
async function unread(args: string[], stream: 'stdout' | 'stderr') {
  const running = await start(args);
  running.child[stream]?.destroy();
  return running.done;
}

const lines = ({ output }: Running) => output.stdout.trimEnd().split('\n');

describe('a reader that closes the pipe', () => {
  it('of stdout does not stop a command or change its exit code', async () => {
    expect(await unread(['plan', '--exit-code'], 'stdout')).toMatchObject({ code: 10 });
    expect(await unread(['deploy'], 'stdout')).toMatchObject({ code: 0 });
    await on(['plan', '--exit-code']);
  });

  it('of stderr does not stop a command or change its exit code', async () => {
    await on(['destroy', '--yes']);
    const { code, stdout } = await unread(['deploy', '--explain'], 'stderr');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining(name) });
  });

  it('of logs --follow ends the command', async () => {
    await on(['invoke', '--payload', '{"name": "Sam"}']);
    expect(await unread(['logs', '--follow', '--since', '1h'], 'stdout')).toMatchObject({ code: 0 });
  });
});

describe('a stream of JSON lines', () => {
  it.skipIf(process.platform === 'win32')('has no end line when it was interrupted', async () => {
    const running = await start(['logs', '--follow', '--since', '1h', '--output', 'json']);
    await running.saw('Processing request');
    running.child.kill('SIGINT');
    expect((await running.done).code).toBe(130);
    for (const line of lines(running)) expect(JSON.parse(line)).toHaveProperty('message');
  });

  it('reports its error in one line', async () => {
    let asked = 0;
    const denied = JSON.stringify({ __type: 'AccessDeniedException', message: 'not you' });
    const proxy = await interposed(aws.endpoint, async ({ operation }) =>
      operation === 'FilterLogEvents' && ++asked > 1
        ? { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: denied }
        : undefined,
    );
    try {
      const args = ['logs', '--follow', '--since', '1h', '--output', 'json'];
      const running = await start(args, { AWS_ENDPOINT_URL: proxy.endpoint });
      expect((await running.done).code).toBe(1);
      expect(JSON.parse(lines(running).at(-1) ?? '')).toMatchObject({
        error: { message: expect.stringContaining('access denied'), exitCode: 1 },
      });
      expect(lines(running).length).toBeGreaterThan(1);
    } finally {
      await proxy.close();
    }
  });
});

describe.skipIf(process.platform === 'win32')('a signal', () => {
  const alias = () => lambda.send(new GetAliasCommand({ FunctionName: name, Name: 'live' }));

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s rolls a canary back, and exits %i', async (signal, wanted) => {
    await editProject(folder, [[['functions', name, 'aliases'], { live: {} }]]);
    await on(['deploy']);
    const { FunctionVersion } = await alias();
    await replaceIn(join(folder, 'lambda_function.py'), /$/, `# before ${signal}\n`);
    const args = ['deploy', '--canary', '10%', '--bake', '1h', '--output', 'json'];
    const running = await start(args);
    await running.saw('requests,');
    expect((await alias()).RoutingConfig).toBeDefined();
    running.child.kill(signal);
    // The shell of a closed terminal says it once more.
    if (signal === 'SIGHUP') running.child.kill(signal);
    const { code, stdout, stderr } = await running.done;
    expect({ code, stderr }).toMatchObject({ code: wanted });
    expect(JSON.parse(stdout)).toMatchObject({ error: { message: 'interrupted', exitCode: wanted } });
    expect(stderr).toContain(`${name}:live serves version ${FunctionVersion} alone again`);
    expect((await alias()).RoutingConfig).toBeUndefined();
    await on(['deploy']);
  });

  it('rolls a canary back also while another function is still being updated', async () => {
    const { FunctionVersion } = await alias();
    const slow = { runtime: 'python3.12', handler: 'lambda_function.handler', aliases: { live: {} } };
    await editProject(folder, [[['functions', 'slow'], slow]]);
    await on(['deploy', '--yes']);
    await replaceIn(join(folder, 'lambda_function.py'), /$/, '# in the middle\n');
    const proxy = await interposed(aws.endpoint, async ({ method, path }) =>
      method === 'PUT' && path.includes('/slow/') ? new Promise(() => {}) : undefined,
    );
    try {
      const args = ['deploy', '--canary', '10%', '--bake', '1h'];
      const running = await start(args, { AWS_ENDPOINT_URL: proxy.endpoint });
      await expect.poll(async () => (await alias()).RoutingConfig, { timeout: 60_000 }).toBeDefined();
      running.child.kill('SIGINT');
      const { code, stderr } = await running.done;
      expect(code, stderr).toBe(130);
      expect(stderr).toContain(`${name}:live serves version ${FunctionVersion} alone again`);
      const now = await alias();
      expect(now.FunctionVersion).toBe(FunctionVersion);
      expect(now.RoutingConfig).toBeUndefined();
    } finally {
      await proxy.close();
      await editProject(folder, [[['functions', 'slow'], undefined]]);
      await on(['deploy', '--yes']);
    }
  });
});

it('slsctl.yml is not written when the change cannot be planned', async () => {
  const before = await readFile(join(folder, 'slsctl.yml'), 'utf8');
  const running = await start(['env', 'set', 'LOST=1'], { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN' });
  const { code, stderr } = await running.done;
  expect(code, stderr).toBe(3);
  expect(await readFile(join(folder, 'slsctl.yml'), 'utf8')).toBe(before);
});

it.skipIf(process.platform === 'win32')(
  'an interrupted change reports that slsctl.yml already has it',
  async () => {
    let interrupt = () => {};
    const proxy = await interposed(aws.endpoint, async ({ method }) => {
      if (method === 'PUT') interrupt();
      return method === 'PUT' ? new Promise(() => {}) : undefined;
    });
    try {
      const running = await start(['env', 'set', 'KEPT=1'], { AWS_ENDPOINT_URL: proxy.endpoint });
      interrupt = () => running.child.kill('SIGINT');
      const { code, stderr } = await running.done;
      expect(code).toBe(130);
      expect(stderr).toMatch(/done: set KEPT in slsctl.yml, which is not applied yet\nnext: slsctl deploy/);
      expect(await readFile(join(folder, 'slsctl.yml'), 'utf8')).toContain('KEPT: "1"');
    } finally {
      await proxy.close();
    }
  },
);

it('a receipt lists removed resources though reading them again was interrupted', async () => {
  await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  expect(await unread(['destroy', '--yes'], 'stdout')).toMatchObject({ code: 0 });
  expect(await everything(aws.env)).toEqual([]);
});
