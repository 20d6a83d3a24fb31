// The cache of slsctl.yml files that passed their checks: it saves checking the very same text again.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { notePassed, textsIfPassed } from '../../src/config/checked-files.ts';
import { expectSlsctl, slsctl } from '../support/cli.ts';
import { folderWith } from '../support/project.ts';

const good =
  'project: p\nfunctions:\n  f: { runtime: nodejs22.x, handler: index.handler, memorySize: 128 }\n';
const bad = good.replace('128', '127');
const code = 'exports.handler = async () => 1;\n';

async function project(): Promise<string> {
  const dir = await folderWith();
  await mkdir(join(dir, '.slsctl'));
  return dir;
}

describe('a slsctl.yml that passed', () => {
  it('is not checked again while it and the checks are the same', async () => {
    const dir = await project();
    expect(await textsIfPassed(dir, good, 'a')).toBeUndefined();
    await notePassed(dir, good, [], 'a');
    expect(await textsIfPassed(dir, good, 'a')).toEqual([]);
    expect(await textsIfPassed(dir, bad, 'a')).toBeUndefined();
    expect(await textsIfPassed(dir, good, 'b')).toBeUndefined();
    // Source that was not built cannot know its checks.
    expect(await textsIfPassed(dir, good)).toBeUndefined();
    await notePassed(dir, bad, [], 'a');
    expect(await textsIfPassed(dir, good, 'a')).toBeUndefined();
  });

  it('keeps the places whose text counts: without the checks a number there would not stay as written', async () => {
    const dir = await project();
    const texts = ['["functions","f","environment","A A\\n"]', '["allowedAccounts",0]'];
    await notePassed(dir, good, texts, 'a');
    expect(await textsIfPassed(dir, good, 'a')).toEqual(texts);
  });

  it('is not cached when its checks used more than its text', async () => {
    const dir = await project();
    const asking = good.replace('128', `\${env:SIZE}`);
    await notePassed(dir, asking, [], 'a');
    expect(await textsIfPassed(dir, asking, 'a')).toBeUndefined();
  });

  it('is not cached when it has an escaped reference', async () => {
    const escaped = good.replace('nodejs22.x', '"\\x24{env:RUNTIME}"');
    const cwd = await folderWith({ 'slsctl.yml': escaped, 'index.js': code });
    for (let run = 0; run < 2; run++)
      await expectSlsctl(['package'], { cwd, env: { RUNTIME: 'nodejs22.x' } });
    const { code: exit, stderr } = await slsctl(['package'], { cwd, env: { RUNTIME: 'Cobol' } });
    expect(exit).toBe(2);
    expect(stderr).toContain('runtime is "Cobol"');
  });

  it('is checked each time when the cache folder cannot be written', async () => {
    const dir = await folderWith();
    await notePassed(dir, good, [], 'a');
    expect(await textsIfPassed(dir, good, 'a')).toBeUndefined();
    expect(await readdir(dir)).toEqual([]);
  });

  it('does not let another slsctl.yml pass', async () => {
    const cwd = await folderWith({ 'slsctl.yml': good, 'index.js': code });
    await expectSlsctl(['package'], { cwd });
    const note = await readFile(join(cwd, '.slsctl', 'passed'), 'utf8');
    await expectSlsctl(['package'], { cwd });
    await writeFile(join(cwd, 'slsctl.yml'), bad);
    const elsewhere = await folderWith({ 'slsctl.yml': bad, 'index.js': code });
    await cp(join(cwd, '.slsctl'), join(elsewhere, '.slsctl'), { recursive: true });
    for (const folder of [cwd, elsewhere]) {
      const { code, stderr } = await slsctl(['package'], { cwd: folder });
      expect(code).toBe(2);
      expect(stderr).toContain('memorySize is 127; allowed: a whole number from 128');
    }
    expect(await readFile(join(cwd, '.slsctl', 'passed'), 'utf8')).toBe(note);
    for (const nonsense of ['', 'x', note.slice(1)]) {
      await writeFile(join(cwd, '.slsctl', 'passed'), nonsense);
      expect((await slsctl(['package'], { cwd })).code).toBe(2);
    }
  });

  it('is cached with any content; checks that depend on the stage or on other fields run each time', async () => {
    const staged = `${good}stages:\n  live: {}\n  dev: { defaults: { layers: [none] } }\n`;
    const cwd = await folderWith({ 'slsctl.yml': staged, 'index.js': code });
    await expectSlsctl(['package', '--stage', 'live'], { cwd });
    const { code: exit, stderr } = await slsctl(['package', '--stage', 'dev'], { cwd });
    expect(exit).toBe(2);
    expect(stderr).toContain('slsctl.yml:6:');
    expect((await slsctl(['package', '--stage', 'prod'], { cwd })).stderr).toContain('--stage is "prod"');
  });
});
