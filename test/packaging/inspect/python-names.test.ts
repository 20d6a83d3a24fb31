// Compares found names with those of Python itself: an existing handler is never reported as missing.
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesOfModule, pythonNames } from '../../../src/packaging/inspect/python-names.ts';
import { folderWith } from '../../support/project.ts';

const python = process.platform === 'win32' ? 'python' : 'python3';
type Files = Record<string, string>;

async function known(files: Files): Promise<'there' | 'open' | 'absent'> {
  const read = async (path: string) => (path in files ? Buffer.from(files[path] as string) : undefined);
  const { names, open } = await namesOfModule('app.py', 'handler', read);
  return names.has('handler') ? 'there' : open ? 'open' : 'absent';
}

async function ask<T>(program: string, folder: string): Promise<T> {
  const options = { cwd: folder, maxBuffer: 2 ** 26, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } };
  return JSON.parse((await promisify(execFile)(python, ['-c', program], options)).stdout) as T;
}

/** Of each project, whether Python finds `handler` in its app.py; null: it does not load. */
async function asPythonSees(projects: Files[]): Promise<(boolean | null)[]> {
  const root = await folderWith();
  for (const [index, files] of projects.entries()) {
    await mkdir(join(root, String(index)));
    for (const [path, text] of Object.entries(files)) await writeFile(join(root, String(index), path), text);
  }
  const program = `
import importlib, json, os, sys, warnings
warnings.simplefilter('ignore')
seen, before, root = [], set(sys.modules), os.getcwd()
for i in range(${projects.length}):
    for name in set(sys.modules) - before:
        del sys.modules[name]
    sys.path[0] = os.path.join(root, str(i))
    importlib.invalidate_caches()
    try:
        seen.append(hasattr(importlib.import_module('app'), 'handler'))
    except BaseException:
        seen.append(None)
print(json.dumps(seen))`;
  return ask(program, root);
}

const name = fc.constantFrom('handler', 'handler', 'helper', 'hanlder');

const statement = fc.tuple(name, fc.nat()).map(([one, pick]) => {
  const half = `'${one.slice(0, 3)}' + '${one.slice(3)}'`;
  const forms = [
    `def ${one}(event, context):\n    return event`,
    `async def ${one}(event, context): return event`,
    `@decorated\ndef ${one}(event,\n    context=None): pass`,
    `class ${one}: pass`,
    `${one} = lambda e, c: 1`,
    `${one}: object = f`,
    `helper = ${one} = f`,
    `[${one}, b] = f, f`,
    `(a, (${one}, *b)) = f, (f, f)`,
    `*${one}, b = f, f`,
    `if f:\n    ${one} = f\nelse:\n    b = 1`,
    `if f: ${one} = f`,
    `try:\n    import nothing\nexcept ImportError as ${one}_e:\n    ${one} = f`,
    `for ${one} in [f]: pass`,
    `for a, [${one}] in [(f, [f])]: pass`,
    `with held() as ${one}: pass`,
    `with held() as (${one}): pass`,
    `print((${one} := f), file=sys.stderr)`,
    `[(${one} := x) for x in [f]]`,
    `import json as ${one}`,
    `from json import (loads,\n  dumps as ${one})`,
    'from other import *',
    `from other import helper as ${one}`,
    `def setup():\n    global ${one}\n    ${one} = f\nsetup()`,
    `def setup():\n    global ${one}; from json import loads as ${one}\nsetup()`,
    `class K:\n    global ${one}\n    def ${one}(self): pass`,
    `globals()['${one}'] = f`,
    `globals()[${half}] = f`,
    `vars().update({${half}: f})`,
    `locals()[${half}] = f`,
    `exec(${half} + ' = f')`,
    `eval('(' + ${half} + ' := f)')`,
    `setattr(sys.modules[__name__], ${half}, f)`,
    `sys.modules[__name__].${one} = f`,
    `sys.modules['app'].${one} = f`,
    `import app; app.${one} = f`,
    `import app; app.__dict__[${half}] = f`,
    `def __getattr__(key):\n    return f`,
    'import setup',
    'import deeper',
    'from deeper import *',
    `match f:\n    case ${one}: pass`,
    `match [f]:\n    case [${one}, *_]: pass`,
    `f"{(${one} := f)}"`,
    `a = 1;${one} = f`,
    `a = 1; ${one} = \\\n  f`,
    `if f:\n\t${one} = f`,
    `def ${one}():\f pass`,
    `put(__name__, ${half})`,
    `from other import register; register('${one}')`,
    `sys._getframe().f_globals[${half}] = f`,
    // Nothing of these binds the name in the module.
    `# ${one} = f`,
    `"""\ndef ${one}(): pass\n"""`,
    `text = "${one} is " + r'\\' + '\\' # "'`,
    `f(${one}=1)`,
    `def other():\n    ${one} = 1\n    return ${one}`,
    `f.${one} = 1`,
    'import logging; log = logging.getLogger(__name__)',
    "if __name__ == '__main__': f()",
    'a = {"x": [1, 2], \'y\': """z"""}',
  ];
  return forms[pick % forms.length] as string;
});

const projects = fc
  .record({
    body: fc.array(statement, { minLength: 1, maxLength: 4 }),
    ends: fc.constantFrom('\n', '\n', '\r\n', '\r'),
    other: fc
      .constantFrom('helper = 1\n', 'def handler(): pass\nhelper = 1\n')
      .map((text) => `${text}import sys\ndef register(key): sys._getframe(1).f_globals[key] = 1\n`),
    setup: fc.constantFrom(
      'import app\napp.handler = 1\n',
      'import sys\nsys.modules["app"].handler = 1\n',
      'from app import f\n',
      'from other import helper\n',
    ),
  })
  .map(({ body, ends, other, setup }) => ({
    'app.py': [
      'import sys',
      'f = lambda *a, **k: 1',
      'decorated = lambda g: g',
      'class held:\n    def __enter__(self): return f\n    def __exit__(self, *a): pass',
      'def put(module, key): setattr(sys.modules[module], key, f)',
      ...body,
    ]
      // The one that puts would make every module open.
      .filter((text, index) => index !== 4 || body.some((one) => one.startsWith('put(')) || text === '')
      .join('\n')
      .replaceAll('\n', ends),
    'other.py': other,
    'setup.py': setup,
    'deeper.py': 'from setup import *\n',
  }));

describe('an existing Python handler', () => {
  it('is never reported as missing, for any way to bind it', async () => {
    const count = { there: 0, open: 0, absent: 0 };
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const all = fc.sample(projects, { numRuns: 2000, seed });
    const seen = await asPythonSees(all);
    for (const [index, files] of all.entries()) {
      const what = await known(files);
      count[what] += 1;
      if (seen[index] && what === 'absent') expect.fail(`seed ${seed}:\n${JSON.stringify(files, null, 1)}`);
    }
    for (const [what, times] of Object.entries(count)) expect([what, times > 50]).toEqual([what, true]);
  }, 120_000);

  it('is not reported as missing in Python’s own library', async () => {
    const names = ['abc', 'argparse', 'ast', 'asyncio', 'base64', 'bisect', 'calendar', 'cgitb', 'codecs'];
    names.push('collections', 'contextlib', 'copy', 'csv', 'dataclasses', 'datetime', 'decimal', 'difflib');
    names.push('dis', 'email', 'enum', 'functools', 'gettext', 'glob', 'gzip', 'heapq', 'html', 'http');
    names.push(
      'inspect',
      'ipaddress',
      'json',
      'keyword',
      'locale',
      'logging',
      'mimetypes',
      'numbers',
      'opcode',
    );
    names.push('operator', 'os', 'pathlib', 'pickle', 'platform', 'queue', 'random', 're', 'selectors');
    names.push('shutil', 'signal', 'socket', 'ssl', 'stat', 'statistics', 'string', 'subprocess', 'tarfile');
    names.push(
      'tempfile',
      'textwrap',
      'threading',
      'token',
      'tokenize',
      'traceback',
      'types',
      'typing',
      'uuid',
    );
    const program = `
import importlib, json
found = {}
for name in ${JSON.stringify(names)}:
    try:
        module = importlib.import_module(name)
    except ImportError:
        continue
    found[module.__file__] = [one for one in vars(module) if not one.startswith('__')]
print(json.dumps(found))`;
    const found = await ask<Record<string, string[]>>(program, await folderWith());
    expect(Object.keys(found).length).toBeGreaterThan(50);
    for (const [file, bound] of Object.entries(found)) {
      if (!file.endsWith('.py')) continue;
      const text = await readFile(file, 'utf8');
      const { names: seen } = pythonNames(text, '');
      for (const one of bound.filter((name) => !seen.has(name)).slice(0, 4)) {
        // A module that is loaded becomes a name of its package.
        if (file.endsWith('__init__.py') && !text.includes(one)) continue;
        expect([file, one, pythonNames(text, one).open]).toEqual([file, one, true]);
      }
    }
  }, 120_000);
});

describe('a missing Python handler', () => {
  it.each([
    'def hanlder(event, context):\n    return event\n',
    '"""The handler."""\nimport json, os\nfrom other import helper\n\ndef hanlder(event, context):\n    # handler\n    return json.dumps({"a": os.environ["X"]})\n',
    'import logging\nlog = logging.getLogger(__name__)\ndef hanlder(e, c): return 1\nif __name__ == "__main__":\n    hanlder(1, 2)\n',
    'class App:\n    def run(self): return f"{self.x}"\n\ndef hanlder(e, c):\n    return App().run()\n',
  ])('is reported: %j', async (text) => {
    expect(await known({ 'app.py': text, 'other.py': 'def helper(): "app"\n' })).toBe('absent');
  });
});
