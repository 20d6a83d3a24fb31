// The layers of slsctl.yml, and the checks of the functions that use them.
import { relative, resolve, sep } from 'node:path';
import type * as z from 'zod';
import { apiName } from './api-names.ts';
import { nearest } from './did-you-mean.ts';
import { isUnknown } from './interpolate.ts';
import type { CodeConfig, LayerConfig, LayerSettings } from './project.ts';
import type { FunctionFile } from './schema/function.ts';
import type { layerSchema } from './schema/layer.ts';

/** Names that differ from the API's by more than a small first letter. */
const spelled: Record<string, string> = {
  runtimes: 'CompatibleRuntimes',
  architectures: 'CompatibleArchitectures',
  license: 'LicenseInfo',
};

type LayerFile = z.infer<typeof layerSchema>;
/** Layers of the file merged with a stage: `path` may be missing. */
export type LayersFile = Record<string, (Omit<LayerFile, 'path'> & Partial<LayerFile>) | null>;

/** A layer that is null (in a stage) does not exist. */
export function toLayers(file: LayersFile | undefined, dir: string): LayerConfig[] {
  return Object.entries(file ?? {}).flatMap(([key, declared]) => {
    if (declared === null) return [];
    const { path = '', ...fields } = declared;
    return [{ key, path: resolve(dir, path), settings: settingsOf(fields) }];
  });
}

function settingsOf(fields: Omit<LayerFile, 'path'>): LayerSettings {
  const entries = Object.entries(fields).map(([field, value]) => [spelled[field] ?? apiName(field), value]);
  return Object.fromEntries(entries);
}

/** Problems of the layers that a function lists, by their index in the list. */
export function layerProblems(
  { layers, runtime, architectures }: FunctionFile,
  known: readonly LayerConfig[],
): { index: number; sentence: string }[] {
  const architecture = architectures?.[0] ?? 'x86_64';
  return (layers ?? []).flatMap((name, index) => {
    if (isUnknown(name)) return [];
    const sentence = name.startsWith('arn:')
      ? otherVersion(name, layers ?? [], index)
      : layerProblem(name, known, { runtime, architecture });
    return sentence === undefined ? [] : [{ index, sentence }];
  });
}

/** The code without the folders of layers in it, so that a layer's files are not in the package too. */
export function withoutLayers(code: CodeConfig, layers: readonly LayerConfig[]): CodeConfig {
  const inside = layers
    .map(({ path }) => relative(code.path, path).split(sep))
    .filter(([first]) => first !== '' && first !== '..' && first !== undefined && !/^[a-z]:$/i.test(first));
  const patterns = inside.map((parts) => `/${parts.join('/').replace(/[[\]*?!#\\ ]/g, '\\$&')}`);
  return { ...code, exclude: [...patterns, ...code.exclude] };
}

interface Needs {
  runtime?: string;
  architecture: string;
}

function layerProblem(name: string, known: readonly LayerConfig[], needs: Needs): string | undefined {
  const layer = known.find(({ key }) => key === name);
  if (!layer) {
    const names = known.map(({ key }) => key);
    const guess = nearest(name, names);
    if (guess) return `is ${name}, which is not a layer of this project; did you mean ${guess}?`;
    return names.length > 0
      ? `is ${name}, which is not a layer of this project; it has: ${names.join(', ')}`
      : `is ${name}, but this project has no layers; use the ARN of a layer version, or declare the layer under layers`;
  }
  const { runtime, architecture } = needs;
  const { CompatibleRuntimes: runtimes, CompatibleArchitectures: architectures } = layer.settings;
  if (runtime !== undefined && runtimes && !runtimes.some((compatible) => compatible === runtime)) {
    return `is ${name}, whose runtimes are ${runtimes.join(', ')}; the function runs on ${runtime}`;
  }
  if (architectures && !architectures.some((compatible) => compatible === architecture)) {
    return `is ${name}, whose architectures are ${architectures.join(', ')}; the function runs on ${architecture}`;
  }
  return undefined;
}

/** The problem when the list has another version of the same layer: Lambda takes only one. */
function otherVersion(arn: string, layers: readonly string[], index: number): string | undefined {
  const layer = layerOf(arn);
  const other = layers.slice(0, index).find((name) => name.startsWith('arn:') && layerOf(name) === layer);
  return other && `is another version of ${other}; allowed: one version of each layer`;
}

/** The ARN of the layer, from the ARN of one of its versions. */
export function layerOf(versionArn: string): string {
  return versionArn.replace(/:\d+$/, '');
}
