// The name of slsctl.yml in the mark on resources: the same for all clones, another one for another folder.
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGitConfig } from '../../src/config/origin/git-config.ts';
import { originOf, tagValue } from '../../src/config/origin/origin.ts';
import { remoteName } from '../../src/config/origin/remote-name.ts';
import { folderWith } from '../support/project.ts';

const run = promisify(execFile);
const quiet = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' };
const identity = ['-c', 'user.name=a', '-c', 'user.email=a@a.example', '-c', 'protocol.file.allow=always'];

async function git(cwd: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', [...identity, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...quiet },
  });
  return stdout.trim();
}

const hasGit = await run('git', ['--version']).then(
  () => true,
  () => false,
);

describe('the name of a git remote', () => {
  const shop = 'github.com/acme/shop';
  it.each([
    'https://github.com/acme/shop.git',
    'https://github.com/acme/shop',
    'https://github.com/acme/shop/',
    'https://github.com:443/acme/shop.git',
    'https://me@github.com/acme/shop.git',
    'https://me:s3cr3t@github.com/acme/shop.git',
    'https://x-access-token:ghp_a@b@GitHub.com/acme/shop.git',
    'http://github.com:80/acme/shop',
    'git://github.com/acme/shop.git',
    'ssh://git@github.com/acme/shop.git',
    'ssh://git@github.com:22/acme/shop.git',
    'git+ssh://git@github.com/acme/shop.git',
    'ssh://git@ssh.github.com:443/acme/shop.git',
    'git@github.com:acme/shop.git',
    'git@github.com:/acme/shop.git',
    'github.com:acme/shop',
    '[git@github.com:22]:acme/shop.git',
  ])('is the same for %s', (url) => {
    expect(remoteName(url)).toBe(shop);
  });

  it.each([
    ['ssh://git@git.acme.example:2222/team/shop.git', 'git.acme.example:2222/team/shop'],
    ['[git@git.acme.example:2222]:team/shop.git', 'git.acme.example:2222/team/shop'],
    ['https://gitlab.com/acme/group/sub/shop.git', 'gitlab.com/acme/group/sub/shop'],
    ['git@ssh.dev.azure.com:v3/acme/shop/api', 'dev.azure.com/acme/shop/_git/api'],
    ['https://acme@dev.azure.com/acme/shop/_git/api', 'dev.azure.com/acme/shop/_git/api'],
    [
      'ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop',
      'git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop',
    ],
    ['codecommit::eu-west-1://me@shop', 'git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop'],
    ['https://dev.example/my%20shop.git', 'dev.example/my shop'],
    ['git@[::1]:shop.git', '[::1]/shop'],
    ['me@host:~you/shop.git', 'host/~you/shop'],
  ])('of %s is %s', (url, name) => {
    expect(remoteName(url)).toBe(name);
  });

  it.each([
    '/srv/git/shop.git',
    '../shop',
    './a:b',
    'file:///srv/git/shop',
    'C:\\git\\shop',
    'C:/git/shop',
    '',
  ])('is none for %j, a folder of this machine', (url) => {
    expect(remoteName(url)).toBeUndefined();
  });

  it('never contains user or password', () => {
    const word = fc.stringMatching(/^[a-z0-9]{6,12}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('https', 'ssh', 'git+ssh'), (user, password, scheme) => {
        const name = remoteName(`${scheme}://${user}:${password}@git.example/A/B.git`);
        expect(name).toBe('git.example/A/B');
      }),
    );
  });
});

describe.skipIf(!hasGit)('the name of slsctl.yml', () => {
  const origin = (folder: string, env = {}) => originOf(join(folder, 'slsctl.yml'), env);

  async function repository(url?: string): Promise<string> {
    const folder = await folderWith({ 'slsctl.yml': '' });
    await git(folder, 'init', '--quiet', '--initial-branch=main');
    await git(folder, 'add', '.');
    await git(folder, 'commit', '--quiet', '--message=first');
    if (url) await git(folder, 'remote', 'add', 'origin', url);
    return folder;
  }

  it('is the remote and the path in the repository, in every clone', async () => {
    const [one, two] = await Promise.all([
      repository('git@github.com:acme/shop.git'),
      repository('https://token@github.com/acme/shop'),
    ]);
    expect(await origin(one)).toBe('github.com/acme/shop/slsctl.yml');
    expect(await origin(two)).toBe('github.com/acme/shop/slsctl.yml');
    await mkdir(join(one, 'services/api'), { recursive: true });
    expect(await origin(join(one, 'services/api'))).toBe('github.com/acme/shop/services/api/slsctl.yml');
    expect(await originOf(join(one, 'other.yml'), {})).toBe('github.com/acme/shop/other.yml');
    expect(await git(one, 'remote', 'get-url', 'origin')).toBe('git@github.com:acme/shop.git');
  });

  it('is the same in a worktree and in a detached clone without history', async () => {
    const main = await repository('https://github.com/acme/shop');
    const other = join(await folderWith(), 'worktree');
    await git(main, 'worktree', 'add', '--quiet', other);
    expect(await git(other, 'remote', 'get-url', 'origin')).toBe('https://github.com/acme/shop');
    expect(await origin(other)).toBe('github.com/acme/shop/slsctl.yml');
    await git(other, 'checkout', '--quiet', '--detach');
    expect(await origin(other)).toBe('github.com/acme/shop/slsctl.yml');
  });

  it('names the repository of a submodule, not the one around it', async () => {
    const [outer, inner] = await Promise.all([
      repository('https://github.com/acme/outer'),
      repository('https://github.com/acme/inner'),
    ]);
    await git(outer, 'submodule', '--quiet', 'add', inner, 'modules/inner');
    const module = join(outer, 'modules/inner');
    await git(module, 'remote', 'set-url', 'origin', 'git@github.com:acme/inner.git');
    expect(await origin(module)).toBe('github.com/acme/inner/slsctl.yml');
    expect(await origin(outer)).toBe('github.com/acme/outer/slsctl.yml');
  });

  it('uses the remote that there is when none is called origin', async () => {
    const folder = await repository();
    await git(folder, 'remote', 'add', 'upstream', 'https://github.com/acme/shop');
    await git(folder, 'remote', 'add', 'backup', 'https://git.example/shop');
    expect(await origin(folder)).toBe('github.com/acme/shop/slsctl.yml');
  });

  it('reads URLs as git does: quotes, comments and url.BASE.insteadOf', async () => {
    const folder = await repository('gh:acme/shop');
    const home = await folderWith({
      '.gitconfig':
        '[url "https://git.example/"]\n\tinsteadOf = g\n[url "git@github.com:"]\n\tinsteadOf = "gh:" ; short\n',
    });
    const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
    const { stdout } = await run('git', ['remote', 'get-url', 'origin'], { cwd: folder, env });
    expect(stdout.trim()).toBe('git@github.com:acme/shop');
    expect(await origin(folder, { HOME: home })).toBe('github.com/acme/shop/slsctl.yml');
    expect(await origin(folder, {})).toBe('gh/acme/shop/slsctl.yml');
  });

  it('is the machine and the path where there is no remote on another machine', async () => {
    const machine = hostname().split('.')[0]?.toLowerCase();
    const plain = await folderWith({ 'slsctl.yml': '' });
    const name = `${machine}${plain}/slsctl.yml`;
    expect(await origin(plain)).toBe(name);
    const linked = join(await folderWith(), 'link');
    await symlink(plain, linked);
    expect(await origin(linked)).toBe(name);
    const alone = await repository();
    expect(await origin(alone)).toBe(`${machine}${alone}/slsctl.yml`);
    const local = await repository('/srv/git/shop.git');
    expect(await origin(local)).toBe(`${machine}${local}/slsctl.yml`);
    await writeFile(join(plain, '.git'), 'not a repository');
    expect(await origin(plain)).toBe(name);
  });
});

describe('the config of git', () => {
  it.each([
    ['[remote "origin"]\n\turl = https://a.example/b', 'https://a.example/b'],
    ['[REMOTE "origin"]\nURL=https://a.example/b # my own', 'https://a.example/b'],
    ['[remote "origin"] url = "https://a.example/b#c"', 'https://a.example/b#c'],
    ['[remote "origin"]\nurl = https://a.example/\\\nb\r\n', 'https://a.example/b'],
    ['[remote "origin"]\nurl = https://a.exam"ple/b ;"c', 'https://a.example/b ;c'],
    ['[remote.origin]\nurl = https://a.example/b   ', 'https://a.example/b'],
  ])('%j has the URL %s', (text, url) => {
    expect(parseGitConfig(text)).toEqual([
      { section: 'remote', subsection: 'origin', key: 'url', value: url },
    ]);
  });
});

describe('the value of a tag', () => {
  it('has only characters that AWS allows, at most 256, and differs where the text differs', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(text, text, (one, two) => {
        const value = tagValue(one);
        expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
        expect(value.length).toBeLessThanOrEqual(256);
        if (one.normalize('NFC') !== two.normalize('NFC')) expect(tagValue(two)).not.toBe(value);
      }),
    );
  });

  it('keeps a readable text as it is, and both ends of a long one', () => {
    expect(tagValue('github.com/acme/größe/slsctl.yml')).toBe('github.com/acme/größe/slsctl.yml');
    const long = tagValue(`github.com/acme/${'x'.repeat(400)}/slsctl.yml`);
    expect(long).toMatch(/^github\.com\/acme\/x+\.\.\.x+\/slsctl\.yml-[0-9a-f]{8}$/);
    expect(tagValue('laptop/home/me/a (b)/~c')).toMatch(/^laptop\/home\/me\/a -b-\/-c-[0-9a-f]{8}$/);
  });
});
