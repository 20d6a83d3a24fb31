// Types of decorated code, which TypeScript can keep for injection when the program runs, and esbuild drops in silence.
import { readFile } from 'node:fs/promises';
import { dirname, sep } from 'node:path';

const decorator = /^\s*@[\p{L}_$][\p{L}\p{N}_$.]*/mu;

/** The first of these files, by absolute path, that has decorators and whose tsconfig.json asks for their types. */
export async function losingMetadata(files: readonly string[]): Promise<string | undefined> {
  const own = files.filter((file) => /\.[cm]?tsx?$/.test(file) && !file.includes(`${sep}node_modules${sep}`));
  if (own.length === 0) return undefined;
  const { getTsconfig } = await import('get-tsconfig');
  const cache = new Map();
  const asked = new Map<string, boolean>();
  for (const file of own) {
    const folder = dirname(file);
    if (!asked.has(folder))
      asked.set(
        folder,
        asks(() => getTsconfig(folder, 'tsconfig.json', cache)),
      );
    if (asked.get(folder) && decorator.test(await readFile(file, 'utf8'))) return file;
  }
  return undefined;
}

type Config = { config: { compilerOptions?: { emitDecoratorMetadata?: boolean } } } | null;

/** What is wrong with the file, esbuild has said. */
function asks(read: () => Config): boolean {
  try {
    return read()?.config.compilerOptions?.emitDecoratorMetadata === true;
  } catch {
    return false;
  }
}
