// The layers of slsctl.yml, and what the functions that name them make of them.
import { relative, resolve, sep } from 'node:path';
import type * as z from 'zod';
import { apiName } from './api-names.ts';
import { nearest } from './did-you-mean.ts';
import { isUnknown } from './interpolate.ts';
import type { CodeConfig, LayerConfig, LayerSettings } from './project.ts';
import type { FunctionFile } from './schema/function.ts';
import type { layerSchema } from './schema/layer.ts';

/** Names that are more than the API's own with a small first letter. */
const spelled: Record<string, string> = {
  runtimes: 'CompatibleRuntimes',
  architectures: 'CompatibleArchitectures',
  license: 'LicenseInfo',
};

type LayerFile = z.infer<typeof layerSchema>;
/** Of the file merged with a stage: `path` may be missing. */
export type LayersFile = Record<string, (Omit<LayerFile, 'path'> & Partial<LayerFile>) | null>;

/** Those that are null (in a stage, say) are none. */
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

/** What is wrong with the layers that a function names, by their places in its list. */
export function layerProblems(
  { layers, runtime, architectures }: FunctionFile,
  known: readonly LayerConfig[],
): { index: number; sentence: string }[] {
  const architecture = architectures?.[0] ?? 'x86_64';
  return (layers ?? []).flatMap((name, index) => {
    if (isUnknown(name)) return [];
    const sentence = name.startsWith('arn:')
      ? otherVersion(name, layers ?? [], index)
      : unfit(name, known, { runtime, architecture });
    return sentence === undefined ? [] : [{ index, sentence }];
  });
}

/** The code without the folders of layers that lie in it: what is in a layer is not in the package too. */
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

function unfit(name: string, known: readonly LayerConfig[], needs: Needs): string | undefined {
  const layer = known.find(({ key }) => key === name);
  if (!layer) {
    const names = known.map(({ key }) => key);
    const guess = nearest(name, names);
    if (guess) return `is ${name}, which is no layer of this project; did you mean ${guess}?`;
    return names.length > 0
      ? `is ${name}, which is no layer of this project; it has: ${names.join(', ')}`
      : `is ${name}, but this project has no layers; allowed: the ARN of a layer version, or declare it under layers`;
  }
  const { runtime, architecture } = needs;
  const { CompatibleRuntimes: runtimes, CompatibleArchitectures: architectures } = layer.settings;
  if (runtime !== undefined && runtimes && !runtimes.some((one) => one === runtime)) {
    return `is ${name}, whose runtimes are ${runtimes.join(', ')}; the function runs on ${runtime}`;
  }
  if (architectures && !architectures.some((one) => one === architecture)) {
    return `is ${name}, whose architectures are ${architectures.join(', ')}; the function runs on ${architecture}`;
  }
  return undefined;
}

/** Lambda takes one version of a layer only. */
function otherVersion(arn: string, layers: readonly string[], index: number): string | undefined {
  const layer = layerOf(arn);
  const other = layers.slice(0, index).find((one) => one.startsWith('arn:') && layerOf(one) === layer);
  return other && `is another version of ${other}; allowed: one version of a layer`;
}

/** The ARN of the layer of which this is the ARN of a version. */
export function layerOf(versionArn: string): string {
  return versionArn.replace(/:\d+$/, '');
}
