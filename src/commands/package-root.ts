// Where slsctl is installed, from wherever the bundled program lies in it.
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export async function packageRoot(): Promise<string> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (
      await access(join(folder, 'templates', 'hello-python')).then(
        () => true,
        () => false,
      )
    )
      return folder;
    if (dirname(folder) === folder) throw new Error('the templates are missing from this installation');
  }
}
