// Copies native files into a bundle that its code finds beside itself: `path.join(__dirname, 'engine.so.node')`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix, resolve, sep } from 'node:path';
import type { Metafile } from 'esbuild';
import { nativeName } from '../../file-facts.ts';
import { nativeOf } from '../../inspect/native-format.ts';
import type { Target } from '../target.ts';

export interface NativeBeside {
  /** Path in the package. */
  path: string;
  /** Path on disk. */
  source: string;
}

/** A path in the code, relative to its own folder or to the folder of the function. */
const references = /\b(__dirname|process\.cwd\(\))\s*,\s*["'`]([^"'`$\n]+)["'`]/g;

/**
 * The native files for the target that the bundled code of packages names. `code` is the folder of the code, `under` the
 * folder of the bundle in the package.
 */
export function nativesBeside(
  metafile: Metafile,
  { code, under, target }: { code: string; under: string; target: Target },
): { files: NativeBeside[]; missing: string[] } {
  const files = new Map<string, NativeBeside>();
  const missing: string[] = [];
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const hasNatives = new Map<string, boolean>();
  for (const input of new Set(inputs)) {
    const file = resolve(code, input);
    const folder = dirname(file);
    if (!file.includes(`${sep}node_modules${sep}`)) continue;
    if (!hasNatives.has(folder))
      hasNatives.set(
        folder,
        namesIn(folder).some((name) => nativeName.test(name)),
      );
    if (!hasNatives.get(folder)) continue;
    const named = [...readFileSync(file, 'utf8').matchAll(references)].flatMap(([, base, literal = '']) => {
      const path = posix.normalize(base === '__dirname' ? posix.join(under, literal) : literal);
      const source = resolve(base === '__dirname' ? folder : code, literal);
      return nativeName.test(literal) && !path.startsWith('..') && isThere(source) ? [{ path, source }] : [];
    });
    const fitting = named.filter(({ source }) => fits(source, target));
    for (const one of fitting) files.set(one.path, one);
    if (named.length > 0 && fitting.length === 0) missing.push(input);
  }
  return { files: [...files.values()], missing };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isThere(source: string): boolean {
  return namesIn(dirname(source)).includes(source.slice(dirname(source).length + 1));
}

function fits(source: string, { architecture }: Target): boolean {
  const native = nativeOf(readFileSync(source));
  return native?.system === 'Linux' && native.machines.includes(architecture);
}
