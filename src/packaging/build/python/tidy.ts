// Takes out of installed Python packages what the machine that installed them wrote: they are the same everywhere.
import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What installers write about themselves into the metadata of a package. */
const marks = ['INSTALLER', 'REQUESTED', 'direct_url.json', 'uv_cache.json', 'uv_build.json'];

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

/** Scripts name the interpreter of this machine; programs stay. */
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

/** RECORD lists the files that there are, in one order, and nothing that differs by machine. */
async function tidyMetadata(folder: string, name: string): Promise<void> {
  for (const mark of marks) await rm(join(folder, name, mark), { force: true });
  const record = join(folder, name, 'RECORD');
  const text = await readFile(record, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const gone = (line: string) =>
    marks.some((mark) => line.startsWith(`${name}/${mark},`)) ||
    /(^|\/)__pycache__\/|\.pyc,|^(\.\.\/)+|^bin\//.test(line);
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line !== '' && !gone(line))
    .sort();
  // A new file: installers may link what they install to a cache of theirs.
  await rm(record);
  await writeFile(record, `${lines.join('\n')}\n`);
}
