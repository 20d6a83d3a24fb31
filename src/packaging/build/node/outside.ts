// Installs the packages that stay outside of a bundle, for the target, and says why they do.
import { badInput } from '../../../errors/user-error.ts';
import { type Build, build } from '../cache.ts';
import { isFile } from '../nearest-file.ts';
import type { Bundle, BundleJob } from './bundle-job.ts';
import { copyPackages } from './copy-packages.ts';
import { nodeDependencies } from './node.ts';
import { nodeSource } from './source.ts';

/**
 * The folder with the packages that the bundle imports and does not contain: native ones, by their reason, and those
 * listed as external. undefined: there are none, or a layer has them.
 */
export async function installOutside(
  job: BundleJob,
  bundle: Bundle,
  reasons: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const { name, code, dir, target, host, config } = job;
  const external = config.external.map((pattern) => pattern.replace(/\/\*$/, ''));
  const imported = Object.values(bundle.metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external)
    .map(({ path }) => path);
  const names = new Set<string>();
  const native = new Set<string>();
  for (const path of imported) {
    const owner = packageName(path);
    if (reasons.has(owner)) native.add(owner);
    const isListed = external.some((name) => owner === packageName(name) || path.startsWith(`${name}/`));
    if (isListed || native.has(owner)) names.add(owner);
  }
  if (names.size === 0) return undefined;
  const source = await nodeSource(code, dir);
  const { dependencies, optionalDependencies } = source?.manifest ?? {};
  const declared = { ...dependencies, ...optionalDependencies };
  const only = [...names].filter((name) => !job.hasLayers || native.has(name) || name in declared).sort();
  const installation =
    source && only.length > 0 ? await nodeDependencies({ source, dir, target, host, only }) : undefined;
  const installed = installation ? await installedIn(installation.folder, only) : [];
  const missing = [...names].filter((name) => !installed.includes(name)).sort();
  if (missing.length > 0 && !job.hasLayers) {
    throw badInput(`${name} needs ${missing.join(', ')}, and cannot install it beside the bundle`, {
      reason: `native and external packages are not bundled, and ${source?.file ?? 'package.json'} does not list it`,
      next: `npm install ${missing.join(' ')}; or put it into a layer; or remove it from bundle: { external } if it is your own code`,
    });
  }
  if (missing.length > 0) host.warn(`${name}: ${missing.join(', ')} must be in a layer`);
  const unlisted = installed.filter((name) => native.has(name) && !external.includes(name));
  for (const one of unlisted) {
    host.note(
      `${name}: ${one} is installed beside the bundle, because ${reasons.get(one)}; ` +
        `bundle: { noExternal: [${one}] } bundles it all the same`,
    );
  }
  if (!installation || installed.length === 0) return undefined;
  const { folder } = await outsideOf(dir, installation, installed);
  return folder;
}

/** Only these packages and what they need. A change of the code makes another bundle, and leaves them as they are. */
function outsideOf(dir: string, { digest, folder }: Build<unknown>, names: readonly string[]) {
  return build(dir, ['outside', digest, names], async (place) => {
    await copyPackages(names, folder, place);
    return {};
  });
}

async function installedIn(folder: string, names: readonly string[]): Promise<string[]> {
  const exist = await Promise.all(names.map((name) => isFile(folder, 'node_modules', name, 'package.json')));
  return names.filter((_, index) => exist[index]);
}

function packageName(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}
