// Settings for making the package: dependencies, bundle, build command, and whether dependencies go into a layer.
import { resolve } from 'node:path';
import { limits } from '../advise/limits.ts';
import type { BuildConfig, BundleConfig, Packaging } from './project.ts';
import { packagingNames } from './schema/field-names.ts';
import type { PackagingFile } from './schema/packaging.ts';

/** `file` is a function with its inherited fields, `dir` the folder of slsctl.yml. */
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
  const options = bundle === true ? {} : bundle;
  const {
    external = [],
    noExternal = [],
    awsSdk = false,
    minify = false,
    sourceMap = true,
    format,
  } = options;
  return { external, noExternal, awsSdk, minify, sourceMap, format };
}

function buildOf(build: PackagingFile['build']): BuildConfig | undefined {
  const options = typeof build === 'object' && !Array.isArray(build) ? build : { command: build ?? [] };
  const {
    command,
    artifact,
    inputs = [],
  }: Exclude<PackagingFile['build'], string | string[]> & object = options;
  const commands = [command].flat();
  return commands.length > 0 ? { commands, artifact, inputs } : undefined;
}

/**
 * Contradictions between the fields. Only the function's own fields are refused: an inherited field that does not fit the
 * function is ignored.
 */
export function packagingProblems(
  own: PackagingFile & { code?: unknown },
  merged: PackagingFile & {
    runtime?: string;
    code?: string | { path?: string };
    layers?: readonly string[] | null;
  },
): { field: keyof PackagingFile; sentence: string }[] {
  const problems: { field: keyof PackagingFile; sentence: string }[] = [];
  const refuse = (field: keyof PackagingFile, sentence: string) => problems.push({ field, sentence });
  const { runtime, code } = merged;
  const { dependencies, layer, bundle, build } = packagingOf(merged, '/');
  if (runtime !== undefined) {
    if (own.bundle && !isNode(runtime)) refuse('bundle', `is for Node.js, and runtime is ${runtime}`);
    for (const field of ['dependencies', 'layer'] as const) {
      const isSet = own[field] !== undefined && own[field] !== 'none' && own[field] !== 'auto';
      if ((isSet || (field === 'layer' && own.layer === 'auto')) && !hasDependencies(runtime)) {
        refuse(field, `is for Python and Node.js, and runtime is ${runtime}`);
      }
    }
    if (!isWord(own.dependencies ?? 'auto') && isNode(runtime)) {
      refuse('dependencies', 'is a requirements file, which is for Python; allowed for Node.js: auto, none');
    }
  }
  if (bundle && build)
    refuse('bundle', 'cannot be used together with build: only one of them can make the package');
  if (layer && (merged.layers?.length ?? 0) >= limits.layers) {
    refuse(
      'layer',
      `is auto, but the function already has ${limits.layers} layers; allowed: ${limits.layers} in total`,
    );
  }
  const both = bundle?.external.find((name) => bundle.noExternal.includes(name));
  if (both !== undefined) refuse('bundle', `has ${both} in external and in noExternal; allowed: one of them`);
  if (layer && dependencies === 'none') refuse('layer', 'is auto, but dependencies is none');
  if (layer && bundle) refuse('layer', 'is auto, but a bundle contains its dependencies; allowed: none');
  const path = typeof code === 'string' ? code : code?.path;
  if (path?.endsWith('.zip')) {
    for (const field of packagingNames) {
      const value = own[field];
      if (value && value !== 'none') refuse(field, `cannot be used: code is ${path}, which is a ready zip`);
    }
  }
  return problems;
}

function isWord(dependencies: string): boolean {
  return dependencies === 'auto' || dependencies === 'none';
}

function isNode(runtime: string | undefined): boolean {
  return runtime?.startsWith('nodejs') ?? false;
}

/** Whether slsctl can install dependencies for the runtime. */
function hasDependencies(runtime: string | undefined): boolean {
  return isNode(runtime) || (runtime?.startsWith('python') ?? false);
}
