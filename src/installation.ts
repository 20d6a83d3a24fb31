// What slsctl is installed with, from wherever the bundled program lies in it.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The path of a file or folder of the installation; undefined: it has no such thing. */
export function installed(...path: string[]): string | undefined {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, ...path);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
