// Bundles a function with esbuild: its handler's file and everything that it imports, for the Node.js of the runtime.
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { BuildFailure, BuildOptions, BuildResult, Message } from 'esbuild';
import type { BundleConfig } from '../../../config/project.ts';
import { badInput } from '../../../errors/user-error.ts';
import { build } from '../cache.ts';
import type { Job } from '../job.ts';
import { isFile } from '../nearest-file.ts';
import { copyPackages } from './copy-packages.ts';
import { keepNativeOut } from './native-packages.ts';
import { nodeDependencies } from './node.ts';
import { nodeSource } from './source.ts';

export interface BundleJob extends Job {
  /** Absolute path of the code folder. */
  code: string;
  handler: string;
  config: BundleConfig;
  /** The function has layers, and packages may be in one of them. */
  hasLayers: boolean;
}

const endings = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/** Packages that are part of the runtime: since Node.js 18, and before. */
const sdk = { new: ['@aws-sdk/*', '@smithy/*'], old: ['aws-sdk'] };

// CommonJS packages in an ES module need require, __filename and __dirname, which only CommonJS has.
const banner =
  "import{createRequire as __slsctlRequire}from'node:module';import{fileURLToPath as __slsctlPath}from'node:url';" +
  'const require=__slsctlRequire(import.meta.url),__slsctlFile=__slsctlPath(import.meta.url),' +
  "__slsctlFolder=__slsctlPath(new URL('.',import.meta.url)).slice(0,-1);";

/**
 * Resolves with the folder of the bundle, which is the same as long as esbuild's output is the same. esbuild always runs:
 * it does not report all files and folders that its output depends on, so a cache could be stale. Rejects with a
 * UserError (exit 2) that says where the code is wrong.
 */
export async function bundleCode(job: BundleJob): Promise<string> {
  const { code, dir, handler } = job;
  const module = handler.slice(0, Math.max(handler.lastIndexOf('.'), 0));
  const entry = await entryOf(job, module);
  return job.host.step(`bundle ${relative(dir, join(code, entry))}`, async () => {
    const native = new Set<string>();
    const bundle = await runEsbuild(job, entry, module, native);
    await warnOfMetadata(job, bundle);
    const installed = await installUnbundled(job, bundle, native);
    const outputs = bundle.outputFiles.map(({ path, contents }) => [
      relative(code, path),
      createHash('sha256').update(contents).digest('hex'),
    ]);
    const inputs = ['esbuild', outputs.sort(), installed?.digest, installed?.names];
    const { folder } = await build(dir, inputs, async (place) => {
      for (const { path, contents } of bundle.outputFiles) {
        const file = join(place, relative(code, path));
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, contents);
      }
      if (installed) await copyPackages(installed.names, installed.folder, place);
      return {};
    });
    return folder;
  });
}

async function entryOf({ name, code, handler }: BundleJob, module: string): Promise<string> {
  for (const ending of endings) if (await isFile(code, module + ending)) return module + ending;
  throw badInput(
    `handler of ${name} is ${handler}, but ${code} has no ${module}.ts, .js or other file of that name`,
  );
}

type Bundle = BuildResult<{ metafile: true; write: false }>;

async function runEsbuild(
  job: BundleJob,
  entry: string,
  module: string,
  native: Set<string>,
): Promise<Bundle> {
  const { code, config, target } = job;
  const esbuild = await import('esbuild');
  const inRuntime = Number(target.version) >= 18 ? sdk.new : sdk.old;
  const options = (format: 'esm' | 'cjs') =>
    ({
      absWorkingDir: code,
      entryPoints: [{ in: entry, out: module }],
      outdir: code,
      outExtension: { '.js': format === 'esm' ? '.mjs' : '.cjs' },
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format,
      target: `node${target.version}`,
      minify: config.minify,
      keepNames: config.minify,
      sourcemap: config.sourceMap ? 'linked' : false,
      sourcesContent: false,
      loader: { '.node': 'copy' },
      external: [...(config.awsSdk ? [] : inRuntime), ...config.external],
      plugins: [keepNativeOut(native)],
      ...(format === 'esm' && {
        banner: { js: banner },
        define: { __dirname: '__slsctlFolder', __filename: '__slsctlFile' },
      }),
      logLevel: 'silent',
    }) satisfies BuildOptions;
  try {
    const first = await esbuild.build(options(config.format ?? 'esm'));
    // Exports of CommonJS code would become a default export of the ES module, so that Lambda finds no handler.
    const isCommonJs = first.metafile.inputs[entry]?.format === 'cjs';
    const bundle = config.format || !isCommonJs ? first : await esbuild.build(options('cjs'));
    for (const warning of bundle.warnings.slice(0, 5)) {
      job.host.note(`${job.name}: ${messageText(warning)}`);
    }
    checkExport(job, bundle, entry);
    return bundle;
  } catch (error) {
    throw bundleFailure(job, error);
  }
}

function bundleFailure({ name, code }: BundleJob, error: unknown): unknown {
  const { errors } = error as Partial<BuildFailure>;
  if (!errors?.[0]) return error;
  const unresolved = errors.map(({ text }) => /^Could not resolve "([^"]+)"/.exec(text)?.[1]).find(Boolean);
  return badInput(`${name} cannot be bundled`, {
    reason: errors.slice(0, 5).map(messageText).join('\n'),
    next: unresolved
      ? /^[./]/.test(unresolved)
        ? `check the import of ${unresolved} in ${code}`
        : `run npm install to get ${unresolved} into node_modules; or list it in bundle: { external: [...] }`
      : undefined,
    cause: error,
  });
}

async function warnOfMetadata({ name, code, host }: BundleJob, { metafile }: Bundle): Promise<void> {
  const { fileWithMetadata } = await import('./decorator-metadata.ts');
  const file = await fileWithMetadata(Object.keys(metafile.inputs).map((path) => join(code, path)));
  if (file === undefined) return;
  host.warn(
    `${name}: esbuild ignores emitDecoratorMetadata (${relative(code, file)}), so injection by type will not work; ` +
      'name the injected class, as in @Inject(Service), or compile with tsc instead of bundle: ' +
      'build: { command: npx tsc, artifact: DIR }',
  );
}

function messageText({ location, text }: Message): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}

/** Throws (exit 2) when an ES module does not export the handler. Exports of CommonJS code are not known here. */
function checkExport({ name, handler }: BundleJob, { metafile }: Bundle, entry: string): void {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === entry);
  const exportName = handler.slice(handler.lastIndexOf('.') + 1);
  if (metafile.inputs[entry]?.format !== 'esm' || !output || output.exports.length === 0) return;
  if (output.exports.includes(exportName)) return;
  throw badInput(`handler of ${name} is ${handler}, but ${entry} does not export ${exportName}`, {
    next: `it exports: ${output.exports.join(', ')}`,
  });
}

interface Unbundled {
  names: string[];
  /** Digest of the build that installed the packages. */
  digest: string;
  folder: string;
}

/** Installs the packages that are not in the bundle: native ones, and those listed as external. */
async function installUnbundled(
  job: BundleJob,
  bundle: Bundle,
  native: Set<string>,
): Promise<Unbundled | undefined> {
  const { name, code, dir, target, host, config } = job;
  const external = config.external.map((pattern) => pattern.replace(/\/\*$/, ''));
  const imported = Object.values(bundle.metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external)
    .map(({ path }) => path);
  const names = new Set(native);
  for (const path of imported) {
    const owner = packageName(path);
    if (external.some((name) => owner === packageName(name) || path.startsWith(`${name}/`))) names.add(owner);
  }
  if (names.size === 0) return undefined;
  const source = await nodeSource(code, dir);
  const { dependencies, optionalDependencies } = source?.manifest ?? {};
  const declared = { ...dependencies, ...optionalDependencies };
  const only = [...names].filter((name) => !job.hasLayers || native.has(name) || name in declared).sort();
  const installation =
    source && only.length > 0 ? await nodeDependencies({ source, dir, target, host, only }) : undefined;
  const installed = installation ? await installedIn(installation.folder, only) : [];
  const missing = [...names].filter((name) => !installed.includes(name)).sort();
  if (missing.length > 0 && !job.hasLayers) {
    throw badInput(`${name} needs ${missing.join(', ')}, and cannot install it beside the bundle`, {
      reason: `native and external packages are not bundled, and ${source?.file ?? 'package.json'} does not list it`,
      next: `npm install ${missing.join(' ')}; or put it into a layer; or remove it from bundle: { external } if it is your own code`,
    });
  }
  if (missing.length > 0) host.warn(`${name}: ${missing.join(', ')} must be in a layer`);
  return installation && installed.length > 0
    ? { names: installed, digest: installation.digest, folder: installation.folder }
    : undefined;
}

async function installedIn(folder: string, names: readonly string[]): Promise<string[]> {
  const exist = await Promise.all(names.map((name) => isFile(folder, 'node_modules', name, 'package.json')));
  return names.filter((_, index) => exist[index]);
}

function packageName(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}
