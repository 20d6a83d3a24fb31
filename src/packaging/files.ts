// Which files go into the package, and what is left out and why.
import {
  closeSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, posix, relative, sep } from 'node:path';
import ignore from 'ignore';
import type { CodeConfig } from '../config/project.ts';
import { badInput } from '../errors/user-error.ts';
import { followLinks } from './entry.ts';
import { Rules } from './rules.ts';
import { type FileStamp, linkOf, namesOf, ownFolder, stampOf, unreadable } from './unchanged/file-stamp.ts';
import { comment } from './zip/format.ts';

export interface SourceFile extends FileStamp {
  /** Path inside the zip: `/` between names, in Unicode's composed form (NFC). */
  path: string;
  /** Path on disk. */
  source: string;
  /** What a symbolic link says, relative to its own folder. */
  link?: string;
}

/** What the choice of the files depends on, beside the rules of the config. */
export interface Seen {
  /** Those that were listed. */
  folders: (FileStamp & { source: string; device: number; names: string })[];
  /** Files that were read for it. */
  files: (FileStamp & { source: string })[];
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
  seen: Seen;
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
  const seen: Seen = { folders: [], files: [] };
  const own = onlyIncluded
    ? includedFiles(code, seen)
    : root.isFile()
      ? [{ path: basename(code.path), source: code.path, ...stampOf(root) }]
      : new Walk(code.path, seen, rulesOf(code), leftOut).files();
  const files = inOrder([...own, ...added.flatMap((one) => addedFiles(one, seen))]);
  const twice = files.findIndex(({ path }, index) => path === files[index - 1]?.path);
  if (twice > 0) {
    throw clash([files[twice - 1], files[twice]] as SourceFile[], code.path, added);
  }
  refuseDangling(files);
  return { files, leftOut: leftOut.sort((a, b) => (a.path < b.path ? -1 : 1)), seen };
}

function rulesOf(code: CodeConfig): Rules {
  return new Rules(
    code,
    code.config && relative(code.path, code.config).split(sep).join('/').normalize('NFC'),
  );
}

function includedFiles(code: CodeConfig, seen: Seen): SourceFile[] {
  if (code.include.length === 0) return [];
  const named = ignore({ ignorecase: false }).add([...code.include]);
  return new Walk(code.path, seen, rulesOf(code)).files().filter(({ path }) => named.ignores(path));
}

function addedFiles({ path, as, under, exclude = [] }: Added, seen: Seen): SourceFile[] {
  if (as !== undefined) return [{ path: as, source: path, ...tried(path, () => stampOf(statSync(path))) }];
  const rules = ignore({ ignorecase: false }).add([...exclude]);
  const files = new Walk(path, seen).files().filter((file) => !rules.ignores(file.path));
  return under === undefined ? files : files.map((file) => ({ ...file, path: `${under}/${file.path}` }));
}

/** Reads a tree. Synchronously: what the kernel has cached takes it a third of the time that the thread pool would. */
class Walk {
  private readonly root: string;
  private readonly seen: Seen;
  private readonly rules: Rules | undefined;
  private readonly leftOut: LeftOut[];
  private readonly found: SourceFile[] = [];

  constructor(root: string, seen: Seen, rules?: Rules, leftOut: LeftOut[] = []) {
    this.root = root;
    this.seen = seen;
    this.rules = rules;
    this.leftOut = leftOut;
  }

  files(): SourceFile[] {
    this.folder(this.root, '', this.rules, false);
    return this.found;
  }

  /** `outside`: the folder is left out, and only what `include` names is taken. */
  private folder(folder: string, prefix: string, above: Rules | undefined, outside: boolean): void {
    // Before its names: what comes later changes the time of the folder.
    const stats = tried(folder, () => statSync(folder));
    const entries = tried(folder, () => readdirSync(folder, { withFileTypes: true }));
    const { dev: device } = stats;
    this.seen.folders.push({ source: folder, device, names: namesOf(entries), ...stampOf(stats) });
    if (above && prefix !== '' && !outside && entries.some(({ name }) => name === 'pyvenv.cfg')) {
      this.leftOut.push({ path: prefix, by: 'a virtual environment' });
      return;
    }
    const own = above && entries.some(({ name }) => name === '.slsctlignore');
    const rules = own ? above.within(prefix, this.text(join(folder, '.slsctlignore'))) : above;
    for (const entry of entries) {
      const path = (prefix + entry.name).normalize('NFC');
      const source = folder + sep + entry.name;
      const isFolder = entry.isDirectory();
      const verdict = rules?.judge(isFolder ? `${path}/` : path);
      const out = outside
        ? verdict?.ignored !== false || verdict.by !== 'exclude'
        : verdict?.ignored === true;
      // It says nothing of the user's files.
      if (out && !outside && entry.name !== ownFolder)
        this.leftOut.push({ path: isFolder ? `${path}/` : path, by: verdict?.by ?? '' });
      if (isFolder) {
        if (!out || rules?.reachesInto(`${path}/`)) this.folder(source, `${path}/`, rules, out);
      } else if (out) continue;
      else if (entry.isSymbolicLink()) this.found.push(linked(this.root, source, path));
      else if (!entry.isFile()) this.leftOut.push({ path, by: 'neither a file nor a folder' });
      else {
        const look = tried(source, () => stampOf(lstatSync(source)));
        if (above && path.endsWith('.zip') && tried(source, () => isOwnZip(source))) {
          this.leftOut.push({ path, by: 'a package that slsctl made' });
          this.seen.files.push({ source, ...look });
        } else this.found.push({ path, source, ...look });
      }
    }
  }

  private text(source: string): string {
    this.seen.files.push({ source, ...tried(source, () => stampOf(lstatSync(source))) });
    return textOf(
      source,
      tried(source, () => readFileSync(source)),
    );
  }
}

/** UTF-8, or UTF-16 as PowerShell writes it, which says so in its first bytes. */
function textOf(source: string, content: Buffer): string {
  const mark = content.length < 2 ? 0 : content.readUInt16BE(0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(content);
  if (!text.includes('\0')) return text;
  throw badInput(`${source} is no text`, { next: 'save it in UTF-8' });
}

/** A link stays one: Lambda keeps them. Where it leads must be in the package too. */
function linked(root: string, source: string, path: string): SourceFile {
  const link = linkOf(root, source);
  const look = tried(source, () => stampOf(lstatSync(source)));
  return { path, source, ...look, size: Buffer.byteLength(link), link };
}

function tried<T>(source: string, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    if (source.includes('\ufffd')) throw badInput(`${source} has a name that is not UTF-8`, { cause });
    throw unreadable(source, cause);
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
  const ways = new Map(links.map(({ path, link }) => [path, link as string]));
  for (const { path, link, source } of links) {
    const named = posix.normalize(posix.join(posix.dirname(path), link as string)).replace(/\/$/, '');
    // Other links may be on its way.
    const target = there.has(named) ? named : followLinks(named, ways);
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
