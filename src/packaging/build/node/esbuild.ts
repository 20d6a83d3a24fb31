// One file of a function and all that it imports, made by esbuild for the Node.js of the runtime.
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
import { keepNativeOutside } from './native-packages.ts';
import { nodeDependencies } from './node.ts';
import { nodeSource } from './source.ts';

export interface BundleJob extends Job {
  /** Absolute path of the code folder. */
  code: string;
  handler: string;
  config: BundleConfig;
  /** The function has layers, and these may bring packages. */
  hasLayers: boolean;
}

const endings = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'];

/** What the runtime has in it, from Node.js 18 on and before. */
const sdk = { new: ['@aws-sdk/*', '@smithy/*'], old: ['aws-sdk'] };

// CommonJS packages in an ES module use what only CommonJS has.
const banner =
  "import{createRequire as __slsctlRequire}from'node:module';import{fileURLToPath as __slsctlPath}from'node:url';" +
  'const require=__slsctlRequire(import.meta.url),__slsctlFile=__slsctlPath(import.meta.url),' +
  "__slsctlFolder=__slsctlPath(new URL('.',import.meta.url)).slice(0,-1);";

/**
 * Resolves with the folder of the bundle, the same as long as esbuild makes the same of the code. It runs each time: it
 * looks at more files and folders than it names. Rejects with a UserError (exit 2) that says where the code is wrong.
 */
export async function bundleCode(job: BundleJob): Promise<string> {
  const { code, dir, handler } = job;
  const module = handler.slice(0, Math.max(handler.lastIndexOf('.'), 0));
  const entry = await entryOf(job, module);
  return job.host.step(`bundle ${relative(dir, join(code, entry))}`, async () => {
    const native = new Set<string>();
    const made = await runEsbuild(job, entry, module, native);
    await warnOfMetadata(job, made);
    const installed = await outside(job, made, native);
    const texts = made.outputFiles.map(({ path, contents }) => [
      relative(code, path),
      createHash('sha256').update(contents).digest('hex'),
    ]);
    const inputs = ['esbuild', texts.sort(), installed?.digest, installed?.names];
    const { folder } = await build(dir, inputs, async (place) => {
      for (const { path, contents } of made.outputFiles) {
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

type Made = BuildResult<{ metafile: true; write: false }>;

async function runEsbuild(job: BundleJob, entry: string, module: string, native: Set<string>): Promise<Made> {
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
      plugins: [keepNativeOutside(native)],
      ...(format === 'esm' && {
        banner: { js: banner },
        define: { __dirname: '__slsctlFolder', __filename: '__slsctlFile' },
      }),
      logLevel: 'silent',
    }) satisfies BuildOptions;
  try {
    const first = await esbuild.build(options(config.format ?? 'esm'));
    // CommonJS exports are no names of an ES module.
    const isCommonJs = first.metafile.inputs[entry]?.format === 'cjs';
    const made = config.format || !isCommonJs ? first : await esbuild.build(options('cjs'));
    for (const warning of made.warnings.slice(0, 5)) job.host.note(`${job.name}: ${messageText(warning)}`);
    checkExport(job, made, entry);
    return made;
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
        : `npm install, so that ${unresolved} is in node_modules; or name it in bundle: { external: [...] }`
      : undefined,
    cause: error,
  });
}

async function warnOfMetadata({ name, code, host }: BundleJob, { metafile }: Made): Promise<void> {
  const { losingMetadata } = await import('./decorator-metadata.ts');
  const file = await losingMetadata(Object.keys(metafile.inputs).map((path) => join(code, path)));
  if (file === undefined) return;
  host.warn(
    `${name}: esbuild drops the types of decorators that emitDecoratorMetadata asks for (${relative(code, file)}), so ` +
      'that injection by type finds nothing; name what is injected, as in @Inject(Service), or compile by tsc: ' +
      'build: { command: npx tsc, artifact: DIR } instead of bundle',
  );
}

function messageText({ location, text }: Message): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text;
}

/** What an ES module exports is known. */
function checkExport({ name, handler }: BundleJob, { metafile }: Made, entry: string): void {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === entry);
  const wanted = handler.slice(handler.lastIndexOf('.') + 1);
  if (metafile.inputs[entry]?.format !== 'esm' || !output || output.exports.length === 0) return;
  if (output.exports.includes(wanted)) return;
  throw badInput(`handler of ${name} is ${handler}, but ${entry} exports no ${wanted}`, {
    next: `it exports: ${output.exports.join(', ')}`,
  });
}

interface Outside {
  names: string[];
  /** Of the installed packages. */
  digest: string;
  folder: string;
}

/** Installs what the bundle imports from outside of it and the runtime does not have. */
async function outside(job: BundleJob, made: Made, native: Set<string>): Promise<Outside | undefined> {
  const { name, code, dir, target, host, config } = job;
  const listed = config.external.map((one) => one.replace(/\/\*$/, ''));
  const imported = Object.values(made.metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external)
    .map(({ path }) => path);
  const names = new Set(native);
  for (const path of imported) {
    const own = packageName(path);
    if (listed.some((one) => own === packageName(one) || path.startsWith(`${one}/`))) names.add(own);
  }
  if (names.size === 0) return undefined;
  const source = await nodeSource(code, dir);
  const { dependencies, optionalDependencies } = source?.manifest ?? {};
  const named = { ...dependencies, ...optionalDependencies };
  const only = [...names].filter((one) => !job.hasLayers || native.has(one) || one in named).sort();
  const built =
    source && only.length > 0 ? await nodeDependencies({ source, dir, target, host, only }) : undefined;
  const there = built ? await thoseIn(built.folder, only) : [];
  const lost = [...names].filter((one) => !there.includes(one)).sort();
  if (lost.length > 0 && !job.hasLayers) {
    throw badInput(`${name} needs ${lost.join(', ')} beside its bundle`, {
      reason: `native and external packages are installed for the target; ${source?.file ?? 'package.json'} does not name it`,
      next: `npm install ${lost.join(' ')}; or bring it in a layer; a folder of your own needs no bundle: { external }`,
    });
  }
  if (lost.length > 0) host.warn(`${name}: ${lost.join(', ')} must be in a layer`);
  return built && there.length > 0 ? { names: there, digest: built.digest, folder: built.folder } : undefined;
}

async function thoseIn(folder: string, names: readonly string[]): Promise<string[]> {
  const there = await Promise.all(names.map((one) => isFile(folder, 'node_modules', one, 'package.json')));
  return names.filter((_, index) => there[index]);
}

function packageName(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}
