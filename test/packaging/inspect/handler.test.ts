// A missing handler is refused with suggestions; a handler that may exist is not refused.
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { nodeExports } from '../../../src/packaging/inspect/node-exports.ts';
import { pythonNames } from '../../../src/packaging/inspect/python-names.ts';
import { slsctl } from '../../support/in-process.ts';
import { folderWith, replaceIn } from '../../support/project.ts';
import { type Files, handlers, node, packaged, x86 } from './inspected.ts';

describe('the check of the handler', () => {
  it.each<[settings: string, says: string[], files?: Files]>([
    ['runtime: python3.12, handler: app.hanlder', ['app.py has no hanlder', 'handler']],
    ['runtime: python3.12, handler: nope.handler', ['nope.py is not in the package', 'app.py']],
    ['runtime: nodejs22.x, handler: index.main', ['index.js has no main', 'handler']],
    ['runtime: provided.al2023, handler: x', ['no bootstrap']],
  ])('refuses a missing one: %s', async (settings, says, files = {}) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(2);
    for (const text of says) expect(stderr).toContain(text);
  });

  it.each<[what: string, files: Files, settings?: string]>([
    ['a method in an object', { 'index.js': 'module.exports = { helper() {}, async handler() {} };' }],
    ['after a value', { 'index.js': 'module.exports = { a: () => { return 1 }, /* , */ handler: f };' }],
    [
      'from a spread',
      {
        'index.js': 'module.exports = { a: {}, ...require("./h") };',
        'h.js': handlers['index.js'] as string,
      },
    ],
    [
      'the package itself',
      { 'app.py': '', 'app/__init__.py': '' },
      'runtime: nodejs22.x, handler: index.handler',
    ],
    [
      'compiled',
      { 'fast.cpython-312-x86_64-linux-gnu.so': x86 },
      'runtime: python3.12, handler: fast.handler',
    ],
    ['in node_modules', { 'node_modules/fn/index.js': '' }, 'runtime: nodejs22.x, handler: fn.handler'],
    [
      'a list that is taken apart',
      { 'app.py': 'def handler(e, c): pass\r[a, b] = 1, 2\r' },
      'runtime: python3.12, handler: app.handler',
    ],
  ])('accepts %s without a warning', async (_, files, settings = node) => {
    const { code, stderr } = await packaged(files, settings);
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });

  it.each<[what: string, files: Files, settings?: string]>([
    ['an alias', { 'index.js': 'const self = exports; self.handler = 1;' }],
    ['an app', { 'index.js': 'const app = module.exports = {}; app.handler = 1;' }],
    ['all of another', { 'index.js': 'Object.assign(exports, require("./b"));', 'b.js': '' }],
    [
      'a package before it',
      { 'index.js': 'exports.main = 1;' },
      `${node}, environment: { NODE_OPTIONS: "--require ./x.js" }`,
    ],
    ['a list', { 'app.py': '[handler, b] = f, f\n' }, 'runtime: python3.12, handler: app.handler'],
    [
      'a global',
      { 'app.py': 'def setup():\n    global handler\n    handler = 1\nsetup()\n' },
      'runtime: python3.12, handler: app.handler',
    ],
  ])('warns about a handler that may come from %s', async (_, files, settings = node) => {
    const { code, stderr } = await packaged(files, settings);
    expect([code, /warning: .*has no handler in its text/.test(stderr)], stderr).toEqual([0, true]);
  });

  it.skipIf(process.platform === 'win32')('follows links', async () => {
    const root = await folderWith({
      'slsctl.yml': `project: p\nfunctions:\n  f: { ${node}, code: . }\n`,
    });
    await mkdir(join(root, 'real', 'lib'), { recursive: true });
    await writeFile(join(root, 'real', 'lib', 'x.js'), 'module.exports = { a() {}, handler() {} };');
    await symlink('real/lib', join(root, 'lib'));
    await symlink('real/lib/x.js', join(root, 'index.js'));
    for (const handler of ['index.handler', 'lib/x.handler']) {
      await replaceIn(join(root, 'slsctl.yml'), /handler: [^ ,]+/, `handler: ${handler}`).catch(() => {});
      for (const _ of ['new', 'noted']) {
        const { code, stderr } = await slsctl(['package'], { cwd: root });
        expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
      }
    }
  });

  it.each<[what: string, files: Files, settings: string, says: string[]]>([
    [
      'TypeScript',
      { 'src/index.ts': '' },
      'runtime: nodejs22.x, handler: src/index.handler',
      ['there is src/index.ts', 'bundle: true'],
    ],
    [
      'a file that an ignore file leaves out',
      { 'b.py': '', 'fn/a.py': '', '.slsctlignore': 'fn\n' },
      'runtime: python3.12, handler: fn.a.handler',
      ['fn/ is left out by .slsctlignore'],
    ],
    [
      'a file that a built-in rule leaves out',
      { 'test/app.py': '' },
      'runtime: python3.12, handler: test.app.handler',
      ['test/ is left out by a built-in rule', 'code.include'],
    ],
    [
      'a file in a deeper folder',
      { 'my/proj/deep.py': '' },
      'runtime: python3.12, handler: deep.handler',
      ['it is at my/proj/deep.py', 'handler: my.proj.deep.handler'],
    ],
    [
      'a file of a dependency',
      { 'six.py': '', 'six-1.dist-info/RECORD': 'six.py,,\n', 'pkg/own.py': '' },
      'runtime: python3.12, handler: nope.handler',
      ['point handler at one of: app.py, pkg/own.py\n'],
    ],
  ])('suggests %s', async (_, files, settings, says) => {
    const { code, stderr } = await packaged(files, settings);
    expect(code, stderr).toBe(2);
    for (const text of says) expect(stderr).toContain(text);
  });

  it('names the rule that leaves the whole folder out', async () => {
    const config =
      'project: p\nfunctions:\n  f: { runtime: python3.12, handler: test.app.handler, code: . }\n';
    const root = await folderWith({ 'slsctl.yml': config });
    await mkdir(join(root, 'test'));
    await writeFile(join(root, 'test', 'app.py'), 'def handler(e, c): pass\n');
    const { code, stderr } = await slsctl(['package'], { cwd: root });
    expect([code, stderr]).toEqual([2, expect.stringContaining('test/ is left out by a built-in rule')]);
    await replaceIn(join(root, 'slsctl.yml'), 'code: .', 'code: { path: ., include: ["test/**"] }');
    expect(await slsctl(['package'], { cwd: root })).toMatchObject({ code: 0 });
  });

  it('refuses ES syntax in a file that Lambda loads as CommonJS', async () => {
    const files = { 'index.js': 'import fs from "node:fs";\nexport const handler = async () => fs;\n' };
    const refused = await packaged(files, node);
    expect(refused.code).toBe(2);
    for (const text of ['index.js is written as an ES module', 'index.mjs', '"type": "module"']) {
      expect(refused.stderr).toContain(text);
    }
    const detected = `${node}, environment: { NODE_OPTIONS: "--experimental-require-module --experimental-detect-module" }`;
    for (const settings of [detected, 'runtime: nodejs24.x, handler: index.handler']) {
      const { code, stderr } = await packaged(files, settings);
      expect([code, /warning: .*written as an ES module/.test(stderr)], stderr).toEqual([0, true]);
    }
    const typed = await packaged({ ...files, 'package.json': '{ "type": "module" }' }, node);
    expect([typed.code, typed.stderr.includes('warning')]).toEqual([0, false]);
  });

  it('refuses CommonJS exports in an ES module, with the reason', async () => {
    const { code, stderr } = await packaged({ 'package.json': '{ "type": "module" }' }, node);
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is an ES module')]);
    expect(stderr).toContain('export const handler');
  });

  it.each<[what: string, content: string, says: string]>([
    ['empty', '', 'is empty'],
    ['text', 'echo hello\n', 'neither a program nor a script'],
    ['of Windows', '#!/bin/sh\r\necho\r\n', 'has Windows line endings'],
  ])('refuses a bootstrap that is %s', async (_, content, says) => {
    const settings = 'runtime: provided.al2023, handler: x';
    const { code, stderr } = await packaged({ bootstrap: content }, settings);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    for (const good of ['#!/bin/sh\necho\n', x86]) {
      expect(await packaged({ bootstrap: good }, settings)).toMatchObject({ code: 0 });
    }
  });

  it('warns when it cannot read the handler’s module', async () => {
    const some = await packaged({ 'app.py': 'from other import *\n' });
    expect([some.code, /warning: .*app\.py has no handler/.test(some.stderr)]).toEqual([0, true]);
    const more = await packaged({ 'index.js': 'module.exports = require("middy")(x);\n' }, node);
    expect([more.code, /warning: .*index\.js has no handler/.test(more.stderr)]).toEqual([0, true]);
  });

  it('accepts a handler in a layer', async () => {
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

describe('the names that a module exports', () => {
  it('are in Python those that the module binds', async () => {
    const { names, open } = pythonNames(pythonModule, 'absent');
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

  it('include in Python all names that Python itself binds in its library', async () => {
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
      const { names } = pythonNames(await readFile(file, 'utf8'), '');
      expect([file, wanted.filter((name) => !names.has(name))]).toEqual([file, []]);
    }
  });

  it.each<[files: Record<string, string>, names: string[], open: boolean]>([
    [{ 'a.js': 'exports.x = 1; module.exports.y = 2;' }, ['x', 'y'], false],
    [{ 'a.js': 'module.exports = { x, y: z };' }, ['x', 'y'], false],
    [{ 'a.js': 'module.exports = wrap(handler);' }, [], true],
    [{ 'a.js': 'Object.assign(exports, all);' }, [], true],
    [{ 'a.js': 'module.exports = require("./b");', 'b.js': 'exports.x = 1;' }, ['x'], false],
    [
      { 'a.mjs': 'const x = 1; export { x }; export default 2; export { x as w };' },
      ['default', 'w', 'x'],
      false,
    ],
    [{ 'a.mjs': 'export * from "./b.mjs";', 'b.mjs': 'export function x() {}' }, ['x'], false],
    [{ 'a.mjs': 'export * from "elsewhere";' }, [], true],
    [{ 'a.js': 'export const x = 1;', 'package.json': '{"type":"module"}' }, ['x'], false],
    [{ 'a.js': 'export * from "./a.js";', 'package.json': '{"type":"module"}' }, [], true],
  ])('are found in Node.js: %j', async (files, names, open) => {
    const read = async (path: string) => (path in files ? Buffer.from(files[path] as string) : undefined);
    const found = await nodeExports(Object.keys(files)[0] as string, 'absent', read);
    expect([[...found.names].sort(), found.open]).toEqual([names, open]);
  });
});
