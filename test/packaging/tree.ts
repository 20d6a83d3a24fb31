// Generated trees of files, written to disk in any order, and what Info-ZIP and Python make of their zips.
import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import fc from 'fast-check';

/** Content by path; a link by what it says. */
export type Tree = Map<string, Buffer | { link: string }>;

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'A',
    'app.py',
    'index.js',
    'lib',
    'data.json',
    'Z',
    '_',
    '1',
    'über',
    'ＡＢ',
    '日本',
    '😀',
  ),
  fc.stringMatching(/^[a-z][a-z0-9 _.+()'-]{0,9}[a-z0-9]$/),
);

const bytes = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array)),
  fc
    .array(fc.constantFrom('import os\n', 'def handler():\n', '  return 1\n', 'x = 2\n'), { maxLength: 300 })
    .map((lines) => Buffer.from(lines.join(''))),
  fc.constantFrom('#!/bin/sh\necho\n', '\u007fELF').map((text) => Buffer.from(text)),
);

/** Without two paths of which one is a folder of the other, or that differ in composition only. */
export const tree: fc.Arbitrary<Tree> = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), bytes), { minLength: 1, maxLength: 25 })
  .map((files) => {
    const made: Tree = new Map();
    for (const [names, content] of files) {
      const path = names.join('/').normalize('NFC');
      const clashes = [...made.keys()].some(
        (other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`),
      );
      if (!clashes) made.set(path, content);
    }
    return made;
  });

/** Some of the files get a link beside them. */
export const treeWithLinks: fc.Arbitrary<Tree> = fc.tuple(tree, fc.nat(3)).map(([files, count]) => {
  for (const path of [...files.keys()].slice(0, count)) {
    const link = path.slice(path.lastIndexOf('/') + 1);
    if (!files.has(`${path}.link`)) files.set(`${path}.link`, { link });
  }
  return files;
});

export async function writeTree(
  root: string,
  files: Tree,
  { mode = 0o644, seconds }: { mode?: number; seconds?: number } = {},
): Promise<void> {
  for (const [path, content] of files) {
    const file = join(root, ...path.split('/'));
    await mkdir(dirname(file), { recursive: true });
    if (!Buffer.isBuffer(content)) await symlink(content.link, file);
    else {
      await writeFile(file, content, { mode });
      if (seconds !== undefined) await utimes(file, seconds, seconds);
    }
  }
}

/** The same files in another order. */
export function shuffled(files: Tree, seed: number): Tree {
  const key = (path: string) => createHash('sha1').update(`${seed}${path}`).digest('hex');
  return new Map([...files].sort(([a], [b]) => (key(a) < key(b) ? -1 : 1)));
}

/** Content of every file of a folder, as hex of its sha256; of a link, where it leads. */
export async function readTree(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(root, file).split(sep).join('/').normalize('NFC');
    const stats = await lstat(file);
    if (stats.isSymbolicLink()) found[path] = `→ ${await readlink(file)}`;
    else if (stats.isFile()) found[path] = digest(await readFile(file));
  }
  return found;
}

export function digests(files: Tree): Record<string, string> {
  const all = [...files].map(([path, content]) => [
    path,
    Buffer.isBuffer(content) ? digest(content) : `→ ${content.link}`,
  ]);
  return Object.fromEntries(all);
}

const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** For `python3 -c`, with a zip as argument: what zipfile says of each entry, as JSON. */
export const pythonLister = `
import hashlib, json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
assert zip.testzip() is None
print(json.dumps([{
    'path': one.filename, 'sha256': hashlib.sha256(zip.read(one)).hexdigest(),
    'mode': oct(one.external_attr >> 16), 'date': one.date_time, 'text': zip.read(one)[:200].decode('latin1'),
} for one in zip.infolist()]))
`;
