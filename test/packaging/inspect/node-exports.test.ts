// Compares found exports with those of Node.js itself: an existing handler is never reported as missing.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeExports } from '../../../src/packaging/inspect/node-exports.ts';
import { folderWith } from '../../support/project.ts';

type Files = Record<string, string>;

const read = (files: Files) => async (path: string) =>
  path in files ? Buffer.from(files[path] as string) : undefined;

/** What is known of `handler` in index.js. */
async function known(files: Files): Promise<'there' | 'open' | 'absent'> {
  const { names, open } = await nodeExports('index.js', 'handler', read(files));
  return names.has('handler') ? 'there' : open ? 'open' : 'absent';
}

/** Of each project, whether Node.js finds `handler` in its index.js; undefined: it does not load. */
async function asNodeSees(projects: Files[]): Promise<(boolean | null)[]> {
  const root = await folderWith();
  for (const [index, files] of projects.entries()) {
    await mkdir(join(root, String(index)));
    for (const [path, text] of Object.entries(files)) await writeFile(join(root, String(index), path), text);
  }
  const program = `
    const seen = [];
    process.on('unhandledRejection', () => {});
    for (let i = 0; i < ${projects.length}; i += 1) {
      try { seen.push(require('./' + i + '/index.js')?.handler !== undefined); } catch { seen.push(null); }
    }
    process.stdout.write(JSON.stringify(seen));`;
  await writeFile(join(root, 'all.cjs'), program);
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'all.cjs')], { cwd: root });
  return JSON.parse(stdout) as (boolean | null)[];
}

const name = fc.constantFrom('handler', 'handler', 'helper', 'hanlder');
const target = fc.constantFrom(
  ...['exports', 'module.exports', 'module["exports"]', 'this', 'self', 'm.exports', '(0, exports)'],
);

/** Everything that an object literal can have in it, with the name in one of its places. */
const literal = name.chain((one) =>
  fc
    .shuffledSubarray(
      [
        `${one}: f`,
        `async ${one}(e) { return e }`,
        `get ${one}() { return f }`,
        `*${one}() {}`,
        `"${one}": async () => { return { a: 1 } }`,
        `["${one}"]: f`,
        `["han" + "dler"]: f`,
        '...require("./other")',
        '...extra',
        '__proto__: extra',
        'set take(v) { this.handler = v }',
        'helper() { return "}, handler: 1, {" }',
        'nested: { handler: 1 }',
        '/* handler: f, */ b: /[}/]handler:/',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: code
        'text: `}${`{handler: ${f}`}`',
        'list: [1, { handler: 2 }]',
        'async: 1, get: 2, static: 3',
        'arrow: (a, b = { handler: 1 }) => ({ a, b })',
        'init() { this.handler = f }',
      ],
      { maxLength: 4 },
    )
    .map((parts) => `{ ${parts.join(', ')} }`),
);

const statement = fc.oneof(
  fc.tuple(target, name, fc.nat()).map(([on, one, pick]) => {
    const forms = [
      `${on}.${one} = f;`,
      `${on}.${one} = f;`,
      `${on}['${one}'] = f;`,
      `${on}[\`${one}\`] = f;`,
      `${on}['${one.slice(0, 3)}' + '${one.slice(3)}'] = f;`,
      `[${on}.${one}] = [f];`,
      `({ a: ${on}.${one} } = { a: f });`,
      `for (${on}.${one} of [f]);`,
      `${on}.${one} ??= f;`,
      `${on}.helper = ${on}.${one} = f;`,
      `Object.assign(${on}, { ${one}: f });`,
      `Object.assign(${on}, require('./other'));`,
      `Object.defineProperty(${on}, '${one}', { value: f });`,
      `Object.defineProperty(${on}, 'helper', { value: f }).${one} = f;`,
      `Object.defineProperties(${on}, { ${one}: { get: () => f } });`,
      `Reflect.set(${on}, '${one}', f);`,
      `Object.setPrototypeOf(${on}, { ${one}: f });`,
      `${on}.__proto__ = { ${one}: f };`,
      `add(${on}, '${one}');`,
      `eval('${on}.${one} = f');`,
      `with (${on}) { helper = f; } with ({ it: ${on} }) { it.${one} = f; }`,
      `new Function('o', 'o.${one} = 1')(${on});`,
      `(function () { this.${one} = f; }).call(${on});`,
      `${on}.init = function () { this.${one} = f; }; ${on}.init();`,
      `${on}.init = function () { this.${one} = f; }; ${on}.init\`\`;`,
      `${on}.init = function () { this.${one} = f; }; ${on}?.init?.();`,
      `(() => { ${on}.${one} = f; })();`,
      `if (f) ${on}.${one} = f; else ${on}.helper = f;`,
      `f && (${on}.${one} = f);`,
      `const o${pick} = [${on}]; o${pick}[0].${one} = f;`,
      `(f ? ${on} : {}).${one} = f;`,
      `(${on} || {}).${one} = f;`,
      `(${on} && ${on}).${one} = f;`,
      `((e) => { e.${one} = f; })(${on});`,
      `(({ e = ${on} }) => { e.${one} = f; })({});`,
      `class K${pick} { static { ${on === 'this' ? 'exports' : on}.${one} = f; } }`,
      `class L${pick} { [${on}.${one} = 'x']() {} }`,
      `label: { ${on}.${one} = f; break label; }`,
      `try { throw ${on}; } catch (e) { e.${one} = f; }`,
    ];
    return forms[pick % forms.length] as string;
  }),
  fc.tuple(literal, name, fc.nat()).map(([object, one, pick]) => {
    const forms = [
      `module.exports = ${object};`,
      `exports = module.exports = ${object};`,
      `module.exports = exports = ${object};`,
      `module.exports = ${object}; module.exports.take = f;`,
      `module.exports = ${object}; module.exports.init?.();`,
      `const app${pick} = module.exports = ${object}; app${pick}.${one} = f;`,
      `(module.exports = ${object}).${one} = f;`,
      `module.exports = Object.assign(() => 1, ${object});`,
      `module.exports = async (e) => e; module.exports.${one} = f;`,
      `module.exports = function () {}; module.exports.init = () => 1;`,
      `module.exports = class { static ${one}() {} };`,
      `module.exports = new Proxy({}, { get: () => f });`,
      `module.exports = f ? ${object} : {};`,
      `module.exports ||= ${object};`,
      `let lazy${pick}; module.exports = (lazy${pick} = ${object}); lazy${pick}.${one} = f;`,
      `const api${pick} = ${object}; module.exports = api${pick};`,
      `0, module.exports = ${object};`,
    ];
    return forms[pick % forms.length] as string;
  }),
  fc.constantFrom(
    'module.exports = require("./other");',
    'module.exports = { ...require("./other"), helper: 1 };',
    'for (const key in require("./other")) exports[key] = require("./other")[key];',
    'var __exportStar = (this && this.__exportStar) || function (m, e) { for (var p in m) e[p] = m[p]; }; __exportStar(require("./other"), exports);',
    'require("./setup");',
    'r("./setup");',
    'import("./setup.js");',
    'arguments[0].handler = f;',
    '(() => { arguments[2].exports.handler = f; })();',
    'require.cache[__filename].exports.handler = f;',
    'require("module")._cache[__filename].exports.handler = f;',
    'm["exports"].handler = f;',
    'module.constructor._cache[__filename].exports.handler = f;',
    // Nothing of these makes an export.
    '// exports.handler = f;',
    'const re = /exports.handler = 1/, text = "exports.handler = f", more = `module.exports.handler`;',
    'if (require.main === module) f();',
    'if (typeof module !== "undefined" && typeof exports !== "undefined") f();',
    'class K { constructor() { this.handler = 1; } }',
    'var __i = (this && this.__i) || function (m) { return m; };',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    'f(module.id, module.filename, require.resolve("./other"));',
  ),
);

const other = fc.constantFrom(
  'exports.handler = () => 1;',
  'exports.helper = 1;',
  'module.exports = { a: { b: 1 }, handler() {} };',
  'exports["han" + "dler"] = 1;',
);
const setup = fc.constantFrom(
  'require("./index").handler = () => 1;',
  'require("./index.js").handler = () => 1;',
  'require("./deeper");',
  'module.parent.exports.handler = () => 1;',
  'module.children; require.cache[require.resolve("./index")].exports.handler = 1;',
  'const path = "./in" + "dex"; require(path).handler = 1;',
  'exports.helper = 1;',
);

const projects = fc
  .record({ body: fc.array(statement, { minLength: 1, maxLength: 4 }), other, setup })
  .map(({ body, other, setup }) => ({
    'index.js': [
      'const f = () => 1, extra = { handler: 1 }, r = require, m = module, self = exports;',
      'function add(object, key) { object[key] = f; }',
      ...body,
    ]
      // The aliases alone would make every module open.
      .map((line, _, all) =>
        all.slice(2).some((text) => /\b(r\(|m[.[]|self)/.test(text))
          ? line
          : line.replace(', r = require, m = module, self = exports', ''),
      )
      .join('\n'),
    'other.js': other,
    'setup.js': setup,
    'deeper.js': 'exports.x = 1; require("./index").handler = 1;',
  }));

describe('an existing Node.js handler', () => {
  it('is never reported as missing, for any way to export it', async () => {
    const count = { there: 0, open: 0, absent: 0 };
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const all = fc.sample(projects, { numRuns: 2000, seed });
    const seen = await asNodeSees(all);
    for (const [index, files] of all.entries()) {
      // Some parts do not go together; then nothing is known, which is a warning.
      const what = await known(files).catch(() => undefined);
      expect([what === undefined && seen[index] !== null, files]).toEqual([false, files]);
      if (what) count[what] += 1;
      if (seen[index] && what === 'absent') expect.fail(`seed ${seed}:\n${JSON.stringify(files, null, 1)}`);
    }
    // Else nothing was tried.
    for (const [what, times] of Object.entries(count)) expect([what, times > 50]).toEqual([what, true]);
  }, 120_000);

  it('is not reported as missing in slsctl’s own dependencies', async () => {
    const root = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
    const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) =>
        /^(ajv|commander|yaml|yauzl|archiver|pako|fast-check|zod|esbuild|ignore|magic-string)\//.test(path),
      )
      .filter((path) => /\.c?js$/.test(path) && !/bin|\.min\.|\/esm?\/|cli/.test(path))
      .filter((path) => statSync(root + path).size < 60_000)
      .sort()
      .slice(0, 400);
    const lister = `
      const found = {};
      for (const path of ${JSON.stringify(all)}) {
        try { found[path] = Object.keys(require('./' + path)); } catch {}
      }
      require('node:fs').writeFileSync(process.argv[1], JSON.stringify(found));`;
    const out = join(await folderWith(), 'found.json');
    await promisify(execFile)(process.execPath, ['-e', lister, out], { cwd: root });
    const found = JSON.parse(readFileSync(out, 'utf8')) as Record<string, string[]>;
    const fromDisk = async (path: string) => {
      try {
        return readFileSync(root + path);
      } catch {
        return undefined;
      }
    };
    let tried = 0;
    for (const [path, keys] of Object.entries(found)) {
      for (const key of keys.filter((key) => key !== '__esModule').slice(0, 3)) {
        const { names, open } = await nodeExports(path, key, fromDisk);
        expect([path, key, names.has(key) || open]).toEqual([path, key, true]);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(100);
  }, 120_000);
});

describe('a missing Node.js handler', () => {
  it.each<[text: string, files?: Files]>([
    ['exports.hanlder = async () => 1;'],
    ['const db = require("./db"); exports.hanlder = async () => db.x;', { 'db.js': 'exports.x = 1;' }],
    ['module.exports = { hanlder: async () => 1, nested: { handler: 1 } };'],
    ['async function handler() {}'],
    [
      'const more = await import(process.env.MORE); export const hanlder = async () => eval(more);',
      { 'package.json': '{ "type": "module" }' },
    ],
    ['module.exports = async () => 1;'],
    [
      '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.hanlder = void 0;',
    ],
    ['const { S3 } = require("@aws-sdk/client-s3"); module.exports.hanlder = async () => new S3();'],
    ['class A { constructor() { this.handler = 1; } }\nexports.main = () => new A();'],
    ['module.exports = require("./b");', { 'b.js': 'exports.main = 1;' }],
    [
      'if (require.main === module) exports.main(); else exports.main = 1;'.replace(
        'exports.main()',
        'main()',
      ),
    ],
  ])('is reported: %s', async (text, files = {}) => {
    expect(await known({ 'index.js': text, ...files })).toBe('absent');
  });

  it('is not reported when it may come from a module that was not read', async () => {
    const text = 'module.exports = require("./b");';
    const inFolder = { 'b/package.json': '{ "main": "real.js" }', 'b/index.js': '' };
    expect(await known({ 'index.js': text, ...inFolder })).toBe('open');
    expect(await known({ 'index.js': text, 'b.json': '{}', 'b/index.js': '' })).toBe('open');
    expect(await known({ 'index.js': text, b: 'exports.x = 1', 'b.js': '' })).toBe('open');
  });
});
