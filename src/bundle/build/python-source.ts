// Where a Python project says what it needs: requirements.txt, uv.lock or pyproject.toml, whichever is nearest.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../errors.ts';
import { digest } from './library.ts';
import { foldersAbove, isFile } from './nearest.ts';
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
  | { kind: 'uv.lock' }
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
    const found = (await isFile(folder, 'pyproject.toml')) && (await pyproject(folder));
    if (found) return found;
  }
  return undefined;
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

async function uvLock(folder: string): Promise<PythonSource> {
  const file = join(folder, 'uv.lock');
  const inputs = await Promise.all([
    readFile(file, 'utf8'),
    readFile(join(folder, 'pyproject.toml'), 'utf8').catch(() => ''),
  ]);
  return { kind: 'uv.lock', file, folder, inputs };
}

interface Pyproject {
  project?: { dependencies?: string[]; dynamic?: string[] };
  tool?: { poetry?: { dependencies?: Record<string, unknown> } };
}

async function pyproject(folder: string): Promise<PythonSource | undefined> {
  const file = join(folder, 'pyproject.toml');
  const { parse } = await import('smol-toml');
  const text = await readFile(file, 'utf8');
  let content: Pyproject;
  try {
    content = parse(text) as Pyproject;
  } catch (cause) {
    throw badInput(`${file} is not TOML`, { reason: (cause as Error).message.split('\n')[0], cause });
  }
  const { dependencies = [], dynamic = [] } = content.project ?? {};
  if (dynamic.includes('dependencies')) {
    throw badInput(`${file} leaves its dependencies to its build (dynamic)`, {
      next: 'name a requirements file with dependencies: in slsctl.yml, or set dependencies: none',
    });
  }
  const poetry = Object.keys(content.tool?.poetry?.dependencies ?? {}).filter((name) => name !== 'python');
  if (dependencies.length === 0 && poetry.length > 0) {
    throw badInput(`${file} has its dependencies in Poetry's own form`, {
      next: `poetry export -o requirements.txt, or set dependencies: none`,
    });
  }
  if (dependencies.length === 0) return undefined;
  const inputs = { [file]: digest(JSON.stringify(dependencies)) };
  for (const one of dependencies) Object.assign(inputs, await localInputs(one, [folder]));
  return { kind: 'pyproject', file, folder, dependencies, inputs };
}
