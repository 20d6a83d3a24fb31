// Every command that packages layers refuses a layer that no function could load.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';
import { arm, type Files, macho, x86 } from './inspected.ts';

/** A project of functions that all use the layer, with these settings of theirs and of the layer. */
async function project(files: Files, { functions = [''], layer = '' } = {}): Promise<string> {
  const root = await folderWith({ 'app.py': 'def handler(e, c): pass\n' });
  const lines = functions.map(
    (more, index) =>
      `  f${index}: { runtime: python3.12, handler: app.handler, code: ., layers: [l]${more} }`,
  );
  const config = ['project: p', `layers: { l: { path: lay${layer} } }`, 'functions:', ...lines, ''];
  await writeFile(join(root, 'slsctl.yml'), config.join('\n'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, 'lay', path)), { recursive: true });
    await writeFile(join(root, 'lay', path), content);
  }
  return root;
}

const onArm = ', architectures: [arm64]';

describe('the native files of a layer', () => {
  it.each([['package', 'f0'], ['layer', 'publish'], ['plan'], ['deploy', '--yes']])(
    'for another machine are refused by the command %s',
    async (...command) => {
      const root = await project({ 'python/m/a.so': x86 }, { functions: [onArm] });
      const { code, stderr } = await slsctl(command, { cwd: root });
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('layer l has a file that cannot be loaded'),
      ]);
      expect(stderr).toContain('python/m/a.so: ELF for x86_64');
    },
  );

  it.each<[what: string, files: Files, options: Parameters<typeof project>[1], says: string]>([
    [
      'the declared architecture of the layer',
      { 'lib/a.so': x86 },
      { layer: onArm, functions: [onArm] },
      'arm64',
    ],
    ['macOS', { 'lib/a.so': macho }, { functions: ['', onArm] }, 'Mach-O'],
    ['another Python', { 'python/_c.cpython-311-x86_64-linux-gnu.so': x86 }, {}, 'build it for Python 3.12'],
  ])('are refused when they do not fit %s', async (_, files, options, says) => {
    const { code, stderr } = await slsctl(['package', 'f0'], { cwd: await project(files, options) });
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it.each<[what: string, files: Files, options?: Parameters<typeof project>[1]]>([
    ['for the right machine', { 'python/a.so': x86, 'lib/b.so': x86 }],
    [
      'each for one of two functions',
      { 'lib/x86/b.so': x86, 'lib/arm64/b.so': arm },
      { functions: ['', onArm] },
    ],
    [
      'in folders of several versions',
      { 'python/lib/python3.11/site-packages/_c.cpython-311-x86_64-linux-gnu.so': x86, 'python/m.py': '' },
    ],
  ])('are accepted when they are %s', async (_, files, options) => {
    const { code, stderr } = await slsctl(['package', 'f0'], { cwd: await project(files, options) });
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });

  it('are a warning when only some of the functions can load them', async () => {
    const root = await project({ 'lib/only.so': x86 }, { functions: ['', onArm] });
    const { code, stderr } = await slsctl(['package', 'f0'], { cwd: root });
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/warning: layer l .*arm64 cannot load: lib\/only\.so/),
    ]);
  });
});
