// Reads esbuild's metafiles: which packages are in the bundles, and which ones the bundles import when they run.
// https://esbuild.github.io/api/#metafile
import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';

const outputsOf = (metafiles) => metafiles.flatMap(({ outputs }) => Object.values(outputs));

/** Names of packages, sorted. */
export function importedPackages(metafiles) {
  const paths = outputsOf(metafiles)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !isBuiltin(path))
    .map(({ path }) => /^(@[^/]+\/)?[^/]+/.exec(path)[0]);
  return [...new Set(paths)].sort();
}

/** Sorted by name: `{ name, version, license, texts }`, the texts being those of its files of license and notice. */
export async function bundledPackages(root, metafiles) {
  const folders = outputsOf(metafiles)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /^.*\bnode_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0])
    .filter(Boolean);
  const packages = await Promise.all([...new Set(folders)].map((folder) => describe(root + folder)));
  return packages.sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
}

async function describe(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(`${folder}/${file}`, 'utf8')));
  return { name, version, license, texts: texts.map((text) => text.replaceAll('\r\n', '\n').trim()) };
}
