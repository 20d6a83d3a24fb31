// The ends of builds: normal, by Ctrl-C, and by force.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Running, startSlsctl } from '../../support/cli.ts';
import { expectSlsctl } from '../../support/in-process.ts';
import { type Files, projectWith } from '../../support/packaged.ts';
import { isAlive } from '../../support/process.ts';

const windows = process.platform === 'win32';

/** Starts another process that waits for ever, and writes its own number and that of the other. */
const starting = `
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const child = spawn(process.execPath, ['waiting.cjs'], { stdio: 'inherit' });
writeFileSync('pids', process.pid + ' ' + child.pid + '\\n');
`;
const waiting = "require('node:fs').writeFileSync('waits', ''); setInterval(() => {}, 1000);\n";
const deaf = "process.on('SIGTERM', () => require('node:fs').appendFileSync('told', '.'));\n";

async function building(files: Files): Promise<{ cwd: string; pids(): Promise<number[]> }> {
  const lines = ['runtime: provided.al2023', 'handler: any', 'build: node build.cjs'];
  const cwd = await projectWith({ bootstrap: '#!/bin/sh\n', ...files }, lines);
  return {
    cwd,
    async pids() {
      await there(join(cwd, 'waits'));
      const pids = (await readFile(join(cwd, 'pids'), 'utf8')).split(' ').map(Number);
      onTestFinished(() => {
        for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      });
      return pids;
    },
  };
}

async function there(file: string): Promise<void> {
  const content = () => readFile(file).catch(() => undefined);
  await expect.poll(content, { timeout: 30_000 }).toBeDefined();
}

async function gone(pids: number[]): Promise<void> {
  await expect.poll(() => pids.filter(isAlive), { timeout: 30_000 }).toEqual([]);
}

async function interrupted({ child, done }: Running): Promise<void> {
  child.kill('SIGINT');
  expect((await done).code).toBe(130);
}

describe('a build command', () => {
  it('ends with its whole output though it leaves a process in the background', async () => {
    const talk =
      "for (let i = 0; i < 5000; i += 1) console.log('line ' + i); process.exitCode = 3; child.unref();\n";
    const { cwd, pids } = await building({
      'build.cjs': `${starting}
        const { existsSync } = require('node:fs');
        const timer = setInterval(() => { if (existsSync('waits')) { clearInterval(timer); ${talk.trim()} } }, 10);`,
      'waiting.cjs': waiting,
    });
    const { stderr } = await expectSlsctl(['package'], { cwd, code: 1 });
    const [build, background] = (await pids()) as [number, number];
    expect(stderr).toContain('line 4999');
    expect([build, background].filter(isAlive)).toEqual([background]);
  });

  it('is ended by Ctrl-C, with all its child processes', async () => {
    const { cwd, pids } = await building({
      'build.cjs': `${starting}setInterval(() => {}, 1000);`,
      'waiting.cjs': waiting,
    });
    const running = await startSlsctl(['package'], { cwd });
    const started = await pids();
    await interrupted(running);
    await gone(started);
  });

  it.skipIf(windows)('is killed with all its child processes when it ignores Ctrl-C', async () => {
    const { cwd, pids } = await building({
      'build.cjs': deaf + starting,
      'waiting.cjs': deaf + waiting,
    });
    const running = await startSlsctl(['package'], { cwd });
    const started = await pids();
    await interrupted(running);
    await gone(started);
    expect(running.output.stderr).toContain('interrupted');
    expect((await readFile(join(cwd, 'told'), 'utf8')).length).toBe(2);
  });

  it.skipIf(windows)('is killed at once by a second Ctrl-C', async () => {
    const { cwd, pids } = await building({
      'build.cjs': deaf + starting,
      'waiting.cjs': deaf + waiting,
    });
    const running = await startSlsctl(['package'], { cwd });
    const started = await pids();
    running.child.kill('SIGINT');
    await there(join(cwd, 'told'));
    await interrupted(running);
    await gone(started);
    // Nobody has waited for the build.
    expect(running.output.stderr).not.toContain('interrupted');
  });
});
