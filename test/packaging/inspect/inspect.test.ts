// Native files that cannot work are refused with their names; files that may be intended are not.
import { describe, expect, it } from 'vitest';
import { arm, elf, type Files, macho, node, packaged, x86 } from './inspected.ts';

const fat = Buffer.concat([Buffer.from('cafebabe0000000201000007', 'hex'), Buffer.alloc(40)]);
const javaClass = Buffer.concat([Buffer.from('cafebabe00000034', 'hex'), Buffer.alloc(40)]);
const pe = Buffer.alloc(128);
pe.write('MZ');
pe.writeUInt32LE(64, 60);
pe.write('PE\0\0', 64, 'latin1');
pe.writeUInt16LE(0x8664, 68);

const onArm = ', architectures: [arm64]';

describe('the check of native files', () => {
  it.each<[what: string, files: Files, says: string[], settings?: string]>([
    ['a planted Mach-O', { 'lib/thing.so': macho }, ['lib/thing.so', 'Mach-O for arm64']],
    ['a universal Mach-O', { tool: fat }, ['tool', 'Mach-O']],
    ['an ELF for the other architecture', { 'lib/x.so': arm }, ['lib/x.so', 'ELF for arm64', 'x86_64']],
    [
      'the same the other way round',
      { tool: x86 },
      ['tool', 'ELF for x86_64'],
      `${'runtime: python3.12, handler: app.handler'}${onArm}`,
    ],
    ['an ELF of FreeBSD', { tool: elf(62, { system: 9 }) }, ['tool', 'another system']],
    ['a Windows extension', { 'a/_x.pyd': pe }, ['a/_x.pyd', 'Windows']],
    [
      'an npm package of another machine alone',
      { 'node_modules/@esbuild/darwin-arm64/bin/esbuild': macho },
      ['@esbuild/darwin-arm64', 'npm install --os=linux --cpu=x64'],
      node,
    ],
    [
      'an extension for another Python',
      { 'm/_c.cpython-311-x86_64-linux-gnu.so': x86 },
      ['_c.cpython-311', 'Python 3.11', 'build it for Python 3.12'],
    ],
    ['an extension for musl', { 'm/_c.cpython-312-x86_64-linux-musl.so': x86 }, ['musl']],
    [
      'an installed Python package that is listed too',
      {
        'num/core.so': arm,
        'num-2.1.dist-info/RECORD': 'num/core.so,sha256=x,64\n',
        'requirements.txt': 'num\n',
      },
      ['remove the installed num from the folder and slsctl installs the right one from requirements.txt'],
    ],
    [
      'a Python package, by its record',
      { 'num/core.so': arm, 'num-2.1.dist-info/RECORD': 'num/core.so,sha256=x,64\n' },
      ['num/core.so (num 2.1)', 'pip install --platform manylinux2014_x86_64 --python-version 3.12'],
    ],
  ])('refuses %s', async (_, files, says, settings) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(2);
    for (const text of says) expect(stderr).toContain(text);
  });

  it.each<[what: string, files: Files, settings?: string]>([
    ['the right ones', { 'a.so': x86, 'm/_c.cpython-312-x86_64-linux-gnu.so': x86, 'm/_d.abi3.so': x86 }],
    ['a Java class', { 'X.class': javaClass }],
    ['an object file of another machine', { 'x.o': elf(183, { type: 1 }) }],
    ['.NET libraries', { 'A.dll': pe }, 'runtime: dotnet8, handler: "A::B::C"'],
  ])('accepts %s without a warning', async (_, files, settings) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain('warning');
  });

  it.each<[what: string, files: Files, settings?: string]>([
    ['launchers of Windows', { 'setuptools/cli-64.exe': pe, 'pip/_vendor/distlib/t64.exe': pe }],
    [
      'other platforms beside the right one',
      {
        'node_modules/@esbuild/darwin-arm64/bin/esbuild': macho,
        'node_modules/@esbuild/win32-x64/esbuild.exe': pe,
        'node_modules/@esbuild/linux-x64/bin/esbuild': x86,
      },
      node,
    ],
    [
      'prebuilt addons',
      {
        'node_modules/a/prebuilds/darwin-x64/a.node': macho,
        'node_modules/a/prebuilds/linux-x64/a.node': x86,
      },
      node,
    ],
    ['fsevents', { 'node_modules/fsevents/fsevents.node': macho }, node],
    [
      'a quick part for another Python, with the slow one beside',
      { 'm/c.cpython-311-x86_64-linux-gnu.so': x86, 'm/c.py': '' },
    ],
  ])('warns about %s', async (_, files, settings) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/warning: .*files for other machines/);
  });
});
