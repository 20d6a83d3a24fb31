// Builds the packages of functions: installs dependencies, runs builds, makes the zip and checks it.

import type { FunctionConfig, LayerConfig, Project } from '../config/project.ts';
import type { Context } from '../context.ts';
import { contentsOf } from '../packaging/build/contents.ts';
import type { BuildHost } from '../packaging/build/tools.ts';
import { importedIfUnchanged } from '../packaging/imported-package.ts';
import { contentFindings, type Finding, tellFindings } from '../packaging/inspect/content.ts';
import { inspectPackage } from '../packaging/inspect/inspect.ts';
import type { Architecture } from '../packaging/inspect/native-files.ts';
import { makePackage, type Package } from '../packaging/package.ts';
import { dependencyLayer } from '../resources/layer/dependency-layers.ts';
import { visible } from '../ui/visible.ts';

export interface FunctionPackage {
  zip: Package;
  /** The layer with its dependencies, when they are not in the package. */
  layer?: { config: LayerConfig; zip: Package };
}

/** By function name. Rejects with a UserError (exit 2) when code or handler is missing or too large. */
export async function makeFunctionPackages(
  context: Context,
  project: Project,
  functions: readonly FunctionConfig[],
): Promise<Map<string, FunctionPackage>> {
  const host = hostOf(context);
  const findings: Finding[] = [];
  const shared = { layers: new Map<string, Promise<Package>>(), host, findings };
  const entries = await Promise.all(
    functions
      .filter(({ image }) => !image)
      .map(async (config) => [config.name, await functionPackage(context, project, config, shared)] as const),
  );
  tellFindings(findings, (text) => host.warn(visible(text)));
  return new Map(entries);
}

export interface FunctionPackageOptions {
  /** Packages of dependency layers by name: functions with the same dependencies share one. */
  layers?: Map<string, Promise<Package>>;
  /** Shared by functions that are packaged together: a note about several of them is shown once. */
  host?: BuildHost;
  /** Collects what is found in packages that are made together. undefined: it is told at once. */
  findings?: Finding[];
  /** Called from time to time with the progress. */
  report?(text: string): void;
}

/** Builds and checks the package of one function. */
export async function functionPackage(
  context: Context,
  project: Project,
  config: FunctionConfig,
  { layers = new Map(), host = hostOf(context), findings, report }: FunctionPackageOptions = {},
): Promise<FunctionPackage> {
  const { dir } = project;
  const { name, settings } = config;
  const { signal, ui, options } = context;
  const { layer, ...contents } = await contentsOf(config, project, host);
  const onProgress = report && ui.interactive ? paced(report) : undefined;
  const built = await makePackage({ name, dir, ...contents, signal, onProgress });
  if (options.verbose) {
    for (const { path, by } of built.leftOut)
      ui.note(ui.style.dim(`left out of ${name}: ${visible(path)} (${visible(by)})`));
  }
  const target = {
    name,
    runtime: settings.Runtime ?? '',
    architecture: architectureOf(config),
    hasLayers: layer !== undefined || (settings.Layers ?? []).length > 0,
    variables: settings.Environment?.Variables,
    warn: (text: string) => ui.warn(visible(text)),
  };
  await inspectPackage(built, { ...target, handler: settings.Handler });
  const found = await contentFindings(built, { kind: 'package', name });
  const zip = await importedIfUnchanged(dir, name, built);
  if (!layer) {
    tell(found);
    return { zip };
  }
  const shared =
    layers.get(layer.name) ?? makePackage({ name: `layer ${layer.name}`, dir, ...layer.contents, signal });
  layers.set(layer.name, shared);
  const content = await shared;
  await inspectPackage(content, { ...target, handler: undefined });
  tell([...found, ...(await contentFindings(content, { kind: 'dependencies', name }))]);
  return { zip, layer: { config: dependencyLayer(layer.path, content.sha256), zip: content } };

  function tell(all: readonly Finding[]): void {
    if (findings) findings.push(...all);
    else tellFindings(all, (text) => host.warn(visible(text)));
  }
}

export function architectureOf({ settings }: FunctionConfig): Architecture {
  return settings.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64';
}

/** Limits reports to ten a second; more cannot be read. */
function paced(report: (text: string) => void): (done: { files: number; of: number }) => void {
  let last = Date.now();
  return ({ files, of }) => {
    if (Date.now() - last < 100) return;
    last = Date.now();
    report(`${files} of ${of} files`);
  };
}

function hostOf({ env, signal, ui }: Context): BuildHost {
  const shown = new Set<string>();
  const once = (text: string, show: (text: string) => void) => {
    if (!shown.has(text)) show(text);
    shown.add(text);
  };
  return {
    env,
    signal,
    step: (title, run) => ui.step(title, run),
    waiting: async (title, run) => {
      const ended = await ui.waiting(title);
      return run().finally(ended);
    },
    note: (text) => once(text, () => ui.note(ui.style.dim(text))),
    warn: (text) => once(text, ui.warn),
  };
}
