// Decides which files go into the package, and tells what is left out and why.
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
  /** Target of a symbolic link, relative to the link's folder. */
  link?: string;
}

/** Folders and files that decided which files are chosen. If one of them changes, the choice must be made again. */
export interface ChoiceInputs {
  /** Folders that were listed. */
  folders: (FileStamp & { source: string; device: number; names: string })[];
  /** Files that were read: `.slsctlignore`, and zips that turned out to be slsctl's own. */
  files: (FileStamp & { source: string })[];
}

export interface LeftOut {
  /** Path in the code folder; a folder ends in `/`, and nothing below it is listed. */
  path: string;
  /** The rule or the reason: `built-in`, `.slsctlignore`, `exclude`, `a socket`. */
  by: string;
}

export interface PackageFiles {
  /** Sorted by the code points of their paths. */
  files: SourceFile[];
  leftOut: LeftOut[];
  inputs: ChoiceInputs;
}

/** The parts that a package is made of. */
export interface PackageParts {
  code: CodeConfig;
  /** Of the code, take only the files that `include` names. */
  onlyIncluded?: boolean;
  /** Files added to the code. */
  added?: readonly Added[];
}

/** A folder or file that was installed or built for the code. */
export interface Added {
  /** Absolute path. */
  path: string;
  /** Name in the package, for a file. undefined: it is a folder, and its files keep their paths. */
  as?: string;
  /** Folder of the package that gets the files. */
  under?: string;
  /** Patterns of files to leave out. The built-in patterns do not apply here. */
  exclude?: readonly string[];
}

/** Rejects (exit 2) when two parts have a file of the same path, or when a file cannot be packaged. */
export async function packageFiles({ code, onlyIncluded, added = [] }: PackageParts): Promise<PackageFiles> {
  const root = await stat(code.path).catch((cause) => {
    throw badInput(`code is ${code.path}; there is no such file or folder`, { cause });
  });
  const leftOut: LeftOut[] = [];
  const inputs: ChoiceInputs = { folders: [], files: [] };
  const codeFiles = onlyIncluded
    ? includedFiles(code, inputs)
    : root.isFile()
      ? [{ path: basename(code.path), source: code.path, ...stampOf(root) }]
      : new Walk(code.path, inputs, rulesOf(code), leftOut).files();
  const files = sorted([...codeFiles, ...added.flatMap((part) => addedFiles(part, inputs))]);
  const twice = files.findIndex(({ path }, index) => path === files[index - 1]?.path);
  if (twice > 0) {
    throw clash([files[twice - 1], files[twice]] as SourceFile[], code.path, added);
  }
  refuseDangling(files);
  return { files, leftOut: leftOut.sort((a, b) => (a.path < b.path ? -1 : 1)), inputs };
}

function rulesOf(code: CodeConfig): Rules {
  return new Rules(
    code,
    code.config && relative(code.path, code.config).split(sep).join('/').normalize('NFC'),
  );
}

function includedFiles(code: CodeConfig, inputs: ChoiceInputs): SourceFile[] {
  if (code.include.length === 0) return [];
  const named = ignore({ ignorecase: false }).add([...code.include]);
  return new Walk(code.path, inputs, rulesOf(code)).files().filter(({ path }) => named.ignores(path));
}

function addedFiles({ path, as, under, exclude = [] }: Added, inputs: ChoiceInputs): SourceFile[] {
  if (as !== undefined) return [{ path: as, source: path, ...tried(path, () => stampOf(statSync(path))) }];
  const rules = ignore({ ignorecase: false }).add([...exclude]);
  const files = new Walk(path, inputs).files().filter((file) => !rules.ignores(file.path));
  return under === undefined ? files : files.map((file) => ({ ...file, path: `${under}/${file.path}` }));
}

/** Lists the files of a folder. It is synchronous: for cached folders that takes a third of the asynchronous time. */
class Walk {
  private readonly root: string;
  private readonly inputs: ChoiceInputs;
  private readonly rules: Rules | undefined;
  private readonly leftOut: LeftOut[];
  private readonly chosen: SourceFile[] = [];

  constructor(root: string, inputs: ChoiceInputs, rules?: Rules, leftOut: LeftOut[] = []) {
    this.root = root;
    this.inputs = inputs;
    this.rules = rules;
    this.leftOut = leftOut;
  }

  files(): SourceFile[] {
    this.folder(this.root, '', this.rules, false);
    return this.chosen;
  }

  /** `outside`: the folder is left out, and only files in it that `include` names are taken. */
  private folder(folder: string, prefix: string, above: Rules | undefined, outside: boolean): void {
    // The times are read before the names: then a later change of the names changes the times.
    const stats = tried(folder, () => statSync(folder));
    const entries = tried(folder, () => readdirSync(folder, { withFileTypes: true }));
    const { dev: device } = stats;
    this.inputs.folders.push({ source: folder, device, names: namesOf(entries), ...stampOf(stats) });
    if (above && prefix !== '' && !outside && entries.some(({ name }) => name === 'pyvenv.cfg')) {
      this.leftOut.push({ path: prefix, by: 'a virtual environment' });
      return;
    }
    const hasIgnoreFile = above && entries.some(({ name }) => name === '.slsctlignore');
    const rules = hasIgnoreFile ? above.within(prefix, this.text(join(folder, '.slsctlignore'))) : above;
    for (const entry of entries) {
      const path = (prefix + entry.name).normalize('NFC');
      const source = folder + sep + entry.name;
      const isFolder = entry.isDirectory();
      const verdict = rules?.judge(isFolder ? `${path}/` : path);
      const out = outside
        ? verdict?.ignored !== false || verdict.by !== 'exclude'
        : verdict?.ignored === true;
      // slsctl's own folder is not reported: it has none of the user's files.
      if (out && !outside && entry.name !== ownFolder)
        this.leftOut.push({ path: isFolder ? `${path}/` : path, by: verdict?.by ?? '' });
      if (isFolder) {
        if (!out || rules?.reachesInto(`${path}/`)) this.folder(source, `${path}/`, rules, out);
      } else if (out) continue;
      else if (entry.isSymbolicLink()) this.chosen.push(linkFile(this.root, source, path));
      else if (!entry.isFile()) this.leftOut.push({ path, by: 'neither a file nor a folder' });
      else {
        const stamp = tried(source, () => stampOf(lstatSync(source)));
        if (above && path.endsWith('.zip') && tried(source, () => isOwnZip(source))) {
          this.leftOut.push({ path, by: 'a package that slsctl made' });
          this.inputs.files.push({ source, ...stamp });
        } else this.chosen.push({ path, source, ...stamp });
      }
    }
  }

  private text(source: string): string {
    this.inputs.files.push({ source, ...tried(source, () => stampOf(lstatSync(source))) });
    return textOf(
      source,
      tried(source, () => readFileSync(source)),
    );
  }
}

/** Decodes UTF-8, and UTF-16 with a byte order mark, which PowerShell writes. */
function textOf(source: string, content: Buffer): string {
  const mark = content.length < 2 ? 0 : content.readUInt16BE(0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(content);
  if (!text.includes('\0')) return text;
  throw badInput(`${source} is not text`, { next: 'save it as UTF-8' });
}

/** A symbolic link stays a link in the package: Lambda supports them. */
function linkFile(root: string, source: string, path: string): SourceFile {
  const link = linkOf(root, source);
  const stamp = tried(source, () => stampOf(lstatSync(source)));
  return { path, source, ...stamp, size: Buffer.byteLength(link), link };
}

/** Turns a failure to read the file into the user's error. */
function tried<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (source.includes('\ufffd')) throw badInput(`${source} has a name that is not UTF-8`, { cause });
    throw unreadable(source, cause);
  }
}

/** Sorts by code points, as the bytes of UTF-8 sort. JavaScript's own order differs for code points above U+FFFF. */
function sorted(files: SourceFile[]): SourceFile[] {
  if (!files.some(({ path }) => /[\ud800-\udfff]/.test(path))) {
    return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
  return files
    .map((file) => ({ file, key: Buffer.from(file.path) }))
    .sort((a, b) => Buffer.compare(a.key, b.key))
    .map(({ file }) => file);
}

/** Throws (exit 2) for a link to a file that was left out: on Lambda it would lead nowhere. */
function refuseDangling(files: readonly SourceFile[]): void {
  const links = files.filter(({ link }) => link !== undefined);
  if (links.length === 0) return;
  const existing = new Set(['.']);
  for (const { path: file } of files) {
    for (let path = file; !existing.has(path); path = posix.dirname(path)) existing.add(path);
  }
  const targets = new Map(links.map(({ path, link }) => [path, link as string]));
  for (const { path, link, source } of links) {
    const named = posix.normalize(posix.join(posix.dirname(path), link as string)).replace(/\/$/, '');
    // The target's path may go through other links.
    const target = existing.has(named) ? named : followLinks(named, targets);
    if (existing.has(target)) continue;
    throw badInput(`${source} is a link to ${target}, which is left out of the package`, {
      next: 'list the link in .slsctlignore too, or include its target with code.include',
    });
  }
}

function clash(pair: readonly SourceFile[], code: string, added: readonly Added[]): Error {
  const [first, second] = pair.map(({ source }) => source);
  if (!pair.some(({ source }) => added.some((part) => source.startsWith(part.path)))) {
    return badInput(`${first} and ${second} have the same name in Unicode's composed form (NFC)`, {
      next: 'rename one of the two',
    });
  }
  return badInput(`${pair[0]?.path} is in ${code} and in its dependencies`, {
    next: 'remove or rename one of the two, or set dependencies: none',
  });
}

/** Whether slsctl made this zip: `--out` can have put it into the code folder. */
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
