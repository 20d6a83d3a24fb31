// Where a runtime finds modules in a layer. Source: AWS Lambda Developer Guide, "Packaging your layer content".
import type { PackageEntry } from '../entry.ts';

interface Family {
  pattern: RegExp;
  /** Files that the language loads by name. */
  module: RegExp;
  /** Folders below /opt in which it looks, for a runtime of this version. */
  folders(version: string): string[];
}

const families: Family[] = [
  {
    pattern: /^python([\d.]+)$/,
    module: /\.py$/,
    folders: (version) => ['python/', `python/lib/python${version}/site-packages/`],
  },
  {
    pattern: /^nodejs(\d+)\.x$/,
    module: /\.[cm]?js$/,
    folders: (version) => ['nodejs/node_modules/', `nodejs/node${version}/node_modules/`],
  },
  {
    pattern: /^java(\d+)/,
    module: /\.jar$/,
    folders: () => ['java/lib/'],
  },
  {
    pattern: /^ruby([\d.]+)$/,
    module: /\.rb$/,
    folders: (version) => ['ruby/lib/', `ruby/gems/${version}.0/`],
  },
];

/** Programs, shared libraries and extensions are found in any runtime. */
const everywhere = ['bin/', 'lib/', 'extensions/'];
/** Below `python/` by their place alone, and found by one version only. */
const ofOneVersion = /^python\/lib\/python[\d.]+\/site-packages\//;

/**
 * What is wrong with a layer in which the runtime will not find a single module, in a sentence; undefined:
 * nothing, or there are no modules of its language in it.
 */
export function unreachable(runtime: string, entries: readonly PackageEntry[]): string | undefined {
  for (const { pattern, module, folders } of families) {
    const version = pattern.exec(runtime)?.[1];
    if (version === undefined) continue;
    const modules = entries.map(({ path }) => path).filter((path) => module.test(path));
    const places = folders(version);
    const found = (path: string) =>
      [...places.filter((place) => path.startsWith(place)), ...everywhere].some(
        (place) => path.startsWith(place) && (!ofOneVersion.test(path) || place !== 'python/'),
      );
    if (modules.length === 0 || modules.some(found)) return undefined;
    const [first] = modules;
    return `holds ${first}, but ${runtime} looks for modules in ${places.join(' and ')} only`;
  }
  return undefined;
}
