// Finds the files that slsctl is installed with, such as templates and the JSON Schema.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Path of a file or folder of the installation; undefined: it does not exist. */
export function installed(...path: string[]): string | undefined {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, ...path);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
