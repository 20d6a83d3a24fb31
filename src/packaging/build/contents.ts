// What a package consists of: the code as it is, and what is built or installed for it.
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
  /** Dependencies that go into a layer of their own. */
  layer?: {
    /** The same for functions that have the same dependencies. */
    name: string;
    /** Folder in which they are installed. */
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
 * Installs and builds what the function needs, as far as that was not done before. Rejects with a UserError
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
    const path = await bundleCode({ ...job, code: code.path, handler, config: bundle, hasLayers });
    return { code, onlyIncluded: true, added: [{ path, exclude: code.exclude }] };
  }
  if (build) {
    const { runBuild } = await import('./command.ts');
    return withResult(job, await runBuild({ ...job, config: build, functions }), dependencies);
  }
  if (await isProgram(code.path, target)) return withResult(job, code.path, dependencies);
  return withDependencies(job, dependencies);
}

/** A folder takes the place of the code; a file is the package, with what `include` names. */
async function withResult(job: ContentsJob, artifact: string, dependencies: string): Promise<Contents> {
  const { code, target } = job;
  const single = artifact !== code.path || (await isProgram(artifact, target));
  if (!single || isZip(artifact) || !(await isFile(artifact))) {
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

/** A file that a runtime of the user's own is made of. */
async function isProgram(path: string, target: Target): Promise<boolean> {
  return target.runtime.startsWith('provided') && !isZip(path) && (await isFile(path));
}

async function withDependencies(job: ContentsJob, dependencies: string): Promise<Contents> {
  if (dependencies === 'none' || isZip(job.code.path)) return { code: job.code, added: [] };
  if (job.target.family === 'python') return withWheels(job, dependencies);
  if (job.target.family === 'nodejs') return withModules(job);
  return { code: job.code, added: [] };
}

/** A package that somebody else made. */
function isZip(path: string): boolean {
  return /\.(zip|jar)$/.test(path);
}

/** `dependencies` is `auto` or a requirements file. */
async function withWheels(
  { name, code, dir, host, target, layered }: ContentsJob,
  dependencies: string,
): Promise<Contents> {
  const { pythonSource } = await import('./python/source.ts');
  const named = dependencies === 'auto' ? undefined : dependencies;
  const source = await pythonSource(code.path, dir, named);
  if (!source) return { code, added: [] };
  const own = named === undefined ? await installedPackages(code.path) : [];
  if (own[0] !== undefined) {
    host.note(
      `${name}: the code folder has packages installed in it (${own[0]}), so that ` +
        `${relative(dir, source.file)} is left aside; "dependencies: ${relative(dir, source.file)}" installs it`,
    );
    return { code, added: [] };
  }
  const { pythonDependencies } = await import('./python/python.ts');
  const built = await pythonDependencies({ source, dir, target, host });
  return laid(built, code, layered ? 'python' : undefined);
}

/** What `pip install --target` leaves in a folder. */
async function installedPackages(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.dist-info')).sort();
}

async function withModules({ name, code, dir, host, target, layered }: ContentsJob): Promise<Contents> {
  const { asksForNothing, nodeSource } = await import('./node/source.ts');
  const source = await nodeSource(code.path, dir);
  const own = { ...code, exclude: [...code.exclude, '/node_modules'] };
  if (!source) {
    const named = code.include.some((pattern) => /^\/?node_modules\b/.test(pattern));
    if (named || !(await isFolder(code.path, 'node_modules')) || !(await asksForNothing(code.path, dir))) {
      return { code, added: [] };
    }
    host.note(
      `${name}: node_modules is left out, since package.json has no dependencies but those of development; ` +
        '"dependencies: none" takes it as it is',
    );
    return { code: own, added: [] };
  }
  if (!source.lock && (await isFolder(code.path, 'node_modules'))) {
    host.note(
      `${name}: node_modules of the code folder is taken as it is, since ${relative(dir, source.file)} has no ` +
        'lockfile; npm install --package-lock-only makes one, and then the packages are those of the target',
    );
    return { code, added: [] };
  }
  const { nodeDependencies } = await import('./node/node.ts');
  const built = await nodeDependencies({ source, dir, target, host });
  const contents = laid(built, code, layered ? 'nodejs' : undefined);
  return { ...contents, code: own };
}

/** Beside the code, or below a folder of a layer. */
function laid({ folder: path, digest }: Build<unknown>, code: CodeConfig, under?: string): Contents {
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
