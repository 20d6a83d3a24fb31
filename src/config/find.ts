// Finds slsctl.yml.
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

export const configName = 'slsctl.yml';

/** The file that `-c` names, or the slsctl.yml in this folder or the nearest parent folder; undefined: there is none. */
export async function findConfig(cwd: string, file?: string): Promise<string | undefined> {
  if (file) return resolve(cwd, file);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const candidate = join(folder, configName);
    if (
      await access(candidate).then(
        () => true,
        () => false,
      )
    )
      return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
