// What a package consists of: the code as it is, and what is built or installed for it.
import { readdir } from 'node:fs/promises';
import { relative } from 'node:path';
import type { CodeConfig, FunctionConfig } from '../../config/project.ts';
import type { Host } from './program.ts';
import { type Target, targetOf } from './target.ts';

export interface Contents {
  code: CodeConfig;
  /** Folders whose files are laid beside those of the code. */
  folders: string[];
}

/**
 * Installs and builds what the function needs, as far as that was not done before. `dir` is the folder of the
 * project. Rejects with a UserError when that fails.
 */
export async function contentsOf(
  { name, code, settings, packaging }: FunctionConfig,
  dir: string,
  host: Host,
): Promise<Contents> {
  const target = targetOf(settings);
  if (!packaging || code.path.endsWith('.zip')) return { code, folders: [] };
  const { dependencies } = packaging;
  if (dependencies === 'none') return { code, folders: [] };
  if (target.family === 'python') return withWheels({ name, code, dir, host, target, dependencies });
  return { code, folders: [] };
}

interface Job {
  name: string;
  code: CodeConfig;
  dir: string;
  host: Host;
  target: Target;
  /** `auto` or a requirements file. */
  dependencies: string;
}

async function withWheels({ name, code, dir, host, target, dependencies }: Job): Promise<Contents> {
  const { pythonSource } = await import('./python-source.ts');
  const named = dependencies === 'auto' ? undefined : dependencies;
  const source = await pythonSource(code.path, dir, named);
  if (!source) return { code, folders: [] };
  const own = named === undefined ? await installedPackages(code.path) : [];
  if (own[0] !== undefined) {
    host.note(
      `${name}: the code folder has packages installed in it (${own[0]}), so that ` +
        `${relative(dir, source.file)} is left aside; "dependencies: ${relative(dir, source.file)}" installs it`,
    );
    return { code, folders: [] };
  }
  const { pythonDependencies } = await import('./python.ts');
  const { folder } = await pythonDependencies({ source, dir, target, host });
  return { code, folders: [folder] };
}

/** What `pip install --target` leaves in a folder. */
async function installedPackages(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.dist-info')).sort();
}
