// The files of a package, and the notes about files that are left out.
import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { packageFiles } from '../../src/packaging/files.ts';
import { expectSlsctl } from '../support/in-process.ts';
import { folderWith } from '../support/project.ts';

const windows = process.platform === 'win32';

interface Rules {
  include?: string[];
  exclude?: string[];
}

/** Writes the files (content: the path) and answers what of them is packaged, and what is left out by which rule. */
async function packaged(paths: string[], { include = [], exclude = [] }: Rules = {}, ignored?: string) {
  const root = await folderOf(paths);
  if (ignored !== undefined) await writeFile(join(root, '.slsctlignore'), ignored);
  return await lookAt(root, { include, exclude });
}

async function folderOf(paths: string[]): Promise<string> {
  const root = await folderWith();
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), path);
  }
  return root;
}

async function lookAt(root: string, { include = [], exclude = [] }: Rules = {}) {
  const { files, leftOut } = await packageFiles({ code: { path: root, include, exclude } });
  return {
    files: files.map(({ path, link }) => (link === undefined ? path : `${path} → ${link}`)),
    leftOut: Object.fromEntries(leftOut.map(({ path, by }) => [path, by])),
  };
}

describe('the built-in exclude list', () => {
  it('leaves out history, secrets, caches, tests, environments and the config in every folder', async () => {
    const out = [
      '.git/HEAD',
      '.env',
      '.env.production',
      'sub/.env.local',
      '.npmrc',
      'keys/id_rsa',
      '.aws/credentials',
    ];
    const more = [
      '__pycache__/a.pyc',
      'sub/.venv/x',
      '.mypy_cache/x',
      '.idea/x',
      'tests/test_app.py',
      '.DS_Store',
    ];
    const own = [
      'slsctl.yml',
      '.slsctl/f.zip',
      'response.json',
      'function.zip',
      'node_modules/.bin/tsc',
      '.gitignore',
    ];
    const kept = ['app.py', 'node_modules/a/index.js', 'node_modules/a/test/x.js', 'dist/index.js', 'env.py'];
    const { files, leftOut } = await packaged([...out, ...more, ...own, ...kept]);
    expect(files).toEqual(kept.toSorted());
    expect(Object.keys(leftOut)).toHaveLength(18);
    expect(leftOut).toMatchObject({ '.env': 'built-in', 'sub/.env.local': 'built-in', 'tests/': 'built-in' });
  });

  it('recognizes a virtual environment of any name, and packages that slsctl made', async () => {
    const root = await folderOf(['app.py', 'myenv/pyvenv.cfg', 'myenv/lib/x.py', 'data.zip']);
    const end = Buffer.from(`PK\u0005\u0006${'\0'.repeat(16)}\u0006\0slsctl`, 'latin1');
    await writeFile(join(root, 'mine.zip'), end);
    const { files, leftOut } = await lookAt(root);
    expect(files).toEqual(['app.py', 'data.zip']);
    expect(leftOut).toEqual({ 'myenv/': 'a virtual environment', 'mine.zip': 'a package that slsctl made' });
  });

  it('is overridden by .slsctlignore and include', async () => {
    const paths = ['app.py', '.env', 'tests/a.py', 'tests/data/b.json'];
    expect((await packaged(paths, {}, '!.env\n!tests\n')).files).toEqual([
      '.env',
      'app.py',
      'tests/a.py',
      'tests/data/b.json',
    ]);
    expect((await packaged(paths, { include: ['.env'] })).files).toEqual(['.env', 'app.py']);
    expect((await packaged(paths, { include: ['tests/data/b.json'] })).files).toEqual([
      'app.py',
      'tests/data/b.json',
    ]);
    expect((await packaged(paths, { include: ['tests/**'] })).files).toEqual([
      'app.py',
      'tests/a.py',
      'tests/data/b.json',
    ]);
  });

  it('never lets the config into a package', async () => {
    expect(
      (await packaged(['app.py', 'slsctl.yml'], { include: ['*', 'slsctl.yml'] }, '!slsctl.yml')).files,
    ).toEqual(['app.py']);
  });

  it('never lets the used config into a package, under any name', async () => {
    const root = await folderOf(['app.py', 'deploy/prod.yml', 'deploy/other.yml', 'slsctl.yml']);
    const code = { path: root, include: ['*', 'deploy/prod.yml'], exclude: [] };
    const taken = async (config: string) =>
      (await packageFiles({ code: { ...code, config } })).files.map(({ path }) => path);
    expect(await taken(join(root, 'deploy', 'prod.yml'))).toEqual(['app.py', 'deploy/other.yml']);
    expect(await taken(join(dirname(root), 'slsctl.yml'))).toContain('deploy/prod.yml');
    const config = 'project: p\nfunctions:\n  f: { runtime: java21, handler: x, code: .. }\n';
    await writeFile(join(root, 'deploy', 'prod.yml'), config);
    const args = ['package', '-c', join('deploy', 'prod.yml'), '--list'];
    const { stdout } = await expectSlsctl(args, { cwd: root });
    expect(stdout).toMatch(/deploy\/prod\.yml +built-in/);
    expect(stdout).toMatch(/deploy\/other\.yml +\d+ B/);
  });
});

describe('.slsctlignore', () => {
  it.each([
    ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16, as PowerShell writes it', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 with the other byte order', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
  ])('may be in %s', async (_, encoded) => {
    const root = await folderOf(['a.log', 'ü.txt', 'c.py']);
    await writeFile(join(root, '.slsctlignore'), encoded('*.log\r\nü.txt\r\n'));
    expect((await lookAt(root)).files).toEqual(['c.py']);
  });

  it('is refused when it is not text', async () => {
    const root = await folderOf(['a.log', 'c.py']);
    await writeFile(join(root, '.slsctlignore'), Buffer.from('*.log\n', 'utf16le'));
    await expect(lookAt(root)).rejects.toMatchObject({ exitCode: 2, next: 'save it as UTF-8' });
  });

  it('follows gitignore’s rules, relative to its own folder', async () => {
    const root = await folderOf([
      'a.log',
      'sub/a.log',
      'sub/keep.log',
      'sub/deep/b.txt',
      'docs/x.md',
      'Docs/y.md',
    ]);
    await writeFile(join(root, '.slsctlignore'), '*.log\n/docs/\n# a comment\n');
    await writeFile(join(root, 'sub', '.slsctlignore'), '!keep.log\n/deep\n');
    expect(await lookAt(root)).toEqual({
      files: windows ? ['sub/keep.log'] : ['Docs/y.md', 'sub/keep.log'],
      leftOut: {
        'a.log': '.slsctlignore',
        'docs/': '.slsctlignore',
        'sub/a.log': '.slsctlignore',
        'sub/deep/': 'sub/.slsctlignore',
        '.slsctlignore': 'built-in',
        'sub/.slsctlignore': 'built-in',
      },
    });
  });

  it('comes before exclude and include', async () => {
    const paths = ['app.py', 'big/a.bin', 'big/b.bin', 'other.txt'];
    expect(
      (await packaged(paths, { exclude: ['big/*', 'other.txt'], include: ['big/b.bin'] })).files,
    ).toEqual(['app.py', 'big/b.bin']);
  });
});

describe.skipIf(windows)('symbolic links in a package', () => {
  it('stay links with the shortest path, even circular ones', async () => {
    const root = await folderOf(['lib/real.py', 'lib/sub/x.py']);
    await symlink('lib/real.py', join(root, 'app.py'));
    await symlink(join(root, 'lib', 'real.py'), join(root, 'lib', 'sub', 'absolute.py'));
    await symlink('..', join(root, 'lib', 'sub', 'up'));
    await symlink('.', join(root, 'here'));
    await symlink('app.py', join(root, 'twice.py'));
    expect((await lookAt(root)).files).toEqual([
      'app.py → lib/real.py',
      'here → .',
      'lib/real.py',
      'lib/sub/absolute.py → ../real.py',
      'lib/sub/up → ..',
      'lib/sub/x.py',
      'twice.py → app.py',
    ]);
  });

  it('may point through other links', async () => {
    const root = await folderOf(['real/lib/x.py']);
    await symlink('real/lib', join(root, 'lib'));
    await symlink('lib/x.py', join(root, 'app.py'));
    expect((await lookAt(root)).files).toEqual(['app.py → lib/x.py', 'lib → real/lib', 'real/lib/x.py']);
  });

  it.each([
    ['points outside the code folder', '/etc/hostname', 'out of the code folder'],
    ['has no target', 'missing', 'leads nowhere'],
    ['points to itself', 'link', 'leads nowhere'],
    ['points to an excluded file', '.env', 'left out'],
  ])('are refused when one %s', async (_, target, says) => {
    const root = await folderOf(['app.py', '.env']);
    await symlink(target, join(root, 'link'));
    const error = await lookAt(root).catch((error) => error);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(says) });
    expect(error.message).toContain('link');
    await writeFile(join(root, '.slsctlignore'), 'link\n');
    expect((await lookAt(root)).files).toEqual(['app.py']);
  });
});

describe('the entries of a package', () => {
  it('are sorted by code points, in every language', async () => {
    const names = ['b', 'a', 'B', 'Ω', 'é', '😀', '\uff21', 'a-b', 'a/b', 'a.b'].filter(
      (name) => name !== 'a',
    );
    const wanted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect((await packaged(names)).files).toEqual(wanted);
  });

  it('have composed Unicode names, the same on macOS and Linux; two equal names are refused', async () => {
    const root = await folderOf(['e\u0301.py']);
    expect((await lookAt(root)).files).toEqual(['\u00e9.py']);
    await writeFile(join(root, '\u00e9.py'), '');
    // Some disks keep the two apart, some take them for one.
    const { length } = await readdir(root);
    if (length === 1) return;
    await expect(lookAt(root)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('composed'),
    });
  });

  it.skipIf(windows)('are no sockets, pipes or empty folders', async () => {
    const root = await folderOf(['app.py', 'gone/x']);
    await rename(join(root, 'gone', 'x'), join(root, 'x'));
    await promisify(execFile)('mkfifo', [join(root, 'pipe')]);
    expect(await lookAt(root)).toEqual({
      files: ['app.py', 'x'],
      leftOut: { pipe: 'neither a file nor a folder' },
    });
  });
});
