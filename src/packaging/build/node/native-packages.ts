// Keeps packages with native code out of a bundle: esbuild cannot bundle them.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { BuildFailure, Metafile, OnResolveResult, Plugin } from 'esbuild';
import { isFile } from '../nearest-file.ts';
import { nativeSign, platformName } from './native-signs.ts';
import type { PackageJson } from './source.ts';

/** Packages that load native code for the package that imports them. */
const loaders = new Set([
  ...['bindings', 'node-gyp-build', 'node-gyp-build-optional-packages', 'pkg-prebuilds', 'require-addon'],
  ...['@mapbox/node-pre-gyp', 'node-pre-gyp'],
]);

interface Suspect {
  name: string;
  folder: string;
  /** Why it stays outside; undefined: it is in the bundle as long as its code shows no sign of native code. */
  reason?: string;
  /** Its manifest says nothing of native code. */
  harmless?: true;
}

const isCode = /\.[cm]?[jt]sx?$/;

const ownResolve = Symbol('resolved by the plugin itself');

/**
 * Decides for each package that a bundle imports. A package that compiles native code stays outside. One that may have
 * native code, for example in optional packages for several platforms, stays outside when the code that is left in the
 * bundle looks for it.
 */
export class NativePackages {
  private readonly suspects = new Map<string, Promise<Suspect>>();
  private readonly bundled: readonly string[];
  private grew = false;

  /** `bundled`: names of packages that go into the bundle whatever they contain. */
  constructor(bundled: readonly string[]) {
    this.bundled = bundled;
  }

  plugin(): Plugin {
    return {
      name: 'native-packages',
      setup: (build) => {
        build.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
          if (pluginData === ownResolve || path.startsWith('node:')) return undefined;
          const { resolveDir, kind, importer } = from;
          if (loaders.has(path)) await this.meetLoader(path, importer);
          const resolved = await build.resolve(path, { resolveDir, kind, importer, pluginData: ownResolve });
          const root = resolved.errors.length === 0 && !resolved.external && packageRoot(resolved.path);
          if (!root) return undefined;
          const { reason } = await this.suspect(root);
          if (reason === undefined) return undefined;
          return { path, external: true, sideEffects: resolved.sideEffects } satisfies OnResolveResult;
        });
      },
    };
  }

  /** Looks at the code that is left in the bundle. `true`: another package must stay outside, so bundle again. */
  async learn(metafile: Metafile, folder: string): Promise<boolean> {
    for (const { inputs } of Object.values(metafile.outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const root = bytesInOutput > 0 && isCode.test(path) && packageRoot(resolve(folder, path));
        const suspect = root && (await this.suspects.get(root.folder));
        if (!suspect || suspect.reason !== undefined || suspect.harmless) continue;
        const reason = await reasonOf(suspect, resolve(folder, path));
        if (reason === undefined) continue;
        suspect.reason = reason;
        this.grew = true;
      }
    }
    return this.hasGrown();
  }

  /**
   * After a failure: `true` when a package was in the bundle that may be the cause, so bundle again without it. When no
   * error is in such a package, all of them may be the cause.
   */
  async learnFailure(error: Partial<BuildFailure>, folder: string): Promise<boolean> {
    const open = (await Promise.all(this.suspects.values())).filter(
      ({ reason, harmless }) => reason === undefined && !harmless,
    );
    const files = (error.errors ?? []).flatMap(({ location }) =>
      location ? resolve(folder, location.file) : [],
    );
    const causes = open.filter((suspect) =>
      files.some((file) => packageRoot(file)?.folder === suspect.folder),
    );
    for (const suspect of causes.length > 0 ? causes : open) {
      const file = files.find((file) => packageRoot(file)?.folder === suspect.folder);
      suspect.reason =
        (file && (await reasonOf(suspect, file))) ?? 'it may have native code, and esbuild cannot bundle it';
      this.grew = true;
    }
    return this.hasGrown();
  }

  /** Why each of these packages is outside, by name. Packages that are bundled are missing. */
  async reasons(): Promise<Map<string, string>> {
    const suspects = await Promise.all(this.suspects.values());
    return new Map(suspects.flatMap(({ name, reason }) => (reason === undefined ? [] : [[name, reason]])));
  }

  private hasGrown(): boolean {
    const { grew } = this;
    this.grew = false;
    return grew;
  }

  private suspect(root: { name: string; folder: string }): Promise<Suspect> {
    let suspect = this.suspects.get(root.folder);
    if (!suspect) {
      suspect = this.bundled.includes(root.name)
        ? Promise.resolve({ ...root, harmless: true as const })
        : suspectOf(root);
      this.suspects.set(root.folder, suspect);
    }
    return suspect;
  }

  /** A package that is not known to be native imports one that loads native code. */
  private async meetLoader(path: string, importer: string): Promise<void> {
    const root = packageRoot(importer);
    if (!root || this.bundled.includes(root.name)) return;
    const suspect = await this.suspect(root);
    if (suspect.reason !== undefined || (suspect.harmless && !(await hasPrebuilt(root.folder)))) return;
    suspect.reason = `it loads native code with ${path}`;
    this.grew = true;
  }
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

async function reasonOf({ folder }: Suspect, file: string): Promise<string | undefined> {
  const sign = await nativeSign(file, await readFile(file, 'utf8'));
  return sign && `its ${relative(folder, file).split(sep).join('/')} ${sign}`;
}

async function suspectOf(root: { name: string; folder: string }): Promise<Suspect> {
  const text = await readFile(join(root.folder, 'package.json'), 'utf8').catch(() => '{}');
  const { gypfile, binary, napi, optionalDependencies = {} } = JSON.parse(text) as PackageJson;
  if (gypfile || (await isFile(root.folder, 'binding.gyp'))) {
    return { ...root, reason: 'it compiles native code when it is installed' };
  }
  const hasPlatforms = Object.keys(optionalDependencies).some((name) => platformName.test(name));
  return binary || napi || hasPlatforms ? { ...root } : { ...root, harmless: true };
}

async function hasPrebuilt(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => name === 'prebuilds' || name.endsWith('.node'));
}
