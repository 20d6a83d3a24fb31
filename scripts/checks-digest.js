// The digest of everything that slsctl.yml is checked by; slsctl remembers files that passed these very checks.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Covers the code of the checks, and their packages by package.json, which names exact versions. */
export async function checksDigest(root) {
  const hash = createHash('sha256').update(await readFile(`${root}package.json`));
  for (const folder of ['src/config/', 'src/advise/']) {
    const entries = await readdir(root + folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const file of files.sort()) {
      hash.update(relative(root, file)).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}
