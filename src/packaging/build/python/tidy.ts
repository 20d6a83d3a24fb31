// Removes everything from installed Python packages that differs by machine, so that they are the same everywhere.
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that installers add to the metadata of a package. */
const installerFiles = ['INSTALLER', 'REQUESTED', 'direct_url.json', 'uv_cache.json', 'uv_build.json'];

/** Resolves with the number of packages. */
export async function tidyPython(folder: string): Promise<number> {
  await rm(join(folder, '.lock'), { force: true });
  await removeScripts(join(folder, 'bin'));
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const { name, parentPath } of names) {
    if (name === '__pycache__' || name.endsWith('.pyc')) {
      await rm(join(parentPath, name), { recursive: true, force: true });
    }
  }
  const packages = (await readdir(folder)).filter((name) => name.endsWith('.dist-info'));
  for (const name of packages) await tidyMetadata(folder, name);
  return packages.length;
}

/** Removes scripts, which contain the path of this machine's interpreter. Native programs stay. */
async function removeScripts(bin: string): Promise<void> {
  for (const name of await readdir(bin).catch(() => [])) {
    const file = join(bin, name);
    if (name.endsWith('.exe') || (await firstBytes(file)) === '#!') await rm(file, { force: true });
  }
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

/** Removes the installer's files, and makes RECORD list only the remaining files, sorted. */
async function tidyMetadata(folder: string, name: string): Promise<void> {
  for (const file of installerFiles) await rm(join(folder, name, file), { force: true });
  const record = join(folder, name, 'RECORD');
  const text = await readFile(record, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const isRemoved = (line: string) =>
    installerFiles.some((file) => line.startsWith(`${name}/${file},`)) ||
    /(^|\/)__pycache__\/|\.pyc,|^(\.\.\/)+|^bin\//.test(line);
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !isRemoved(line))
    .sort();
  // Written as a new file: the old one may be a hard link into the installer's cache.
  await rm(record);
  await writeFile(record, `${lines.join('\n')}\n`);
}
