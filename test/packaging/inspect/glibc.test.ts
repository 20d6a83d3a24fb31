// Files that need another C library than the runtime has are refused before the upload.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { onPath } from '../../../src/packaging/build/tools.ts';
import { elfWith } from '../../support/elf-needs.ts';
import { slsctl } from '../../support/in-process.ts';
import { folderWith } from '../../support/project.ts';
import { zipOf } from '../../support/zip.ts';
import { type Files, macho, node, packaged } from './inspected.ts';

const loader = '/lib64/ld-linux-x86-64.so.2';
const needing = (version: string, more = {}) =>
  elfWith({ versions: ['GLIBC_2.2.5', `GLIBC_${version}`], ...more });
const program = (version: string, more = {}) => needing(version, { loader, ...more });
const muslProgram = elfWith({ loader: '/lib/ld-musl-x86_64.so.1', libraries: ['libc.musl-x86_64.so.1'] });
const provided = (runtime: string) => `runtime: ${runtime}, handler: x`;

describe('a bootstrap', () => {
  it.each<[what: string, bootstrap: Buffer, settings: string, says: string[]]>([
    [
      'for a newer glibc than Amazon Linux 2 has',
      program('2.34'),
      provided('provided.al2'),
      ['bootstrap needs glibc 2.34, provided.al2 has 2.26', 'CGO_ENABLED=0', 'provided.al2023'],
    ],
    [
      'for a newer glibc than any Amazon Linux has',
      program('2.39'),
      provided('provided.al2'),
      ['bootstrap needs glibc 2.39, provided.al2 has 2.26', 'build it with CGO_ENABLED=0'],
    ],
    [
      'for a newer glibc than Amazon Linux 2023 has',
      program('2.38'),
      provided('provided.al2023'),
      ['bootstrap needs glibc 2.38, provided.al2023 has 2.34', 'in Amazon Linux 2023'],
    ],
    [
      'for arm64',
      program('2.28', { machine: 'arm64', loader: '/lib/ld-linux-aarch64.so.1' }),
      `${provided('provided.al2')}, architectures: [arm64]`,
      ['bootstrap needs glibc 2.28, provided.al2 has 2.26', 'aarch64-unknown-linux-musl'],
    ],
    [
      'larger than what is read at once',
      program('2.35', { padding: 9 * 1024 * 1024 }),
      provided('provided.al2023'),
      ['bootstrap needs glibc 2.35, provided.al2023 has 2.34'],
    ],
    [
      'that is linked with musl',
      muslProgram,
      provided('provided.al2023'),
      ['bootstrap is linked with musl, provided.al2023 has glibc'],
    ],
    [
      'with a loader that is only on the machine of the build',
      program('2.17', { loader: '/nix/store/x-glibc-2.38/lib/ld-linux-x86-64.so.2' }),
      provided('provided.al2023'),
      [
        'bootstrap is started by /nix/store/x-glibc-2.38/lib/ld-linux-x86-64.so.2, which provided.al2023 does not have',
      ],
    ],
  ])('is refused %s', async (_, bootstrap, settings, says) => {
    const { code, stderr } = await packaged({ bootstrap }, settings);
    expect(code, stderr).toBe(2);
    for (const text of says) expect(stderr).toContain(text);
  });

  it('is not told to use a runtime that is too old for it, too', async () => {
    const { stderr } = await packaged({ bootstrap: program('2.39') }, provided('provided.al2'));
    expect(stderr).not.toContain('provided.al2023');
  });

  it.each<[what: string, files: Files, settings?: string]>([
    ['for the glibc of Amazon Linux 2', { bootstrap: program('2.26') }, provided('provided.al2')],
    ['for the glibc of Amazon Linux 2023', { bootstrap: program('2.34') }, provided('provided.al2023')],
    ['linked statically', { bootstrap: elfWith() }, provided('provided.al2')],
    ['with a loader of its own', { bootstrap: program('2.38', { loader: '/opt/lib/ld-linux-x86-64.so.2' }) }],
    [
      'in a package with its own glibc',
      { bootstrap: '#!/bin/sh\n', 'bin/app': program('2.38'), 'lib/libc.so.6': needing('2.2.5') },
    ],
    [
      'with needs that may be missing',
      { bootstrap: elfWith({ loader, versions: [], weak: ['GLIBC_2.38'] }) },
    ],
  ])('is accepted %s', async (_, files, settings = provided('provided.al2')) => {
    const { code, stderr } = await packaged(files, settings);
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });

  it('is refused in a ready zip, and by every command that deploys it', async () => {
    const root = await folderWith({
      'slsctl.yml': `project: p\nfunctions:\n  f: { ${provided('provided.al2')}, code: code.zip }\n`,
      'code.zip': await zipOf({ bootstrap: program('2.34', { padding: 100_000 }) }, 0o755),
    });
    for (const command of [['package'], ['plan'], ['deploy', '--yes']]) {
      const { code, stderr } = await slsctl(command, { cwd: root });
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('bootstrap needs glibc 2.34, provided.al2 has 2.26'),
      ]);
    }
  });

  it.each([
    ['go', 'main.go', 'package main\n\nimport "C"\n\nfunc main() {}\n', 'go build -o bootstrap main.go'],
    ['gcc', 'main.c', 'int main(void) { return 0; }\n', 'gcc -o bootstrap main.c'],
    ['rustc', 'main.rs', 'fn main() {}\n', 'rustc -o bootstrap main.rs'],
  ])('that %s builds on a newer Linux is refused', async (compiler, file, source, command) => {
    const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
    const isNewer = Number(header.glibcVersionRuntime?.split('.')[1] ?? 0) >= 34;
    if (process.arch !== 'x64' || !isNewer || !(await onPath(compiler, process.env))) {
      process.stderr.write(`SKIPPED: no ${compiler} on a Linux with glibc 2.34 or newer\n`);
      return;
    }
    const root = await folderWith({
      'slsctl.yml': `project: p\nfunctions:\n  f: { ${provided('provided.al2')}, code: ., build: '${command}' }\n`,
      [file]: source,
    });
    const env = {
      CGO_ENABLED: '1',
      GOCACHE: join(homedir(), '.cache/go-build'),
      RUSTUP_HOME: process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
    };
    const { code, stderr } = await slsctl(['package'], { cwd: root, env });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/bootstrap needs glibc 2\.\d+, provided\.al2 has 2\.26/),
    ]);
  });
});

describe('a library in a package', () => {
  it.each<[what: string, files: Files, settings: string, says: string]>([
    [
      'of Node.js',
      { 'node_modules/a/build/a.node': needing('2.38') },
      node,
      'node_modules/a/build/a.node (a) needs glibc 2.38, nodejs22.x has 2.34',
    ],
    [
      'of a Python on Amazon Linux 2',
      { 'm/_c.cpython-311-x86_64-linux-gnu.so': needing('2.28') },
      'runtime: python3.11, handler: app.handler',
      'm/_c.cpython-311-x86_64-linux-gnu.so needs glibc 2.28, python3.11 has 2.26',
    ],
    [
      'of Ruby on Amazon Linux 2',
      { 'a.rb': 'def h(event:, context:) = 1\n', 'ext/a.so': needing('2.33') },
      'runtime: ruby3.2, handler: a.h',
      'ext/a.so needs glibc 2.33, ruby3.2 has 2.26',
    ],
    [
      'for musl alone',
      { 'node_modules/@x/y-linux-x64-musl/y.node': elfWith({ libraries: ['libc.musl-x86_64.so.1'] }) },
      node,
      '(@x/y-linux-x64-musl) is linked with musl, nodejs22.x has glibc',
    ],
  ])('is refused when it is the only one: %s', async (_, files, settings, says) => {
    const { code, stderr } = await packaged(files, settings);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it('of Python is refused with the command that gets the right wheel', async () => {
    const files = {
      'num/_c.cpython-311-x86_64-linux-gnu.so': needing('2.28'),
      'num-2.1.dist-info/RECORD': 'num/_c.cpython-311-x86_64-linux-gnu.so,sha256=x,64\n',
    };
    const { stderr } = await packaged(files, 'runtime: python3.11, handler: app.handler');
    expect(stderr).toContain('pip install --platform manylinux2014_x86_64 --python-version 3.11');
  });

  it('is accepted, without a word, beside a build for the right C library', async () => {
    const files = {
      'node_modules/@x/y-linux-x64-musl/y.node': elfWith({ libraries: ['libc.musl-x86_64.so.1'] }),
      'node_modules/@x/y-linux-x64-gnu/y.node': needing('2.17'),
    };
    const { code, stderr } = await packaged(files, node);
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });

  it('is a warning when the module exists in Python, too', async () => {
    const files = { 'm/quick.so': needing('2.28'), 'm/quick.py': '' };
    const { code, stderr } = await packaged(files, 'runtime: python3.11, handler: app.handler');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('a file that may not load: m/quick.so needs glibc 2.28, python3.11 has 2.26');
  });
});

describe('an extension in a layer', () => {
  async function project(files: Files, functions: string[], layer = ''): Promise<string> {
    const lines = functions.map(
      (runtime, index) => `  f${index}: { runtime: ${runtime}, handler: x, code: code, layers: [l] }`,
    );
    const other = '  other: { runtime: provided.al2023, handler: x, code: code }';
    const config = ['project: p', `layers: { l: { path: lay${layer} } }`, 'functions:', ...lines, other, ''];
    const root = await folderWith({ 'slsctl.yml': config.join('\n') });
    const all = { 'code/bootstrap': '#!/bin/sh\n', ...files };
    for (const [path, content] of Object.entries(all)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
      await chmod(join(root, path), 0o755);
    }
    return root;
  }

  it.each<[what: string, files: Files, functions: string[], says: string, layer?: string]>([
    [
      'for a newer glibc',
      { 'lay/extensions/agent': program('2.34') },
      ['provided.al2'],
      'extensions/agent needs glibc 2.34, provided.al2 has 2.26',
    ],
    [
      'that starts in one of two functions only',
      { 'lay/extensions/agent': program('2.34') },
      ['provided.al2023', 'provided.al2'],
      'extensions/agent needs glibc 2.34, provided.al2 has 2.26',
    ],
    [
      'for a declared runtime, where no function uses the layer',
      { 'lay/extensions/agent': program('2.35') },
      [],
      'extensions/agent needs glibc 2.35, python3.13 has 2.34',
      ', runtimes: [python3.13]',
    ],
    [
      'for another machine, beside the right one: Lambda starts both',
      { 'lay/extensions/agent-x64': program('2.17'), 'lay/extensions/agent-darwin': macho },
      ['provided.al2023'],
      'extensions/agent-darwin: Mach-O',
    ],
    [
      'for musl',
      { 'lay/extensions/agent': muslProgram },
      ['provided.al2023'],
      'extensions/agent is linked with musl',
    ],
    [
      'whose library is for a newer glibc',
      { 'lay/extensions/agent': '#!/bin/sh\n', 'lay/lib/a.so': needing('2.38') },
      ['provided.al2023'],
      'lib/a.so needs glibc 2.38, provided.al2023 has 2.34',
    ],
  ])('is refused %s', async (_, files, functions, says, layer) => {
    const root = await project(files, functions, layer);
    const command = functions.length > 0 ? ['plan'] : ['layer', 'publish'];
    const { code, stderr } = await slsctl(command, { cwd: root });
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it('is accepted when it fits', async () => {
    const root = await project({ 'lay/extensions/agent': program('2.26') }, [
      'provided.al2',
      'provided.al2023',
    ]);
    const { code, stderr } = await slsctl(['package', 'f0'], { cwd: root });
    expect([code, stderr.includes('warning')], stderr).toEqual([0, false]);
  });
});
