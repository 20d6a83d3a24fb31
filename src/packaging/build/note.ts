// Notes about a function's last build, in the project's `.slsctl`. If a note is lost, the build runs again.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function readNote<T>(dir: string, name: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, '.slsctl', `${name}.json`), 'utf8')) as T;
  } catch {
    return undefined;
  }
}

export async function writeNote(dir: string, name: string, note: unknown): Promise<void> {
  const file = join(dir, '.slsctl', `${name}.json`);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(join(dir, '.slsctl'), { recursive: true });
  await writeFile(temporary, JSON.stringify(note));
  await rename(temporary, file).catch(() => rm(temporary, { force: true }));
}
