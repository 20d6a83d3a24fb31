// Finds the file that lists the dependencies of Python code: the nearest requirements.txt, uv.lock or pyproject.toml.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput } from '../../../errors/user-error.ts';
import { foldersAbove, isFile } from '../nearest-file.ts';
import { digest } from './library.ts';
import { normalized } from './package-name.ts';
import { localInputs, readRequirements } from './requirements.ts';

export type PythonSource = {
  /** The file with the dependencies. */
  file: string;
  /** Folder of that file. Relative paths in it are relative to this folder. */
  folder: string;
  /** Everything that decides which packages are installed. */
  inputs: unknown;
} & (
  | { kind: 'requirements' }
  | {
      kind: 'uv.lock';
      /** Folder of the locked pyproject.toml: the same, or a member of the workspace. */
      member: string;
    }
  | {
      kind: 'pyproject';
      /** Requirements (PEP 508). */
      dependencies: string[];
    }
);

/**
 * `code` is a folder or file, `dir` the folder of the project, `named` the file that `dependencies:` names. undefined:
 * there are no dependencies. Rejects with a UserError (exit 2) when a file cannot be understood.
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
    await refuseUnsupported(folder, locks);
    const source =
      (await isFile(folder, 'pyproject.toml')) && (await pyproject(folder, await workspaceAbove(folder)));
    if (source) return source;
    await refuseUnsupported(folder, scripts);
  }
  return undefined;
}

interface Unsupported {
  /** Matches the file's text when it has dependencies; default: it always has. */
  listsDependencies?: RegExp;
  /** Makes a requirements file from it. */
  command: string;
}

/** Files of other tools that lock dependencies. They take precedence over pyproject.toml. */
const locks: Record<string, Unsupported> = {
  'poetry.lock': { command: 'poetry export -o requirements.txt' },
  'pdm.lock': { command: 'pdm export -o requirements.txt' },
  'Pipfile.lock': { command: 'pipenv requirements > requirements.txt' },
  Pipfile: { command: 'pipenv requirements > requirements.txt' },
};

/** Files that may list dependencies when pyproject.toml does not. */
const scripts: Record<string, Unsupported> = {
  'requirements.in': {
    command: 'pip-compile requirements.in, or uv pip compile requirements.in -o requirements.txt',
  },
  'setup.py': {
    listsDependencies: /install_requires/,
    command: 'uv pip compile setup.py -o requirements.txt',
  },
  'setup.cfg': {
    listsDependencies: /^install_requires/m,
    command: 'uv pip compile setup.cfg -o requirements.txt',
  },
};

/** Throws now (exit 2) for a file that slsctl cannot install: without its dependencies the function would fail later. */
async function refuseUnsupported(folder: string, files: Record<string, Unsupported>): Promise<void> {
  for (const [name, { listsDependencies, command }] of Object.entries(files)) {
    const file = join(folder, name);
    if (!(await isFile(file))) continue;
    if (listsDependencies && !listsDependencies.test(await readFile(file, 'utf8'))) continue;
    throw badInput(`${file} lists dependencies, but slsctl cannot read this format`, {
      next: `make a requirements file from it: ${command}; or set dependencies: FILE, or dependencies: none, in slsctl.yml`,
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

/** The root of the uv workspace that contains the folder. Its uv.lock is for all members. */
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

/** `workspace` is the root of the uv workspace that contains the folder, if there is one. */
async function pyproject(folder: string, workspace?: string): Promise<PythonSource | undefined> {
  const file = join(folder, 'pyproject.toml');
  const content = await readToml(file);
  const project = table(content, 'project');
  const dependencies = strings(file, project, 'dependencies');
  if (strings(file, project, 'dynamic').includes('dependencies')) {
    throw badInput(`${file} has dynamic dependencies, which only its build system knows`, {
      next: 'name a requirements file with dependencies: in slsctl.yml, or set dependencies: none',
    });
  }
  const tools = table(content, 'tool');
  const poetry = Object.keys(table(tools, 'poetry', 'dependencies')).filter((name) => name !== 'python');
  if (dependencies.length === 0 && poetry.length > 0) {
    throw badInput(`${file} lists its dependencies in Poetry's own format`, {
      next: `poetry export -o requirements.txt, or set dependencies: none`,
    });
  }
  if (dependencies.length === 0) return undefined;
  if (workspace !== undefined) return uvLock(workspace, folder);
  refuseOtherSources(file, dependencies, tools);
  const inputs = { [file]: digest(JSON.stringify(dependencies)) };
  for (const dependency of dependencies) Object.assign(inputs, await localInputs(dependency, [folder]));
  return { kind: 'pyproject', file, folder, dependencies, inputs };
}

/**
 * Throws (exit 2) when pyproject.toml sets sources of packages for other tools. pip ignores these settings: it would
 * install a package of the same name from the public index, which may be by another author.
 */
function refuseOtherSources(file: string, dependencies: readonly string[], tools: Table): void {
  const names = dependencies.map((each) => normalized(/^[\w.-]+/.exec(each.trim())?.[0] ?? ''));
  const withSource = Object.keys(table(tools, 'uv', 'sources')).filter((name) =>
    names.includes(normalized(name)),
  );
  const indexes = Object.keys(table(tools, 'uv')).filter((key) =>
    /^(index|index-url|extra-index-url|find-links)$/.test(key),
  );
  const uv = 'uv lock, or uv export -o requirements.txt';
  const settings = [
    ...withSource.map((name) => [`tool.uv.sources.${name}`, uv]),
    ...indexes.map((key) => [`tool.uv.${key}`, uv]),
    ...['poetry', 'pdm']
      .filter((tool) => table(tools, tool).source !== undefined)
      .map((tool) => [`tool.${tool}.source`, `${tool} export -o requirements.txt`]),
  ];
  const [setting, command] = settings[0] ?? [];
  if (setting === undefined) return;
  throw badInput(`${file} sets the source of packages in ${setting}, and there is no lockfile`, {
    reason:
      'pip ignores this setting: it could install a package of the same name by another author from the public index',
    next: `${command}; or name a requirements file with dependencies: in slsctl.yml`,
  });
}

type Table = Record<string, unknown>;

/** The table below these keys; an empty one when there is none. */
function table(content: Table, ...keys: string[]): Table {
  let value: unknown = content;
  for (const key of keys) value = isTable(value) ? value[key] : undefined;
  return isTable(value) ? value : {};
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
