// How a package is made of the code: dependencies, bundle, build command, and whether dependencies get a layer.
import { resolve } from 'node:path';
import { limits } from '../advise/limits.ts';
import type { BuildConfig, BundleConfig, Packaging } from './project.ts';
import { packagingNames } from './schema/field-names.ts';
import type { PackagingFile } from './schema/packaging.ts';

/** `file` is a function with what it inherits, `dir` the folder of slsctl.yml. */
export function packagingOf(file: PackagingFile & { runtime?: string }, dir: string): Packaging {
  const { dependencies = 'auto', layer, bundle, build, runtime } = file;
  return {
    dependencies: isWord(dependencies) ? dependencies : resolve(dir, dependencies),
    layer: layer === 'auto' && hasDependencies(runtime),
    bundle: isNode(runtime) ? bundleOf(bundle) : undefined,
    build: buildOf(build),
  };
}

function bundleOf(bundle: PackagingFile['bundle']): BundleConfig | undefined {
  if (!bundle) return undefined;
  const said = bundle === true ? {} : bundle;
  const { external = [], awsSdk = false, minify = false, sourceMap = true, format } = said;
  return { external, awsSdk, minify, sourceMap, format };
}

function buildOf(build: PackagingFile['build']): BuildConfig | undefined {
  const whole = typeof build === 'object' && !Array.isArray(build) ? build : { command: build ?? [] };
  const {
    command,
    artifact,
    inputs = [],
  }: Exclude<PackagingFile['build'], string | string[]> & object = whole;
  const commands = [command].flat();
  return commands.length > 0 ? { commands, artifact, inputs } : undefined;
}

/** What contradicts itself. What is inherited and does not fit is left aside; what is said here is refused. */
export function packagingProblems(
  own: PackagingFile & { code?: unknown },
  merged: PackagingFile & {
    runtime?: string;
    code?: string | { path?: string };
    layers?: readonly string[] | null;
  },
): { field: keyof PackagingFile; sentence: string }[] {
  const found: { field: keyof PackagingFile; sentence: string }[] = [];
  const refuse = (field: keyof PackagingFile, sentence: string) => found.push({ field, sentence });
  const { runtime, code } = merged;
  const { dependencies, layer, bundle, build } = packagingOf(merged, '/');
  if (runtime !== undefined) {
    if (own.bundle && !isNode(runtime)) refuse('bundle', `is for Node.js, and runtime is ${runtime}`);
    for (const field of ['dependencies', 'layer'] as const) {
      const wanted = own[field] !== undefined && own[field] !== 'none' && own[field] !== 'auto';
      if ((wanted || (field === 'layer' && own.layer === 'auto')) && !hasDependencies(runtime)) {
        refuse(field, `is for Python and Node.js, and runtime is ${runtime}`);
      }
    }
    if (!isWord(own.dependencies ?? 'auto') && isNode(runtime)) {
      refuse('dependencies', 'is a requirements file, which is for Python; allowed for Node.js: auto, none');
    }
  }
  if (bundle && build) refuse('bundle', 'excludes build: one of the two makes the package');
  if (layer && (merged.layers?.length ?? 0) >= limits.layers) {
    refuse(
      'layer',
      `is auto, and there are ${limits.layers} layers already; allowed: ${limits.layers} together`,
    );
  }
  if (layer && dependencies === 'none') refuse('layer', 'is auto, and dependencies is none');
  if (layer && bundle) refuse('layer', 'is auto, but a bundle has its dependencies in it; allowed: none');
  const path = typeof code === 'string' ? code : code?.path;
  if (path?.endsWith('.zip')) {
    for (const field of packagingNames) {
      const said = own[field];
      if (said && said !== 'none') refuse(field, `has nothing to work on: code is ${path}, a ready zip`);
    }
  }
  return found;
}

function isWord(dependencies: string): boolean {
  return dependencies === 'auto' || dependencies === 'none';
}

function isNode(runtime: string | undefined): boolean {
  return runtime?.startsWith('nodejs') ?? false;
}

/** Whether slsctl knows how to install dependencies for it. */
function hasDependencies(runtime: string | undefined): boolean {
  return isNode(runtime) || (runtime?.startsWith('python') ?? false);
}
