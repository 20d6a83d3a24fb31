// Facts from the content of files: files that are not what their names say, and secrets in installer files.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Ran } from '../support/cli.ts';
import { slsctl } from '../support/in-process.ts';
import { addFiles, type Files } from '../support/packaged.ts';
import { folderWith } from '../support/project.ts';
import { zipOf } from '../support/zip.ts';

const handler = 'def handler(event, context):\n    return event\n';
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 123456\n`;
const config = (code: string) =>
  'project: p\nfunctions:\n' +
  `  f: { runtime: python3.12, handler: app.handler, code: ${code}, dependencies: none }\n`;

/** From a folder, again from what is remembered of it, and from a ready zip, again too. */
async function eachWay(files: Files): Promise<Ran[]> {
  const folder = await folderWith({ 'slsctl.yml': config('.') });
  await addFiles(folder, { 'app.py': handler, ...files });
  const zipped = await folderWith({ 'slsctl.yml': config('ready.zip') });
  await writeFile(join(zipped, 'ready.zip'), await zipOf({ 'app.py': handler, ...files }));
  const ran: Ran[] = [];
  for (const cwd of [folder, folder, zipped, zipped]) ran.push(await slsctl(['package'], { cwd }));
  return ran;
}

describe('a file that is empty or a Git LFS pointer', () => {
  it.each<[what: string, files: Files, next: string]>([
    ['lib/x.so: empty', { 'lib/x.so': '' }, 'put the real file there'],
    ['lib/libx.so.1.2: empty', { 'lib/libx.so.1.2': '' }, 'put the real file there'],
    ['lib/x.so: a Git LFS pointer', { 'lib/x.so': pointer, 'y.so': '' }, 'git lfs pull'],
  ])('is refused when the runtime loads it: %s', async (says, files, next) => {
    for (const { code, stderr } of await eachWay(files)) {
      expect(code, stderr).toBe(2);
      expect(stderr).toContain(says);
      expect(stderr).toContain(`next: ${next}`);
    }
  });

  it('is a warning when code reads it', async () => {
    for (const { code, stderr } of await eachWay({ 'model.bin': pointer, 'empty.bin': '', 'empty.py': '' })) {
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(
        'warning: the package of f has Git LFS pointers in place of files: model.bin; git lfs pull fetches them',
      );
    }
  });
});

describe('a password or token in a URL', () => {
  const secret = 'dG9rZW4tb2Ytbm9ib2R5LWF0LWFsbA';
  it.each([
    ['requirements.txt', `six\n--extra-index-url https://user:${secret}@pypi.example.com/simple\n`],
    ['requirements-prod.in', `x @ git+https://${secret}@github.com/a/x\n`],
    ['requirements/base.txt', `${'# filler\n'.repeat(1000)}--index-url http://__token__:${secret}@host/\n`],
    ['sub/pip.conf', `[global]\nindex-url = https://user:${secret}@pypi.example.com/simple\n`],
  ])('in %s is a warning that does not show it', async (path, content) => {
    for (const { code, stderr, stdout } of await eachWay({ [path]: content })) {
      expect(code, stderr).toBe(0);
      expect(stderr).toContain(
        `warning: the package of f has a password or a token in a URL: ${path}; leave it out`,
      );
      expect(stderr + stdout).not.toContain(secret);
    }
  });

  it.each([
    ['requirements.txt', `six @ https://example.com/@scope/six.whl\n-i https://\${USER}:\${TOKEN}@host/\n`],
    ['requirements.txt', 'x @ git+ssh://git@github.com/a/x\ny @ git+https://git@github.com/a/y\n'],
    ['notes.txt', `https://user:${secret}@host/\n`],
  ])('is not reported in %s: %s', async (path, content) => {
    for (const { stderr } of await eachWay({ [path]: content })) expect(stderr).not.toContain('warning');
  });
});
