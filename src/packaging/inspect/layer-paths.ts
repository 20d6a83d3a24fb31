// The folders of a layer in which a runtime looks for modules (AWS Lambda Developer Guide, "Packaging your layer
// content").
import type { PackageEntry } from '../entry.ts';

interface Family {
  pattern: RegExp;
  /** Files that the language loads by name. */
  module: RegExp;
  /** Folders below /opt in which a runtime of this version looks. */
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

/** Every runtime looks here for programs, shared libraries and extensions. */
const foldersOfAllRuntimes = ['bin/', 'lib/', 'extensions/'];
/** A folder below `python/` in which only one version of Python looks. */
const folderOfOneVersion = /^python\/lib\/python[\d.]+\/site-packages\//;

/**
 * A sentence about a layer in which the runtime cannot find a single module. undefined: it finds one, or the layer has
 * no modules of its language.
 */
export function unreachable(runtime: string, entries: readonly PackageEntry[]): string | undefined {
  for (const { pattern, module, folders } of families) {
    const version = pattern.exec(runtime)?.[1];
    if (version === undefined) continue;
    const modules = entries.map(({ path }) => path).filter((path) => module.test(path));
    const searched = folders(version);
    const isFound = (path: string) =>
      [...searched, ...foldersOfAllRuntimes].some(
        (folder) => path.startsWith(folder) && (!folderOfOneVersion.test(path) || folder !== 'python/'),
      );
    if (modules.length === 0 || modules.some(isFound)) return undefined;
    const [first] = modules;
    return `holds ${first}, but ${runtime} looks for modules in ${searched.join(' and ')} only`;
  }
  return undefined;
}
