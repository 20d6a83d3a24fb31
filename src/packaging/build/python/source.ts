// Where a Python project says what it needs: requirements.txt, uv.lock or pyproject.toml, whichever is nearest.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput } from '../../../errors/user-error.ts';
import { foldersAbove, isFile } from '../nearest-file.ts';
import { digest } from './library.ts';
import { normalized } from './package-name.ts';
import { localInputs, readRequirements } from './requirements.ts';

export type PythonSource = {
  /** The file that decides. */
  file: string;
  /** Folder of that file: relative paths in it count from here. */
  folder: string;
  /** What the result depends on. */
  inputs: unknown;
} & (
  | { kind: 'requirements' }
  | {
      kind: 'uv.lock';
      /** Folder of the pyproject.toml that it is locked for: the same, or a member of its workspace. */
      member: string;
    }
  | {
      kind: 'pyproject';
      /** Requirements (PEP 508). */
      dependencies: string[];
    }
);

/**
 * `code` is a folder or file, `dir` the folder of the project, `named` a requirements file that the project names.
 * undefined: nothing is needed. Rejects with a UserError (exit 2) when a file cannot be understood.
 */
export async function pythonSource(
  code: string,
  dir: string,
  named?: string,
): Promise<PythonSource | undefined> {
  if (named !== undefined) return namedSource(named, code);
  for (const folder of await foldersAbove(code, dir)) {
    if (await isFile(folder, 'requirements.txt')) return requirements(join(folder, 'requirements.txt'), code);
    if (await isFile(folder, 'uv.lock')) return uvLock(folder);
    await refuseUnread(folder, locks);
    const found =
      (await isFile(folder, 'pyproject.toml')) && (await pyproject(folder, await workspaceAbove(folder)));
    if (found) return found;
    await refuseUnread(folder, scripts);
  }
  return undefined;
}

interface Unread {
  /** Whether the file says what is needed when it is there; default: it does. */
  asks?: RegExp;
  /** Makes a requirements file of it. */
  command: string;
}

/** Files that lock what is needed, in the ways of other tools. */
const locks: Record<string, Unread> = {
  'poetry.lock': { command: 'poetry export -o requirements.txt' },
  'pdm.lock': { command: 'pdm export -o requirements.txt' },
  'Pipfile.lock': { command: 'pipenv requirements > requirements.txt' },
  Pipfile: { command: 'pipenv requirements > requirements.txt' },
};

/** Files that say it where pyproject.toml does not. */
const scripts: Record<string, Unread> = {
  'requirements.in': {
    command: 'pip-compile requirements.in, or uv pip compile requirements.in -o requirements.txt',
  },
  'setup.py': { asks: /install_requires/, command: 'uv pip compile setup.py -o requirements.txt' },
  'setup.cfg': { asks: /^install_requires/m, command: 'uv pip compile setup.cfg -o requirements.txt' },
};

/** A function without what it needs fails when it is called: better said now. */
async function refuseUnread(folder: string, unread: Record<string, Unread>): Promise<void> {
  for (const [name, { asks, command }] of Object.entries(unread)) {
    const file = join(folder, name);
    if (!(await isFile(file)) || (asks && !asks.test(await readFile(file, 'utf8')))) continue;
    throw badInput(`${file} says what is needed, and slsctl does not read it`, {
      next: `make a requirements file of it: ${command}; or set dependencies: FILE, or dependencies: none, in slsctl.yml`,
    });
  }
}

async function namedSource(file: string, code: string): Promise<PythonSource | undefined> {
  const folder = join(file, '..');
  if (file.endsWith('uv.lock')) return uvLock(folder);
  if (file.endsWith('pyproject.toml')) return pyproject(folder);
  return requirements(file, code);
}

async function requirements(file: string, code: string): Promise<PythonSource | undefined> {
  const { inputs, empty } = await readRequirements(file, code);
  return empty ? undefined : { kind: 'requirements', file, folder: join(file, '..'), inputs };
}

async function uvLock(folder: string, member = folder): Promise<PythonSource> {
  const file = join(folder, 'uv.lock');
  const inputs = await Promise.all([
    readFile(file, 'utf8'),
    readFile(join(member, 'pyproject.toml'), 'utf8').catch(() => ''),
  ]);
  return { kind: 'uv.lock', file, folder, member, inputs };
}

/** The root of a workspace of uv that this folder is in: its lock is that of all members. */
async function workspaceAbove(folder: string): Promise<string | undefined> {
  for (let above = dirname(folder), below = folder; above !== below; below = above, above = dirname(above)) {
    if (!(await isFile(above, 'uv.lock')) || !(await isFile(above, 'pyproject.toml'))) continue;
    const content = await readToml(join(above, 'pyproject.toml'));
    if (isTable(table(content, 'tool', 'uv').workspace)) return above;
  }
  return undefined;
}

async function readToml(file: string): Promise<Table> {
  const { parse } = await import('smol-toml');
  const text = await readFile(file, 'utf8');
  try {
    return parse(text) as Table;
  } catch (cause) {
    throw badInput(`${file} is not TOML`, { reason: (cause as Error).message.split('\n')[0], cause });
  }
}

/** `workspace` is the folder with the uv.lock that counts for this one, where there is one. */
async function pyproject(folder: string, workspace?: string): Promise<PythonSource | undefined> {
  const file = join(folder, 'pyproject.toml');
  const content = await readToml(file);
  const project = table(content, 'project');
  const dependencies = strings(file, project, 'dependencies');
  if (strings(file, project, 'dynamic').includes('dependencies')) {
    throw badInput(`${file} leaves its dependencies to its build (dynamic)`, {
      next: 'name a requirements file with dependencies: in slsctl.yml, or set dependencies: none',
    });
  }
  const tools = table(content, 'tool');
  const poetry = Object.keys(table(tools, 'poetry', 'dependencies')).filter((name) => name !== 'python');
  if (dependencies.length === 0 && poetry.length > 0) {
    throw badInput(`${file} has its dependencies in Poetry's own form`, {
      next: `poetry export -o requirements.txt, or set dependencies: none`,
    });
  }
  if (dependencies.length === 0) return undefined;
  if (workspace !== undefined) return uvLock(workspace, folder);
  refuseOtherPlaces(file, dependencies, tools);
  const inputs = { [file]: digest(JSON.stringify(dependencies)) };
  for (const one of dependencies) Object.assign(inputs, await localInputs(one, [folder]));
  return { kind: 'pyproject', file, folder, dependencies, inputs };
}

/**
 * A package that the project takes from a place of its own may have a namesake on the public index, made by
 * somebody else. pip does not read these places, so that it would take that one.
 */
function refuseOtherPlaces(file: string, dependencies: readonly string[], tools: Table): void {
  const names = dependencies.map((each) => normalized(/^[\w.-]+/.exec(each.trim())?.[0] ?? ''));
  const placed = Object.keys(table(tools, 'uv', 'sources')).filter((name) =>
    names.includes(normalized(name)),
  );
  const indexes = Object.keys(table(tools, 'uv')).filter((key) =>
    /^(index|index-url|extra-index-url|find-links)$/.test(key),
  );
  const uv = 'uv lock, or uv export -o requirements.txt';
  const found = [
    ...placed.map((name) => [`tool.uv.sources.${name}`, uv]),
    ...indexes.map((key) => [`tool.uv.${key}`, uv]),
    ...['poetry', 'pdm']
      .filter((tool) => table(tools, tool).source !== undefined)
      .map((tool) => [`tool.${tool}.source`, `${tool} export -o requirements.txt`]),
  ];
  const [setting, command] = found[0] ?? [];
  if (setting === undefined) return;
  throw badInput(`${file} says in ${setting} where packages come from, and nothing locks that`, {
    reason:
      'pip does not know that place: from the public index it would get what another has put there under this name',
    next: `${command}; or name a requirements file with dependencies: in slsctl.yml`,
  });
}

type Table = Record<string, unknown>;

/** The table below these keys; an empty one when there is none. */
function table(content: Table, ...keys: string[]): Table {
  let found: unknown = content;
  for (const key of keys) found = isTable(found) ? found[key] : undefined;
  return isTable(found) ? found : {};
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(file: string, project: Table, key: string): string[] {
  const value = project[key] ?? [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw badInput(`${file}: project.${key} is ${JSON.stringify(value)}; allowed: a list of strings`, {
    next: typeof value === 'string' ? `${key} = [${JSON.stringify(value)}]` : undefined,
  });
}
