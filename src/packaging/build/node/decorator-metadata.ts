// Finds code that relies on emitDecoratorMetadata: TypeScript then keeps the types of decorated code for the running
// program, but esbuild drops them without a warning.
import { readFile } from 'node:fs/promises';
import { dirname, sep } from 'node:path';

const decorator = /^\s*@[\p{L}_$][\p{L}\p{N}_$.]*/mu;

/** The first of the files (absolute paths) that has decorators and whose tsconfig.json sets emitDecoratorMetadata. */
export async function fileWithMetadata(files: readonly string[]): Promise<string | undefined> {
  const sources = files.filter(
    (file) => /\.[cm]?tsx?$/.test(file) && !file.includes(`${sep}node_modules${sep}`),
  );
  if (sources.length === 0) return undefined;
  const { getTsconfig } = await import('get-tsconfig');
  const cache = new Map();
  const emitsByFolder = new Map<string, boolean>();
  for (const file of sources) {
    const folder = dirname(file);
    if (!emitsByFolder.has(folder))
      emitsByFolder.set(
        folder,
        emitsMetadata(() => getTsconfig(folder, 'tsconfig.json', cache)),
      );
    if (emitsByFolder.get(folder) && decorator.test(await readFile(file, 'utf8'))) return file;
  }
  return undefined;
}

type Config = { config: { compilerOptions?: { emitDecoratorMetadata?: boolean } } } | null;

/** false when tsconfig.json cannot be read: esbuild has reported that already. */
function emitsMetadata(read: () => Config): boolean {
  try {
    return read()?.config.compilerOptions?.emitDecoratorMetadata === true;
  } catch {
    return false;
  }
}
