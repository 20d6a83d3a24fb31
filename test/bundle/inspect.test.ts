// Packages that cannot work are refused by the program, with the names of the files; what may be meant so is not.
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { nodeExports } from '../../src/bundle/node-exports.ts';
import { pythonNames } from '../../src/bundle/python-names.ts';
import { slsctl } from '../support/cli.ts';
import { folderWith } from '../support/project.ts';

/** The first bytes of a shared object. */
function elf(machine: number, { system = 0, type = 3 } = {}): Buffer {
  const head = Buffer.alloc(64);
  head.write('\u007fELF\u0002\u0001\u0001', 0, 'latin1');
  head[7] = system;
  head.writeUInt16LE(type, 16);
  head.writeUInt16LE(machine, 18);
  return head;
}
const x86 = elf(62);
const arm = elf(183);
const macho = Buffer.concat([Buffer.from('cffaedfe0c000001', 'hex'), Buffer.alloc(40)]);
const fat = Buffer.concat([Buffer.from('cafebabe0000000201000007', 'hex'), Buffer.alloc(40)]);
const javaClass = Buffer.concat([Buffer.from('cafebabe00000034', 'hex'), Buffer.alloc(40)]);
const pe = Buffer.alloc(128);
pe.write('MZ');
pe.writeUInt32LE(64, 60);
pe.write('PE\0\0', 64, 'latin1');
pe.writeUInt16LE(0x8664, 68);

type Files = Record<string, string | Buffer>;
const handlers: Files = {
  'app.py': 'def handler(event, context):\n    return event\n',
  'index.js': 'exports.handler = async () => 1;\n',
};

async function packaged(files: Files, settings = 'runtime: python3.12, handler: app.handler') {
  const config = `project: p\nfunctions:\n  f: { ${settings}, code: ., dependencies: none }\n`;
  const root = await folderWith({ 'slsctl.yml': config });
  for (const [path, content] of Object.entries({ ...handlers, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return await slsctl(['package'], { cwd: root });
}

const node = 'runtime: nodejs22.x, handler: index.handler';
const onArm = ', architectures: [arm64]';

describe('native files', () => {
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
      ['_c.cpython-311', 'Python 3.11'],
    ],
    ['an extension for musl', { 'm/_c.cpython-312-x86_64-linux-musl.so': x86 }, ['musl']],
    [
      'a Python package, by its record',
      { 'num/core.so': arm, 'num-2.1.dist-info/RECORD': 'num/core.so,sha256=x,64\n' },
      ['num/core.so (num 2.1)', 'pip install --platform manylinux2014_x86_64 --python-version 3.12'],
    ],
  ])('%s is refused', async (_, files, says, settings) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(2);
    for (const text of says) expect(stderr).toContain(text);
  });

  it.each<[what: string, files: Files, settings?: string]>([
    ['the right ones', { 'a.so': x86, 'm/_c.cpython-312-x86_64-linux-gnu.so': x86, 'm/_d.abi3.so': x86 }],
    ['a Java class', { 'X.class': javaClass }],
    ['an object file of another machine', { 'x.o': elf(183, { type: 1 }) }],
    ['.NET libraries', { 'A.dll': pe }, 'runtime: dotnet8, handler: "A::B::C"'],
  ])('nothing is said of %s', async (_, files, settings) => {
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
  ])('%s are a warning', async (_, files, settings) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/warning: .*files for other machines/);
  });

  it('private keys are a warning', async () => {
    const { code, stderr } = await packaged({ 'k.pem': '-----BEGIN RSA PRIVATE KEY-----\nMII\n' });
    expect(code).toBe(0);
    expect(stderr).toMatch(/warning: .*private keys.*k\.pem/);
  });
});

describe('the handler', () => {
  it.each<[settings: string, says: string[], files?: Files]>([
    ['runtime: python3.12, handler: app.hanlder', ['app.py has no hanlder', 'handler']],
    ['runtime: python3.12, handler: nope.handler', ['nope.py is not in the package', 'app.py']],
    ['runtime: nodejs22.x, handler: index.main', ['index.js has no main', 'handler']],
    ['runtime: provided.al2023, handler: x', ['no bootstrap']],
  ])('%s is refused', async (settings, says, files = {}) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(2);
    for (const text of says) expect(stderr).toContain(text);
  });

  it('that cannot be known is a warning', async () => {
    const some = await packaged({ 'app.py': 'from other import *\n' });
    expect([some.code, /warning: .*app\.py has no handler/.test(some.stderr)]).toEqual([0, true]);
    const more = await packaged({ 'index.js': 'module.exports = require("middy")(x);\n' }, node);
    expect([more.code, /warning: .*index\.js has no handler/.test(more.stderr)]).toEqual([0, true]);
  });

  it('may be in a layer', async () => {
    const layers = 'layers: ["arn:aws:lambda:us-east-1:123456789012:layer:x:1"]';
    const { code, stderr } = await packaged({}, `runtime: python3.12, handler: wrapper.handler, ${layers}`);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('must be in a layer');
  });
});

const pythonModule = `
"""doc = 1
def in_text(): pass
"""
import os.path, json as J
from a.b import (c, d as e,  # comment, f
                 g)
async def one(): inner = 1
class Two:
    member = 1
    def method(self): pass
x: int = 3; y = z = 4
a1, (b1, *c1) = 1, (2, 3)
if True:
    try:
        under_if = f(keyword=1)
    except ImportError as error: pass
else: under_else = 1
with open('x') as handle: pass
for item in []: pass
call(argument=2)
obj.attribute = 1
obj['key'] = 2
s = "a = b" + 'it\\'s'
def many(
    first=1,
):
    local = 2
`;

describe('names', () => {
  it('of Python are those that the module binds', async () => {
    const { names, open } = pythonNames(pythonModule);
    expect(open).toBe(false);
    const bound = [
      'os',
      'J',
      'c',
      'e',
      'g',
      'one',
      'Two',
      'x',
      'y',
      'z',
      'a1',
      'b1',
      'c1',
      'under_if',
      'under_else',
    ];
    for (const name of [...bound, 'handle', 'item', 's', 'many']) expect(names, name).toContain(name);
    for (const name of [
      'doc',
      'in_text',
      'inner',
      'member',
      'method',
      'keyword',
      'argument',
      'attribute',
      'first',
      'local',
    ]) {
      expect(names, name).not.toContain(name);
    }
  });

  it('of Python include all that Python itself binds in its own library', async () => {
    const python = process.platform === 'win32' ? 'python' : 'python3';
    // ast knows what a module binds without running it.
    const lister = `
import ast, glob, json, os, sys
found = {}
for file in sorted(glob.glob(os.path.dirname(os.__file__) + '/*.py'))[:120]:
    tree = ast.parse(open(file, encoding='utf8').read())
    found[file] = [n.name for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))] + [
        t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)]
print(json.dumps(found))
`;
    const { stdout } = await promisify(execFile)(python, ['-c', lister], { maxBuffer: 2 ** 24 });
    const { readFile } = await import('node:fs/promises');
    const found = JSON.parse(stdout) as Record<string, string[]>;
    expect(Object.keys(found).length).toBeGreaterThan(100);
    for (const [file, wanted] of Object.entries(found)) {
      const { names } = pythonNames(await readFile(file, 'utf8'));
      expect([file, wanted.filter((name) => !names.has(name))]).toEqual([file, []]);
    }
  });

  it.each<[files: Record<string, string>, names: string[], open: boolean]>([
    [{ 'a.js': 'exports.x = 1; module.exports.y = 2;' }, ['x', 'y'], false],
    [{ 'a.js': 'module.exports = { x, y: z };' }, ['x', 'y'], false],
    [{ 'a.js': 'module.exports = wrap(handler);' }, [], true],
    [{ 'a.js': 'Object.assign(exports, all);' }, [], true],
    [{ 'a.js': 'module.exports = require("./b");', 'b.js': 'exports.x = 1;' }, ['x'], false],
    [{ 'a.mjs': 'export const x = 1; export default y; export { z as w };' }, ['default', 'w', 'x'], false],
    [{ 'a.mjs': 'export * from "./b.mjs";', 'b.mjs': 'export function x() {}' }, ['x'], false],
    [{ 'a.mjs': 'export * from "elsewhere";' }, [], true],
    [{ 'a.js': 'export const x = 1;', 'package.json': '{"type":"module"}' }, ['x'], false],
    [{ 'a.js': 'export * from "./a.js";', 'package.json': '{"type":"module"}' }, [], true],
  ])('of Node.js: %j', async (files, names, open) => {
    const read = async (path: string) => (path in files ? Buffer.from(files[path] as string) : undefined);
    const found = await nodeExports(Object.keys(files)[0] as string, read);
    expect([[...found.names].sort(), found.open]).toEqual([names, open]);
  });
});
