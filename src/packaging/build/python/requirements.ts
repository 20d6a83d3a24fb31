// What a requirements file depends on: its own text, the files it includes, and wheels that lie beside it.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { isFile, isFolder } from '../nearest-file.ts';
import { digest, digestsOf } from './library.ts';

export interface Requirements {
  /** Digests by absolute path: two files with the same give the same dependencies. */
  inputs: Record<string, string>;
  /** Nothing in it asks for anything. */
  empty: boolean;
}

/**
 * `code` is the code folder. Rejects with a UserError (exit 2) when the file or one that it includes cannot be read, and
 * when one of them asks for an editable install.
 */
export async function readRequirements(file: string, code: string): Promise<Requirements> {
  const found: Requirements = { inputs: {}, empty: true };
  await read(file, { code, base: dirname(file), found });
  return found;
}

interface Reading {
  code: string;
  /** Folder that paths of packages count from. */
  base: string;
  found: Requirements;
}

async function read(file: string, reading: Reading, includedBy?: string): Promise<void> {
  const { base, code, found } = reading;
  if (file in found.inputs) return;
  const text = await readFile(file, 'utf8').catch((cause) => {
    const included = includedBy === undefined ? '' : `, which ${includedBy} includes,`;
    throw badInput(`${file}${included} cannot be read`, { reason: (cause as Error).message, cause });
  });
  found.inputs[file] = digest(text);
  for (const { line, number } of logicalLines(text)) {
    const editable = /^(?:-e|--editable)[\s=]*(.*)$/.exec(line)?.[1];
    if (editable !== undefined) throw await refused(editable, { base, code, place: `${file}:${number}` });
    const [, option = '', value = ''] =
      /^(-r|--requirement|-c|--constraint)[\s=]*(.*)$/.exec(line) ?? ([] as string[]);
    if (option === '') {
      if (!line.startsWith('-')) found.empty = false;
      Object.assign(found.inputs, await localInputs(line, [dirname(file), base]));
    } else if (!/^https?:/.test(value)) {
      await read(resolve(dirname(file), unquoted(value)), reading, file);
    } else if (option.startsWith('-r') || option === '--requirement') found.empty = false;
  }
}

/** Lines with what a backslash continues, without comments; with the number of the first. */
function logicalLines(text: string): { line: string; number: number }[] {
  let number = 0;
  return text
    .split(/(?<!\\)\r?\n/)
    .map((line) => {
      const first = number + 1;
      number += line.split('\n').length;
      return {
        line: line
          .replace(/\\\r?\n/g, ' ')
          .replace(/(^|\s)#.*$/, '')
          .trim(),
        number: first,
      };
    })
    .filter(({ line }) => line !== '');
}

/** What is asked for, without markers and without what pip is told of it. */
function withoutOptions(line: string): string {
  return unquoted(line.replace(/\s+(;|--).*$/, ''));
}

function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}

/** An editable install brings a path of this machine and no files. */
async function refused(
  given: string,
  { base, code, place }: { base: string; code: string; place: string },
): Promise<UserError> {
  const shown = unquoted(given).replace(/\/\/[^/@\s]+@/, '//***@');
  const path = localPath(withoutOptions(given), base);
  return badInput(
    `${place}: "-e ${shown}" is an editable install, which has nothing that could be packaged`,
    {
      reason: 'it names a folder of this machine, and the function runs on another',
      next: await instead(shown, path, code),
    },
  );
}

async function instead(given: string, path: string | undefined, code: string): Promise<string> {
  const inner = path !== undefined && (await isFolder(path, 'src')) ? join(path, 'src') : undefined;
  if (path !== undefined && code === (inner ?? path)) {
    const project = (await isFile(path, 'pyproject.toml')) ? path : undefined;
    return `leave the line out: the code folder is packaged anyway${
      project ? '; list what its pyproject.toml depends on instead, or set dependencies: pyproject.toml' : ''
    }`;
  }
  const name = path === undefined || isPath(given) ? given : `./${given}`;
  return `write ${name} in its place, without -e`;
}

/**
 * Digests of wheels, libraries and folders of wheels that the line names by path, by absolute path: they can change
 * without the line. Paths are looked for below each of `folders`.
 */
export async function localInputs(line: string, folders: readonly string[]): Promise<Record<string, string>> {
  const links = /^(?:-f|--find-links)[\s=]*(.+)$/.exec(line)?.[1];
  const named = links === undefined ? withoutOptions(line) : unquoted(links);
  if (links === undefined && !isPath(named)) return {};
  const paths = new Set(folders.map((folder) => localPath(named, folder)));
  const found: Record<string, string> = {};
  for (const path of paths) {
    const facts = path && (await stat(path).catch(() => undefined));
    if (!facts || !path) continue;
    if (facts.isFile()) found[path] = digest(await readFile(path));
    else Object.assign(found, links === undefined ? await digestsOf(path) : await listed(path));
  }
  return found;
}

/** Wheels are large, and have their versions in their names. */
async function listed(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    const { size, mtimeMs } = await stat(join(folder, name));
    found[join(folder, name)] = `${size} ${mtimeMs}`;
  }
  return found;
}

/** Anything else is the name of a package to pip, even where a folder has it. */
function isPath(named: string): boolean {
  return /^\.|[\\/]|^file:|\.(whl|zip|tgz|tar(\.\w+)?)$/.test(named);
}

/** `../lib[extra]`, `file:../lib#egg=lib` and `lib @ file:///lib` are paths; undefined: it is a URL of another kind. */
function localPath(named: string, folder: string): string | undefined {
  const [, url] = /(?:^|@\s*)file:([^\s#?]*)/.exec(named) ?? [];
  if (url?.startsWith('//')) return pathOfUrl(`file:${url}`);
  if (url === undefined && /^[\w+.-]+:\/\//.test(named)) return undefined;
  return resolve(folder, url ?? named.replace(/\[[^\]]*\]$/, ''));
}

function pathOfUrl(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
