// An esbuild plugin that keeps packages with native code out of the bundle: esbuild cannot bundle them.
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { isFile } from '../nearest-file.ts';
import type { PackageJson } from './source.ts';

/** Matches the name of a package for one platform: `@img/sharp-linux-x64`. */
const platformName = /(linux|darwin|win32)(musl)?-(x64|arm64)/;

const ownResolve = Symbol('resolved by the plugin itself');

/** Adds the names of the packages that it keeps out to `unbundled`. */
export function keepNativeOut(unbundled: Set<string>): Plugin {
  const nativeByFolder = new Map<string, Promise<boolean>>();
  return {
    name: 'native-packages',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === ownResolve || path.startsWith('node:')) return undefined;
        const { resolveDir, kind, importer } = from;
        const resolved = await build.resolve(path, { resolveDir, kind, importer, pluginData: ownResolve });
        const root = resolved.errors.length === 0 && !resolved.external && packageRoot(resolved.path);
        if (!root) return undefined;
        let native = nativeByFolder.get(root.folder);
        if (!native) {
          native = isNative(root.folder);
          nativeByFolder.set(root.folder, native);
        }
        if (!(await native)) return undefined;
        unbundled.add(root.name);
        return { path, external: true };
      });
    },
  };
}

/** The package that a file of node_modules belongs to. */
function packageRoot(file: string): { name: string; folder: string } | undefined {
  const marker = `${sep}node_modules${sep}`;
  const start = file.lastIndexOf(marker);
  if (start < 0) return undefined;
  const parts = file.slice(start + marker.length).split(sep);
  const words = parts.slice(0, parts[0]?.startsWith('@') ? 2 : 1);
  return { name: words.join('/'), folder: join(file.slice(0, start + marker.length), ...words) };
}

async function isNative(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { gypfile, binary, napi, optionalDependencies = {} } = JSON.parse(text) as PackageJson;
  return (
    Boolean(gypfile ?? binary ?? napi) ||
    Object.keys(optionalDependencies).some((name) => platformName.test(name)) ||
    (await isFile(folder, 'binding.gyp'))
  );
}
