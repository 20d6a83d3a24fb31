// Reads a requirements file and everything that it depends on: included files, local wheels and local libraries.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { isFile, isFolder } from '../nearest-file.ts';
import { digest, digestsOf } from './library.ts';

export interface Requirements {
  /** Digests by absolute path. The same digests mean the same dependencies. */
  inputs: Record<string, string>;
  /** It has no requirements. */
  empty: boolean;
}

/**
 * `code` is the code folder. Rejects with a UserError (exit 2) when the file or an included one cannot be read, and when
 * one of them has an editable install.
 */
export async function readRequirements(file: string, code: string): Promise<Requirements> {
  const requirements: Requirements = { inputs: {}, empty: true };
  await read(file, { code, base: dirname(file), requirements });
  return requirements;
}

interface Reading {
  code: string;
  /** Folder that paths of packages are relative to. */
  base: string;
  requirements: Requirements;
}

async function read(file: string, reading: Reading, includedBy?: string): Promise<void> {
  const { base, code, requirements } = reading;
  if (file in requirements.inputs) return;
  const text = await readFile(file, 'utf8').catch((cause) => {
    const included = includedBy === undefined ? '' : `, which ${includedBy} includes,`;
    throw badInput(`${file}${included} cannot be read`, { reason: (cause as Error).message, cause });
  });
  requirements.inputs[file] = digest(text);
  for (const { line, number } of logicalLines(text)) {
    const editable = /^(?:-e|--editable)[\s=]*(.*)$/.exec(line)?.[1];
    if (editable !== undefined)
      throw await editableRefused(editable, { base, code, place: `${file}:${number}` });
    const [, option = '', value = ''] =
      /^(-r|--requirement|-c|--constraint)[\s=]*(.*)$/.exec(line) ?? ([] as string[]);
    if (option === '') {
      if (!line.startsWith('-')) requirements.empty = false;
      Object.assign(requirements.inputs, await localInputs(line, [dirname(file), base]));
    } else if (!/^https?:/.test(value)) {
      await read(resolve(dirname(file), unquoted(value)), reading, file);
    } else if (option.startsWith('-r') || option === '--requirement') requirements.empty = false;
  }
}

/** Lines, joined where they end in a backslash, without comments; each with the number of its first line. */
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

/** The lines of a requirements file that say where packages are found. Paths in them become absolute. */
export async function optionLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return logicalLines(text)
    .map(({ line }) =>
      line.replace(
        /^(-f|--find-links)[\s=]+(?!\w+:\/\/)(.+)$/,
        (_, option, path) => `${option} ${resolve(dirname(file), unquoted(path))}`,
      ),
    )
    .filter((line) => /^(-i|-f|--(index-url|extra-index-url|find-links|no-index|trusted-host))\b/.test(line));
}

/** The requirement without its markers and options. */
function withoutOptions(line: string): string {
  return unquoted(line.replace(/\s+(;|--).*$/, ''));
}

function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}

/** The error for an editable install, which installs a link to a folder instead of files. */
async function editableRefused(
  given: string,
  { base, code, place }: { base: string; code: string; place: string },
): Promise<UserError> {
  const shown = unquoted(given).replace(/\/\/[^/@\s]+@/, '//***@');
  const path = localPath(withoutOptions(given), base);
  return badInput(`${place}: "-e ${shown}" is an editable install, which cannot be packaged`, {
    reason: 'it installs a link to a folder of this machine, and no files',
    next: await alternative(shown, path, code),
  });
}

async function alternative(given: string, path: string | undefined, code: string): Promise<string> {
  const inner = path !== undefined && (await isFolder(path, 'src')) ? join(path, 'src') : undefined;
  if (path !== undefined && code === (inner ?? path)) {
    const project = (await isFile(path, 'pyproject.toml')) ? path : undefined;
    return `remove the line: the code folder is packaged anyway${
      project
        ? '; list the dependencies of its pyproject.toml instead, or set dependencies: pyproject.toml'
        : ''
    }`;
  }
  const name = path === undefined || isPath(given) ? given : `./${given}`;
  return `write ${name} instead, without -e`;
}

/**
 * Digests by absolute path of the wheels, libraries and folders of wheels that a line names by path: they can change
 * without a change of the line. A relative path is tried in each of `folders`.
 */
export async function localInputs(line: string, folders: readonly string[]): Promise<Record<string, string>> {
  const links = /^(?:-f|--find-links)[\s=]*(.+)$/.exec(line)?.[1];
  const named = links === undefined ? withoutOptions(line) : unquoted(links);
  if (links === undefined && !isPath(named)) return {};
  const paths = new Set(folders.map((folder) => localPath(named, folder)));
  const digests: Record<string, string> = {};
  for (const path of paths) {
    const facts = path && (await stat(path).catch(() => undefined));
    if (!facts || !path) continue;
    if (facts.isFile()) digests[path] = digest(await readFile(path));
    else Object.assign(digests, links === undefined ? await digestsOf(path) : await wheelStamps(path));
  }
  return digests;
}

/** Sizes and times instead of digests: wheels are large, and their versions are in their names. */
async function wheelStamps(folder: string): Promise<Record<string, string>> {
  const stamps: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort()) {
    const { size, mtimeMs } = await stat(join(folder, name));
    stamps[join(folder, name)] = `${size} ${mtimeMs}`;
  }
  return stamps;
}

/** Whether pip takes it for a path. Otherwise it is the name of a package, even when a folder has the same name. */
function isPath(named: string): boolean {
  return /^\.|[\\/]|^file:|\.(whl|zip|tgz|tar(\.\w+)?)$/.test(named);
}

/** The path in `../lib[extra]`, `file:../lib#egg=lib` or `lib @ file:///lib`; undefined for other kinds of URLs. */
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
