// Which files go into the package, and what is left out and why.
import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import ignore from 'ignore';
import type { CodeConfig } from '../config/project.ts';
import { badInput } from '../errors.ts';
import { Rules } from './rules.ts';
import { comment } from './zip-format.ts';

export interface SourceFile {
  /** Path inside the zip: `/` between names, in Unicode's composed form (NFC). */
  path: string;
  /** Path on disk. */
  source: string;
  /** Bytes; of a link, those of its target's name. */
  size: number;
  /** Of content and of everything that stat tells, epoch milliseconds. */
  modified: number;
  changed: number;
  /** Number of the file on its disk. */
  inode: number;
  /** What a symbolic link says, relative to its own folder. */
  link?: string;
}

export interface LeftOut {
  /** Path in the code folder; a folder ends in `/`, and nothing below it is listed. */
  path: string;
  /** The rule or the reason: `built-in`, `.slsctlignore`, `exclude`, `a socket`. */
  by: string;
}

export interface PackageFiles {
  /** In the order of the code points of their paths. */
  files: SourceFile[];
  leftOut: LeftOut[];
}

/** What a package is made of. */
export interface PackageParts {
  code: CodeConfig;
  /** Of the code, only what `include` names. */
  onlyIncluded?: boolean;
  /** Laid beside the code. */
  added?: readonly Added[];
}

/** A folder or file that was installed or built for the code. */
export interface Added {
  /** Absolute path. */
  path: string;
  /** Name of the file in the package; undefined: it is a folder, whose files keep their paths. */
  as?: string;
  /** Folder of the package in which the files are. */
  under?: string;
  /** Patterns of what is left out of the folder; the built-in ones do not count here. */
  exclude?: readonly string[];
}

/** Rejects (exit 2) when a file is in two parts, or cannot be packaged. */
export async function packageFiles({ code, onlyIncluded, added = [] }: PackageParts): Promise<PackageFiles> {
  const root = await stat(code.path).catch((cause) => {
    throw badInput(`code is ${code.path}; there is no such file or folder`, { cause });
  });
  const leftOut: LeftOut[] = [];
  const own = onlyIncluded
    ? includedFiles(code)
    : root.isFile()
      ? [described(code.path, basename(code.path), root)]
      : new Walk(code.path, new Rules(code), leftOut).files();
  const files = inOrder([...own, ...added.flatMap(addedFiles)]);
  const twice = files.findIndex(({ path }, index) => path === files[index - 1]?.path);
  if (twice > 0) {
    throw clash([files[twice - 1], files[twice]] as SourceFile[], code.path, added);
  }
  refuseDangling(files);
  return { files, leftOut: leftOut.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function includedFiles(code: CodeConfig): SourceFile[] {
  if (code.include.length === 0) return [];
  const named = ignore({ ignorecase: false }).add([...code.include]);
  return new Walk(code.path, new Rules(code)).files().filter(({ path }) => named.ignores(path));
}

function addedFiles({ path, as, under, exclude = [] }: Added): SourceFile[] {
  if (as !== undefined) return [described(path, as)];
  const rules = ignore({ ignorecase: false }).add([...exclude]);
  const files = new Walk(path).files().filter((file) => !rules.ignores(file.path));
  return under === undefined ? files : files.map((file) => ({ ...file, path: `${under}/${file.path}` }));
}

/**
 * Reads a tree. Synchronously: what the kernel has cached takes it a third of the time that the thread pool would,
 * and a package that has not changed costs nothing but this.
 */
class Walk {
  private readonly root: string;
  private readonly real: string;
  private readonly rules: Rules | undefined;
  private readonly leftOut: LeftOut[];
  private readonly found: SourceFile[] = [];

  constructor(root: string, rules?: Rules, leftOut: LeftOut[] = []) {
    this.root = root;
    this.real = realpathSync(root);
    this.rules = rules;
    this.leftOut = leftOut;
  }

  files(): SourceFile[] {
    this.folder(this.root, '', this.rules, false);
    return this.found;
  }

  /** `outside`: the folder is left out, and only what `include` names is taken. */
  private folder(folder: string, prefix: string, above: Rules | undefined, outside: boolean): void {
    const entries = tried(folder, () => readdirSync(folder, { withFileTypes: true }));
    if (above && prefix !== '' && !outside && entries.some(({ name }) => name === 'pyvenv.cfg')) {
      this.leftOut.push({ path: prefix, by: 'a virtual environment' });
      return;
    }
    const own = above && entries.some(({ name }) => name === '.slsctlignore');
    const rules = own ? above.within(prefix, readText(join(folder, '.slsctlignore'))) : above;
    for (const entry of entries) {
      const path = (prefix + entry.name).normalize('NFC');
      const source = folder + sep + entry.name;
      const isFolder = entry.isDirectory();
      const verdict = rules?.judge(isFolder ? `${path}/` : path);
      const out = outside
        ? verdict?.ignored !== false || verdict.by !== 'exclude'
        : verdict?.ignored === true;
      // slsctl's own folder comes with the first package: it says nothing of the user's files.
      if (out && !outside && entry.name !== '.slsctl')
        this.leftOut.push({ path: isFolder ? `${path}/` : path, by: verdict?.by ?? '' });
      if (isFolder) {
        if (!out || rules?.reachesInto(`${path}/`)) this.folder(source, `${path}/`, rules, out);
      } else if (out) continue;
      else if (entry.isSymbolicLink()) this.found.push(this.link(source, path));
      else if (!entry.isFile()) this.leftOut.push({ path, by: 'neither a file nor a folder' });
      else if (above && path.endsWith('.zip') && isOwnZip(source)) {
        this.leftOut.push({ path, by: 'a package that slsctl made' });
      } else this.found.push(described(source, path));
    }
  }

  /** A link stays one: Lambda keeps them. Where it leads must be in the package too. */
  private link(source: string, path: string): SourceFile {
    const advice = { next: 'copy what it leads to, or list the link in .slsctlignore' };
    let target: string;
    try {
      target = realpathSync(source);
    } catch (cause) {
      throw badInput(`${source} is a link that leads nowhere`, { ...advice, cause });
    }
    if (!isInside(this.real, target)) {
      throw badInput(`${source} is a link that leads out of the code folder, to ${target}`, advice);
    }
    // One step, as the link says it, unless that step goes through the outside.
    const home = join(this.real, dirname(relative(this.root, source)));
    const step = resolve(home, readlinkSync(source));
    const named = relative(this.real, isInside(this.real, step) ? step : target);
    const link = posix.relative(posix.dirname(`/${path}`), `/${named.split(sep).join('/')}`).normalize('NFC');
    const { mtimeMs, ctimeMs, ino } = lstatSync(source);
    const size = Buffer.byteLength(link || '.');
    return { path, source, size, modified: mtimeMs, changed: ctimeMs, inode: ino, link: link || '.' };
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function described(source: string, path: string, known?: Stats): SourceFile {
  const { size, mtimeMs, ctimeMs, ino } = known ?? tried(source, () => statSync(source));
  return { path, source, size, modified: mtimeMs, changed: ctimeMs, inode: ino };
}

function readText(file: string): string {
  return tried(file, () => readFileSync(file, 'utf8'));
}

function tried<T>(source: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    if (source.includes('\ufffd')) throw badInput(`${source} has a name that is not UTF-8`, { cause });
    throw badInput(`${source} cannot be read`, { reason: (cause as Error).message, cause });
  }
}

/** By code points, which is the order of the bytes in UTF-8; JavaScript's own differs beyond the first plane. */
function inOrder(files: SourceFile[]): SourceFile[] {
  if (!files.some(({ path }) => /[\ud800-\udfff]/.test(path))) {
    return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  return files
    .map((file) => ({ file, key: Buffer.from(file.path) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ file }) => file);
}

/** A link to what was left out would lead nowhere on Lambda. */
function refuseDangling(files: readonly SourceFile[]): void {
  const links = files.filter(({ link }) => link !== undefined);
  if (links.length === 0) return;
  const there = new Set(['.']);
  for (const { path } of files) {
    for (let one = path; !there.has(one); one = posix.dirname(one)) there.add(one);
  }
  for (const { path, link, source } of links) {
    const target = posix.normalize(posix.join(posix.dirname(path), link as string)).replace(/\/$/, '');
    if (there.has(target)) continue;
    throw badInput(`${source} is a link to ${target}, which is left out of the package`, {
      next: 'list the link in .slsctlignore too, or take its target in with code.include',
    });
  }
}

function clash(pair: readonly SourceFile[], code: string, added: readonly Added[]): Error {
  const [one, other] = pair.map(({ source }) => source);
  if (!pair.some(({ source }) => added.some((one) => source.startsWith(one.path)))) {
    return badInput(`${one} and ${other} have one name in Unicode's composed form`, {
      next: 'rename one of the two',
    });
  }
  return badInput(`${pair[0]?.path} is in ${code} and in its dependencies`, {
    next: 'remove or rename one of the two, or set dependencies: none',
  });
}

/** Whether it is a zip that slsctl made, wherever `--out` put it. */
function isOwnZip(source: string): boolean {
  const file = openSync(source, 'r');
  try {
    const end = Buffer.alloc(22 + comment.length);
    const { size } = fstatSync(file);
    readSync(file, end, 0, end.length, Math.max(0, size - end.length));
    return end.readUInt32LE(0) === 0x06054b50 && end.toString('latin1', 22) === comment;
  } finally {
    closeSync(file);
  }
}
