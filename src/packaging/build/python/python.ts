// Installs the dependencies of a Python function, as wheels for its runtime and architecture.
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UserError } from '../../../errors/user-error.ts';
import { type Build, build } from '../cache.ts';
import { describeTarget, type Target } from '../target.ts';
import type { BuildHost } from '../tools.ts';
import { pipInstall } from './pip.ts';
import { oldestPip } from './pip-start.ts';
import type { PythonSource } from './source.ts';
import { tidyPython } from './tidy.ts';
import { exportLock, findUv, uvInstall } from './uv.ts';

export interface Installed {
  /** Number of packages, indirect dependencies included. */
  packages: number;
}

export interface PythonJob {
  source: PythonSource;
  /** Folder of the project. */
  dir: string;
  target: Target;
  host: BuildHost;
}

/** Rejects with a UserError that names the package that cannot be installed, or the missing tool. */
export async function pythonDependencies({
  source,
  dir,
  target,
  host,
}: PythonJob): Promise<Build<Installed>> {
  const { architecture, version, glibcMinor } = target;
  const inputs = ['python', source.kind, relativeTo(dir, source.inputs), version, architecture, glibcMinor];
  return build(dir, inputs, (folder) => {
    const title = `install ${relative(dir, source.file)} for ${describeTarget(target)}`;
    return host.step(title, async (report) => {
      await install(source, folder, target, host);
      const packages = await tidyPython(folder);
      report(`${packages} package${packages === 1 ? '' : 's'}`);
      return { packages };
    });
  });
}

async function install(source: PythonSource, folder: string, target: Target, host: BuildHost): Promise<void> {
  const job = { into: folder, source: source.file, cwd: source.folder, target, host };
  const generated = join(folder, '..', 'requirements.txt');
  if (source.kind === 'uv.lock') {
    const uv = await findUv(host);
    if (!uv) throw missing('uv', source.file, 'or make a file for pip with uv export -o requirements.txt');
    await exportLock(uv, source, generated, host);
    await uvInstall(uv, { ...job, file: generated, complete: true });
    return;
  }
  if (source.kind === 'pyproject') await writeFile(generated, `${source.dependencies.join('\n')}\n`);
  const file = source.kind === 'pyproject' ? generated : source.file;
  const { installed, tooOld } = await pipInstall({ ...job, file });
  if (installed) return;
  const uv = await findUv(host);
  if (!uv && tooOld) throw outdated(tooOld, source.file);
  if (!uv) throw missing('Python with pip', source.file, 'or install uv');
  await uvInstall(uv, { ...job, file, complete: false });
}

function missing(tool: string, file: string, otherwise: string): UserError {
  return new UserError(`${tool} is needed to install ${file}, and it is not on this machine`, undefined, {
    next: `install ${tool} and put it on PATH; ${otherwise}; or set dependencies: none`,
  });
}

function outdated(version: string, file: string): UserError {
  return new UserError(`pip ${version} is too old to install ${file} for another machine`, undefined, {
    reason: `pip can do that since version ${oldestPip}`,
    next: 'put a newer Python first on PATH; or run python3 -m pip install --upgrade pip; or install uv',
  });
}

/** Inputs with relative paths: a project that was moved or cloned needs no new build. */
function relativeTo(dir: string, inputs: unknown): unknown {
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) return inputs;
  const entries = Object.entries(inputs).map(([path, digest]) => [relative(dir, path), digest]);
  return Object.fromEntries(entries.sort());
}
