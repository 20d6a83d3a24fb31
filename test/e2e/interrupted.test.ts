// Ctrl-C while a command waits: for standard input, for a download, or for the local AWS.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanEnvironment, homeFolder, program, startSlsctl } from '../support/cli.ts';
import { expectSlsctl } from '../support/in-process.ts';
import { isAlive } from '../support/process.ts';
import { folderWith } from '../support/project.ts';
import { interposed } from '../support/proxy.ts';
import { recordedProject } from '../support/recorded-project.ts';

const { aws, folder, name, lambda, stop } = await recordedProject('interrupted');
afterAll(stop);

describe.skipIf(process.platform === 'win32')('Ctrl-C ends at once', () => {
  it('a command that reads standard input', async () => {
    const child = spawn(process.execPath, [program, 'invoke', '--payload', '-', '--explain'], {
      cwd: folder,
      env: { ...cleanEnvironment(await homeFolder()), ...aws.env },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    // It is at its input once it takes more than a pipe holds.
    await new Promise<void>((resolve) => child.stdin.write('x'.repeat(1_000_000), () => resolve()));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(said).toMatch(/^error: interrupted\n/);
  });

  it('a download', async () => {
    await expectSlsctl(['deploy'], { cwd: folder, env: aws.env });
    let interrupt = () => {};
    const { Configuration, Code, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
    const proxy = await interposed(aws.endpoint, async ({ path }) => {
      if (path === '/code') {
        interrupt();
        return new Promise(() => {});
      }
      if (path !== `/2015-03-31/functions/${name}`) return undefined;
      const Location = `${proxy.endpoint}/code`;
      return { status: 200, body: JSON.stringify({ Configuration, Code: { ...Code, Location }, Tags }) };
    });
    try {
      const args = ['init', 'copy', '--from-function', name];
      const env = { ...aws.env, AWS_ENDPOINT_URL: proxy.endpoint };
      const running = await startSlsctl(args, { cwd: await folderWith(), env });
      interrupt = () => running.child.kill('SIGINT');
      const { code, stderr } = await running.done;
      expect({ code, stderr }).toMatchObject({
        code: 130,
        stderr: expect.stringMatching(/error: interrupted/),
      });
    } finally {
      await proxy.close();
    }
  });

  it('a command that waits for the local AWS to start, together with that local AWS', async () => {
    const home = await folderWith();
    const [stuck, pid] = [join(home, 'stuck.cjs'), join(home, 'pid')];
    await writeFile(
      stuck,
      `if (/local.server\\.mjs$/.test(process.argv[1] ?? '')) {
  require('node:fs').writeFileSync(${JSON.stringify(pid)}, String(process.pid));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}\n`,
    );
    const env = { SLSCTL_HOME: home, NODE_OPTIONS: `--require ${stuck}` };
    const running = await startSlsctl(['local', 'start'], { cwd: home, env });
    const started = () => readFile(pid, 'utf8').then(Number, () => 0);
    await expect.poll(started, { timeout: 20_000 }).toBeGreaterThan(0);
    running.child.kill('SIGINT');
    expect((await running.done).code).toBe(130);
    const server = await started();
    await expect.poll(() => isAlive(server), { timeout: 20_000 }).toBe(false);
  });
});
