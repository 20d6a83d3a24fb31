// Puts together the parts of a package: the code, and everything that is built or installed for it.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import type { CodeConfig, FunctionConfig, Project } from '../../config/project.ts';
import type { PackageParts } from '../files.ts';
import type { Build } from './cache.ts';
import type { Job } from './job.ts';
import { isFile, isFolder } from './nearest-file.ts';
import { type Target, targetOf } from './target.ts';
import type { BuildHost } from './tools.ts';

export interface Contents extends PackageParts {
  /** Dependencies that go into a separate layer. */
  layer?: {
    /** Functions with the same dependencies get the same name. */
    name: string;
    /** Folder with the installed dependencies. */
    path: string;
    contents: PackageParts;
  };
}

interface ContentsJob extends Job {
  code: CodeConfig;
  /** Dependencies go into a layer. */
  layered: boolean;
}

/**
 * Installs the function's dependencies and runs its build, unless the results are in the cache. Rejects with a UserError
 * when that fails.
 */
export async function contentsOf(
  { name, code, settings, packaging }: FunctionConfig,
  { dir, functions }: Pick<Project, 'dir' | 'functions'>,
  host: BuildHost,
): Promise<Contents> {
  const target = targetOf(settings);
  if (!packaging || isZip(code.path)) return { code, added: [] };
  const { bundle, build, dependencies, layer: layered } = packaging;
  const job = { name, code, dir, host, target, layered };
  if (bundle) {
    const { bundleCode } = await import('./node/esbuild.ts');
    const handler = settings.Handler ?? '';
    const hasLayers = (settings.Layers ?? []).length > 0;
    const paths = await bundleCode({ ...job, code: code.path, handler, config: bundle, hasLayers });
    const { exclude } = code;
    return { code, onlyIncluded: true, added: paths.map((path) => ({ path, exclude })) };
  }
  if (build) {
    const { runBuild } = await import('./command.ts');
    return withArtifact(job, await runBuild({ ...job, config: build, functions }), dependencies);
  }
  if (await isProgram(code.path, target)) return withArtifact(job, code.path, dependencies);
  return withDependencies(job, dependencies);
}

/** A package from a build's result. A folder replaces the code; with a file, only the files of `include` are added. */
async function withArtifact(job: ContentsJob, artifact: string, dependencies: string): Promise<Contents> {
  const { code, target } = job;
  const isArtifact = artifact !== code.path || (await isProgram(artifact, target));
  if (!isArtifact || isZip(artifact) || !(await isFile(artifact))) {
    return withDependencies({ ...job, code: { ...code, path: artifact } }, dependencies);
  }
  const as = target.runtime.startsWith('provided') ? 'bootstrap' : basename(artifact);
  const contents = await withDependencies(job, dependencies);
  return {
    ...contents,
    onlyIncluded: true,
    added: [...(contents.added ?? []), { path: artifact, as }],
  };
}

/** Whether the file is the program of an OS-only runtime. */
async function isProgram(path: string, target: Target): Promise<boolean> {
  return target.runtime.startsWith('provided') && !isZip(path) && (await isFile(path));
}

async function withDependencies(job: ContentsJob, dependencies: string): Promise<Contents> {
  if (dependencies === 'none' || isZip(job.code.path)) return { code: job.code, added: [] };
  if (job.target.family === 'python') return withWheels(job, dependencies);
  if (job.target.family === 'nodejs') return withModules(job);
  return { code: job.code, added: [] };
}

/** Whether the code is a package that the user made. */
function isZip(path: string): boolean {
  return /\.(zip|jar)$/.test(path);
}

/** `dependencies` is `auto` or a requirements file. */
async function withWheels(
  { name, code, dir, host, target, layered }: ContentsJob,
  dependencies: string,
): Promise<Contents> {
  const { pythonSource } = await import('./python/source.ts');
  const file = dependencies === 'auto' ? undefined : dependencies;
  const source = await pythonSource(code.path, dir, file);
  if (!source) return { code, added: [] };
  const [installed] = file === undefined ? await installedPackages(code.path) : [];
  if (installed !== undefined) {
    const ignored = relative(dir, source.file);
    host.note(
      `${name}: ${ignored} is ignored, because packages are installed in the code folder (${installed}); ` +
        `set dependencies: ${ignored} to install it`,
    );
    return { code, added: [] };
  }
  const { pythonDependencies } = await import('./python/python.ts');
  const built = await pythonDependencies({ source, dir, target, host });
  return addInstalled(built, code, layered ? 'python' : undefined);
}

/** Metadata folders of packages that `pip install --target` has installed in the folder. */
async function installedPackages(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.dist-info')).sort();
}

async function withModules({ name, code, dir, host, target, layered }: ContentsJob): Promise<Contents> {
  const { hasNoDependencies, nodeSource } = await import('./node/source.ts');
  const source = await nodeSource(code.path, dir);
  const withoutModules = { ...code, exclude: [...code.exclude, '/node_modules'] };
  if (!source) {
    const isIncluded = code.include.some((pattern) => /^\/?node_modules\b/.test(pattern));
    if (
      isIncluded ||
      !(await isFolder(code.path, 'node_modules')) ||
      !(await hasNoDependencies(code.path, dir))
    ) {
      return { code, added: [] };
    }
    host.note(
      `${name}: node_modules is left out, because package.json has only development dependencies; ` +
        'set dependencies: none to package it as it is',
    );
    return { code: withoutModules, added: [] };
  }
  if (!source.lock && (await isFolder(code.path, 'node_modules'))) {
    host.note(
      `${name}: node_modules is packaged as it is, because ${relative(dir, source.file)} has no lockfile; ` +
        'npm install --package-lock-only makes one, and slsctl then installs the packages for the target',
    );
    return { code, added: [] };
  }
  const { nodeDependencies } = await import('./node/node.ts');
  const built = await nodeDependencies({ source, dir, target, host });
  const contents = addInstalled(built, code, layered ? 'nodejs' : undefined);
  return { ...contents, code: withoutModules };
}

/** Adds installed dependencies to the code, or puts them into the folder `under` of a layer. */
function addInstalled({ folder: path, digest }: Build<unknown>, code: CodeConfig, under?: string): Contents {
  const { exclude } = code;
  if (under === undefined) return { code, added: [{ path, exclude }] };
  const name = createHash('sha256')
    .update(JSON.stringify([digest, exclude]))
    .digest('hex')
    .slice(0, 12);
  const contents = {
    code: { path, include: [], exclude: [] },
    onlyIncluded: true,
    added: [{ path, exclude, under }],
  };
  return { code, layer: { name: `dependencies-${name}`, path, contents } };
}
