// Bundles a function with esbuild: its handler's file and everything that it imports, for the Node.js of the runtime.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { BuildFailure, BuildOptions, Message } from 'esbuild';
import { badInput } from '../../../errors/user-error.ts';
import { build } from '../cache.ts';
import { isFile } from '../nearest-file.ts';
import { describeTarget } from '../target.ts';
import type { Bundle, BundleJob } from './bundle-job.ts';
import { nativesBeside } from './native-beside.ts';
import { NativePackages } from './native-packages.ts';
import { installOutside } from './outside.ts';

const endings = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/** Packages that are part of the runtime: since Node.js 18, and before. */
const sdk = { new: ['@aws-sdk/*', '@smithy/*'], old: ['aws-sdk'] };

// CommonJS packages in an ES module need require, __filename and __dirname, which only CommonJS has.
const banner =
  "import{createRequire as __slsctlRequire}from'node:module';import{fileURLToPath as __slsctlPath}from'node:url';" +
  'const require=__slsctlRequire(import.meta.url),__slsctlFile=__slsctlPath(import.meta.url),' +
  "__slsctlFolder=__slsctlPath(new URL('.',import.meta.url)).slice(0,-1);";

/**
 * Resolves with the folder of the bundle, which is the same as long as esbuild's output is the same, and that of the
 * packages beside it. esbuild always runs: it does not report all files and folders that its output depends on, so a
 * cache could be stale. Rejects with a UserError (exit 2) that says where the code is wrong.
 */
export async function bundleCode(job: BundleJob): Promise<string[]> {
  const { code, dir, handler, host } = job;
  const module = handler.slice(0, Math.max(handler.lastIndexOf('.'), 0));
  const entry = await entryOf(job, module);
  const title = `bundle ${relative(dir, join(code, entry))}`;
  const natives = new NativePackages(job.config.noExternal);
  const bundle = await host.waiting(title, () => runEsbuild(job, entry, module, natives));
  await warnOfMetadata(job, bundle);
  const outside = await installOutside(job, bundle, await natives.reasons());
  const beside = nativesBeside(bundle.metafile, { ...job, under: dirname(module) });
  tellMissing(job, beside.missing);
  const contents = [
    ...bundle.outputFiles.map(({ path, contents }) => [relative(code, path), contents] as const),
    ...(await Promise.all(
      beside.files.map(async ({ path, source }) => [path, await readFile(source)] as const),
    )),
  ];
  const digests = contents.map(([path, content]) => [
    path,
    createHash('sha256').update(content).digest('hex'),
  ]);
  const { folder } = await build(dir, ['esbuild', digests.sort()], async (place) => {
    host.note(title);
    for (const [path, content] of contents) {
      const file = join(place, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return {};
  });
  return outside === undefined ? [folder] : [folder, outside];
}

function tellMissing({ name, target, host }: BundleJob, missing: readonly string[]): void {
  for (const path of missing) {
    host.warn(
      `${name}: ${path} looks for native files beside it, and there is none for ${describeTarget(target)}`,
    );
  }
}

async function entryOf({ name, code, handler }: BundleJob, module: string): Promise<string> {
  for (const ending of endings) if (await isFile(code, module + ending)) return module + ending;
  throw badInput(
    `handler of ${name} is ${handler}, but ${code} has no ${module}.ts, .js or other file of that name`,
  );
}

async function runEsbuild(
  job: BundleJob,
  entry: string,
  module: string,
  natives: NativePackages,
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
      plugins: [natives.plugin()],
      ...(format === 'esm' && {
        banner: { js: banner },
        define: { __dirname: '__slsctlFolder', __filename: '__slsctlFile' },
      }),
      logLevel: 'silent',
    }) satisfies BuildOptions;
  /** Bundles again as long as packages are found that must stay outside. */
  const bundleAs = async (format: 'esm' | 'cjs'): Promise<Bundle> => {
    for (;;) {
      const bundle = await esbuild.build(options(format)).catch((error: unknown) => ({ error }));
      if ('error' in bundle) {
        if (await natives.learnFailure(bundle.error as Partial<BuildFailure>, code)) continue;
        throw bundle.error;
      }
      if (!(await natives.learn(bundle.metafile, code))) return bundle;
    }
  };
  try {
    const first = await bundleAs(config.format ?? 'esm');
    // Exports of CommonJS code would become a default export of the ES module, so that Lambda finds no handler.
    const isCommonJs = first.metafile.inputs[entry]?.format === 'cjs';
    const bundle = config.format || !isCommonJs ? first : await bundleAs('cjs');
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
